#include "core/quant/scheme.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/error.h"
#include "core/quant/scheme_keys.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

std::string joined(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

/// Refuses values that no scheme may have at their key, whatever the other keys say.
struct Bounds {
  std::string path;

  void operator()(const Key&, bool) const {}
  void operator()(const Key&, Worded auto) const {}
  void operator()(const Key& key, const Whole auto& value) const {
    const auto number = static_cast<std::int64_t>(value);
    const bool inside = number >= key.min && number <= key.max;
    if (key.ends_only && number != key.min && number != key.max) {
      bad_input("{} is {}, but must be {} or {}", joined(path, key.name), value, key.min, key.max);
    }
    if (!inside) {
      bad_input("{} is {}, but must lie from {} to {}", joined(path, key.name), value, key.min, key.max);
    }
  }
  void operator()(const Key& key, const std::string& text) const {
    if (key.choices != nullptr) check_choice(key, joined(path, key.name), text);
  }
  void operator()(const Key& key, const std::vector<std::string>& list) const {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string where = fmt::format("{}[{}]", joined(path, key.name), i);
      check_choice(key, where, list[i]);
      if (std::find(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(i), list[i]) !=
          list.begin() + static_cast<std::ptrdiff_t>(i)) {
        bad_input("{} is \"{}\", which is in the list before", where, list[i]);
      }
    }
  }
  void operator()(const Key& key, const MethodChoice& choice) const {
    const std::string where = joined(path, key.name);
    const RangeEstimator& estimator =
        with_context(where, [&]() -> const RangeEstimator& { return range_estimator(choice.id); });
    check_settings(choice.settings, estimator.params, fmt::format("{} ({})", where, choice.id));
  }
  template <class T>
  void operator()(const Key& key, const std::optional<T>& value) const {
    if (value) (*this)(key, *value);
  }
  void operator()(const Key& key, const Keyed auto& part) const { for_each_key(part, Bounds{joined(path, key.name)}); }
  void operator()(const Key& key, const std::vector<LayerOverride>& layers) const {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      for_each_key(layers[i], Bounds{fmt::format("{}[{}]", joined(path, key.name), i)});
    }
  }

 private:
  static void check_choice(const Key& key, const std::string& where, const std::string& text) {
    std::string known;
    for (const Choice& each : key.choices()) {
      if (each.id == text) return;
      known += fmt::format("{}{}", known.empty() ? "" : ", ", each.id);
    }
    bad_input("{} is \"{}\", but must be one of: {}", where, text, known);
  }
};

bool may_be_in_id(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

void check_id(const std::string& id) {
  constexpr std::size_t kLongest = 100;
  if (id.empty()) bad_input("id is empty; every scheme has a name of its own");
  if (id.size() > kLongest) bad_input("id has {} characters, but must have {} at most", id.size(), kLongest);
  if (!std::all_of(id.begin(), id.end(), may_be_in_id)) {
    bad_input("id may hold letters, digits and -_. only");  // others are not repeated: who knows what they are
  }
}

void check_overrides(const Scheme& scheme) {
  for (std::size_t i = 0; i < scheme.layers.size(); ++i) {
    const LayerOverride& layer = scheme.layers[i];
    const bool changes_bits_or_range =
        layer.weight_bits || layer.activation_bits || layer.weight_range || layer.activation_range;
    if (layer.pattern.empty()) bad_input("layers[{}].pattern is empty, so no layer can match it", i);
    if (!layer.keep_float && !changes_bits_or_range) {
      bad_input("layers[{}] says nothing about the layers that match \"{}\"", i, layer.pattern);
    }
    if (layer.keep_float.value_or(false) && changes_bits_or_range) {
      bad_input("layers[{}] keeps layers float and chooses bits or ranges for them; it can do one of both", i);
    }
  }
}

/// A key that is given twice would silently count once.
Json parse(std::istream& file) {
  std::vector<std::set<std::string>> seen;
  const auto look = [&seen](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) seen.emplace_back();
    if (event == Json::parse_event_t::object_end) seen.pop_back();
    if (event == Json::parse_event_t::key && !seen.back().insert(parsed.get<std::string>()).second) {
      bad_input("the key {} is given twice", parsed.get<std::string>());
    }
    return true;
  };
  try {
    return Json::parse(file, look);
  } catch (const Json::parse_error& error) {
    bad_input("no JSON, as byte {} shows", error.byte);
  } catch (const Json::exception&) {
    bad_input("no JSON that can be read");  // a number beyond all measure
  }
}

Scheme scheme_from_file(const std::string& path) {
  constexpr std::uintmax_t kLargest = 1U << 20U;
  std::error_code failure;
  const std::uintmax_t bytes = std::filesystem::file_size(path, failure);
  if (failure) bad_input("cannot be read: {}", failure.message());
  if (bytes > kLargest) bad_input("has {} bytes, which no scheme has", bytes);
  std::ifstream file(path, std::ios::binary);
  if (!file) bad_input("cannot be read");
  Scheme scheme = scheme_from_json(parse(file));
  for (const Scheme& preset : preset_schemes()) {
    if (preset.id == scheme.id && preset != scheme) {
      bad_input("id is \"{}\", which is a preset that says something else; choose another", scheme.id);
    }
  }
  return scheme;
}

}  // namespace

void check(const Scheme& scheme) {
  check_id(scheme.id);
  for_each_key(scheme, Bounds{});
  check_overrides(scheme);
  if (scheme.activations.grid != GridKind::affine && scheme.activations.sign == Sign::is_unsigned) {
    bad_input(
        "activations.sign is \"unsigned\", but a symmetric grid would then cut off all negative values; \"automatic\" "
        "is unsigned where there are none");
  }
}

Scheme find_scheme(const std::string& id_or_file) {
  std::string known;
  for (const Scheme& preset : preset_schemes()) {
    if (preset.id == id_or_file) return preset;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", preset.id);
  }
  std::error_code ignored;
  if (!std::filesystem::exists(id_or_file, ignored)) {
    bad_input("\"{}\" is neither a scheme nor a file; schemes: {}", id_or_file, known);
  }
  return with_context(id_or_file, [&] { return scheme_from_file(id_or_file); });
}

bool matches(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;  // the last * met, and where in the name its text ends so far
  std::size_t star_end = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_end = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++star_end;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace qs
