#include "core/base/key_bounds.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace qs {

namespace {

void check_choice(const Key& key, const std::string& path, const std::string& text) {
  std::vector<std::string_view> known;
  for (const Choice& each : key.choices()) {
    if (each.id == text) return;
    known.push_back(each.id);
  }
  bad_input("{} is \"{}\", but must be one of: {}", path, text, fmt::join(known, ", "));
}

bool may_be_in_id(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

}  // namespace

void check_key(const Key& key, const std::string& path, double value) {
  const bool inside = value >= key.least && value <= key.most;  // false for NaN
  if (!inside) bad_input("{} is {}, but must lie from {} to {}", path, value, key.least, key.most);
}

void check_key(const Key& key, const std::string& path, const std::string& text) {
  if (key.choices != nullptr) check_choice(key, path, text);
}

void check_key(const Key& key, const std::string& path, const std::vector<std::string>& list) {
  for (auto each = list.begin(); each != list.end(); ++each) {
    const std::string where = fmt::format("{}[{}]", path, each - list.begin());
    check_choice(key, where, *each);
    if (std::find(list.begin(), each, *each) != each)
      bad_input("{} is \"{}\", which is in the list before", where, *each);
  }
}

void check_key(const Key& key, const std::string& path, const MethodChoice& choice) {
  if (key.methods == nullptr) return;
  const MethodList list = key.methods();
  std::vector<std::string_view> known;
  for (const MethodOption& each : list.options) {
    if (each.choice.id == choice.id) {
      return check_settings(choice.settings, each.params, fmt::format("{} ({})", path, choice.id));
    }
    known.push_back(each.choice.id);
  }
  bad_input("{}: there is no {} \"{}\"; there are: {}", path, list.noun, choice.id, fmt::join(known, ", "));
}

void check_id(const std::string& id, std::string_view noun) {
  constexpr std::size_t kLongest = 100;
  if (id.empty()) bad_input("id is empty; every {} has a name of its own", noun);
  if (id.size() > kLongest) bad_input("id has {} characters, but must have {} at most", id.size(), kLongest);
  if (!std::all_of(id.begin(), id.end(), may_be_in_id)) {
    bad_input("id may hold letters, digits and -_. only");  // others are not repeated: who knows what they are
  }
}

}  // namespace qs
