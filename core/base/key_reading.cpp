#include "core/base/key_reading.h"

#include <fmt/ranges.h>

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

/// Lists and objects are not shown: they may be large or nested deeper than the stack.
std::string shown(const Json& json) {
  constexpr std::size_t kLongest = 60;
  if (json.is_object()) return "an object";
  if (json.is_array()) return "a list";
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() > kLongest ? "a long text" : text;
}

}  // namespace

KeyPlace KeyPlace::at(std::string_view key) const {
  return {json.at(std::string(key)), noun, joined_path(path, key)};
}

KeyPlace KeyPlace::at(std::size_t index) const {
  return {json.at(index), noun, fmt::format("{}[{}]", path, index)};
}

void KeyPlace::refuse(std::string_view allowed) const {
  bad_input("{} must be {}, but is {}", path.empty() ? fmt::format("a {}", noun) : path, allowed, shown(json));
}

void refuse_others(const KeyPlace& place, const std::vector<std::string_view>& known) {
  for (const auto& [key, value] : place.json.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    bad_input("{} is no key of a {}; known here: {}", joined_path(place.path, key), place.noun, fmt::join(known, ", "));
  }
}

void check_format(const KeyPlace& root, std::string_view format, int version) {
  const Json& json = root.json;
  if (!json.is_object()) root.refuse("an object");
  if (!json.contains("format")) {
    bad_input("the key format is missing; a {} says \"format\": \"{}\"", root.noun, format);
  }
  if (json.at("format") != format) root.at("format").refuse(fmt::format("\"{}\"", format));
  if (!json.contains("id")) bad_input("the key id is missing; every {} has a name of its own", root.noun);
  if (!json.contains("version")) return;
  int found = 0;
  read_key(root.at("version"), found);
  if (found > version) {
    bad_input("version is {}, but this program reads {}s up to version {}: it is too old", found, root.noun, version);
  }
  if (found < 1) root.at("version").refuse("1");
}

void read_key(const KeyPlace& place, bool& value) {
  if (!place.json.is_boolean()) place.refuse("true or false");
  value = place.json.get<bool>();
}

void read_key(const KeyPlace& place, double& value) {
  if (!place.json.is_number()) place.refuse("a number");
  value = place.json.get<double>();
}

void read_key(const KeyPlace& place, std::string& value) {
  if (!place.json.is_string()) place.refuse("a text");
  value = place.json.get<std::string>();
}

void read_key(const KeyPlace& place, std::vector<std::string>& list) {
  if (!place.json.is_array()) place.refuse("a list of texts");
  list.assign(place.json.size(), {});
  for (std::size_t i = 0; i < list.size(); ++i) read_key(place.at(i), list[i]);
}

void read_numbers(const KeyPlace& place, std::span<double> numbers) {
  if (!place.json.is_array() || place.json.size() != numbers.size()) {
    place.refuse(fmt::format("a list of {} numbers", numbers.size()));
  }
  for (std::size_t i = 0; i < numbers.size(); ++i) read_key(place.at(i), numbers[i]);
}

void read_key(const KeyPlace& place, MethodChoice& choice) {
  if (!place.json.is_object() || !place.json.contains("id")) place.refuse("an object with \"id\" and \"settings\"");
  refuse_others(place, {"id", "settings"});
  read_key(place.at("id"), choice.id);
  choice.settings.clear();
  if (!place.json.contains("settings")) return;
  const KeyPlace settings = place.at("settings");
  if (!settings.json.is_object()) settings.refuse("an object with a number per setting");
  for (const auto& [key, value] : settings.json.items()) read_key(settings.at(key), choice.settings[key]);
}

}  // namespace qs
