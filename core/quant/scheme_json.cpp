#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/quant/scheme_keys.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "quantoscope.scheme";
constexpr int kVersion = 1;

// ---- writing ----

Json written(const Whole auto& value) {
  return value;
}
Json written(bool value) {
  return value;
}
Json written(const std::string& text) {
  return text;
}
Json written(Worded auto value) {
  return word_of(value);
}
Json written(const std::vector<std::string>& list) {
  return list;
}
Json written(const MethodChoice& choice) {
  return {{"id", choice.id}, {"settings", choice.settings.empty() ? Json::object() : Json(choice.settings)}};
}
Json written(const Keyed auto& part);

Json written(const std::vector<LayerOverride>& layers) {
  Json list = Json::array();
  for (const LayerOverride& layer : layers) list.push_back(written(layer));
  return list;
}

struct Writer {
  Json& json;
  template <class T>
  void operator()(const Key& key, const T& value) const {
    json[std::string(key.name)] = written(value);
  }
  template <class T>
  void operator()(const Key& key, const std::optional<T>& value) const {
    if (value) json[std::string(key.name)] = written(*value);
  }
};

Json written(const Keyed auto& part) {
  Json json = Json::object();
  for_each_key(part, Writer{json});
  return json;
}

// ---- reading ----

/// A place in the document: its value, and its path for messages.
struct Place {
  const Json& json;
  std::string path;

  [[nodiscard]] Place at(std::string_view key) const {
    return {json.at(std::string(key)), path.empty() ? std::string(key) : fmt::format("{}.{}", path, key)};
  }
  [[nodiscard]] Place at(std::size_t index) const { return {json.at(index), fmt::format("{}[{}]", path, index)}; }

  [[noreturn]] void refuse(std::string_view allowed) const {
    bad_input("{} must be {}, but is {}", path.empty() ? "a scheme" : path, allowed, shown());
  }

 private:
  /// Lists and objects are not shown: they may be large or nested deeper than the stack.
  [[nodiscard]] std::string shown() const {
    constexpr std::size_t kLongest = 60;
    if (json.is_object()) return "an object";
    if (json.is_array()) return "a list";
    std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    return text.size() > kLongest ? "a long text" : text;
  }
};

template <class T>
std::string known_words(const T& list) {
  std::string known;
  for (const auto& word : list) known += fmt::format("{}{}", known.empty() ? "" : ", ", word);
  return known;
}

/// Refuses keys of an object that are none of `known`.
void refuse_others(const Place& place, const std::vector<std::string_view>& known) {
  for (const auto& [key, value] : place.json.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string path = place.path.empty() ? key : fmt::format("{}.{}", place.path, key);
    bad_input("{} is no key of a scheme; known here: {}", path, known_words(known));
  }
}

void read(const Place& place, bool& value) {
  if (!place.json.is_boolean()) place.refuse("true or false");
  value = place.json.get<bool>();
}

void read(const Place& place, std::string& value) {
  if (!place.json.is_string()) place.refuse("a text");
  value = place.json.get<std::string>();
}

/// 8 and 8.0 are whole; whether they are in bounds is for `check` to say, but they must fit the type.
template <Whole T>
void read(const Place& place, T& value) {
  const double limit = static_cast<double>(std::min<std::uint64_t>(kLargestWhole, std::numeric_limits<T>::max()));
  const double number = place.json.is_number() ? place.json.get<double>() : std::nan("");
  const double lowest = std::is_signed_v<T> ? -limit : 0;
  const bool fits = number == std::floor(number) && number >= lowest && number <= limit;  // false for NaN
  if (!fits) place.refuse(std::is_signed_v<T> ? "a whole number" : fmt::format("a whole number from 0 to {}", limit));
  value = static_cast<T>(number);
}

template <Worded T>
void read(const Place& place, T& value) {
  std::vector<std::string_view> known;
  for (const Word<T>& each : kWords<T>) {
    if (place.json.is_string() && place.json.get_ref<const std::string&>() == each.word)
      return void(value = each.value);
    known.push_back(each.word);
  }
  place.refuse("one of: " + known_words(known));
}

void read(const Place& place, std::vector<std::string>& list) {
  if (!place.json.is_array()) place.refuse("a list of texts");
  list.assign(place.json.size(), {});
  for (std::size_t i = 0; i < list.size(); ++i) read(place.at(i), list[i]);
}

void read(const Place& place, MethodChoice& choice) {
  if (!place.json.is_object() || !place.json.contains("id")) place.refuse("an object with \"id\" and \"settings\"");
  refuse_others(place, {"id", "settings"});
  read(place.at("id"), choice.id);
  choice.settings.clear();
  if (!place.json.contains("settings")) return;
  const Place settings = place.at("settings");
  if (!settings.json.is_object()) settings.refuse("an object with a number per setting");
  for (const auto& [key, value] : settings.json.items()) {
    if (!value.is_number()) settings.at(key).refuse("a number");
    choice.settings[key] = value.get<double>();
  }
}

void read(const Place& place, Keyed auto& part);

void read(const Place& place, std::vector<LayerOverride>& layers) {
  if (!place.json.is_array()) place.refuse("a list of objects");
  layers.assign(place.json.size(), {});
  for (std::size_t i = 0; i < layers.size(); ++i) read(place.at(i), layers[i]);
}

template <class T>
void read(const Place& place, std::optional<T>& value) {
  read(place, value.emplace());
}

struct Reader {
  const Place& place;
  std::vector<std::string_view>& known;
  template <class T>
  void operator()(const Key& key, T& value) const {
    known.push_back(key.name);
    if (place.json.contains(std::string(key.name))) read(place.at(key.name), value);
  }
};

void read(const Place& place, Keyed auto& part) {
  if (!place.json.is_object()) place.refuse("an object");
  std::vector<std::string_view> known;
  if (place.path.empty()) known = {"format", "version"};
  for_each_key(part, Reader{place, known});
  refuse_others(place, known);
}

void check_format(const Place& root) {
  if (!root.json.is_object()) root.refuse("an object");
  if (!root.json.contains("format")) bad_input("the key format is missing; a scheme says \"format\": \"{}\"", kFormat);
  if (root.json.at("format") != kFormat) root.at("format").refuse(fmt::format("\"{}\"", kFormat));
  if (!root.json.contains("id")) bad_input("the key id is missing; every scheme has a name of its own");
  if (!root.json.contains("version")) return;
  int version = 0;
  read(root.at("version"), version);
  if (version > kVersion) {
    bad_input("version is {}, but this program reads schemes up to version {}: it is too old", version, kVersion);
  }
  if (version < 1) root.at("version").refuse("1");
}

}  // namespace

nlohmann::ordered_json to_json(const Scheme& scheme) {
  Json json = {{"format", kFormat}, {"version", kVersion}};
  for_each_key(scheme, Writer{json});
  return json;
}

Scheme scheme_from_json(const nlohmann::ordered_json& json) {
  const Place root{json, ""};
  check_format(root);
  Scheme scheme;
  scheme.title.clear();  // not that of `float`
  read(root, scheme);
  if (scheme.title.empty()) scheme.title = scheme.id;
  check(scheme);
  return scheme;
}

}  // namespace qs
