// The JSON Schema (draft 2020-12) of values with keys. A type of its own kind joins by a function `schema_of` in
// namespace qs.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/key.h"

namespace qs {

/// What the schema of a key is made of: its description, and where methods are defined ("$defs").
struct SchemaPlace {
  const Key& key;
  nlohmann::ordered_json& definitions;
};

[[nodiscard]] nlohmann::ordered_json schema_of(const SchemaPlace& place, bool value);
[[nodiscard]] nlohmann::ordered_json schema_of(const SchemaPlace& place, double value);
[[nodiscard]] nlohmann::ordered_json schema_of(const SchemaPlace& place, const std::string& text);
[[nodiscard]] nlohmann::ordered_json schema_of(const SchemaPlace& place, const std::vector<std::string>& list);
[[nodiscard]] nlohmann::ordered_json schema_of(const SchemaPlace& place, const MethodChoice& choice);
[[nodiscard]] nlohmann::ordered_json schema_of(const SchemaPlace& place, const Keyed auto& part);

[[nodiscard]] nlohmann::ordered_json schema_of(const SchemaPlace& place, const Whole auto& value) {
  const Key& key = place.key;
  if (key.ends_only) return {{"enum", {key.min, key.max}}, {"default", value}};
  return {{"type", "integer"}, {"minimum", key.min}, {"maximum", key.max}, {"default", value}};
}

template <Worded T>
[[nodiscard]] nlohmann::ordered_json schema_of(const SchemaPlace&, const T& value) {
  nlohmann::ordered_json words = nlohmann::ordered_json::array();
  for (const Word<T>& each : kWords<T>) words.push_back({{"const", each.word}, {"description", each.summary}});
  return {{"oneOf", words}, {"default", word_of(value)}};
}

template <std::size_t N>
[[nodiscard]] nlohmann::ordered_json schema_of(const SchemaPlace& place, const std::array<double, N>& numbers) {
  nlohmann::ordered_json item = schema_of(place, 0.0);
  item.erase("default");
  return {{"type", "array"}, {"items", std::move(item)}, {"minItems", N}, {"maxItems", N}, {"default", numbers}};
}

template <Keyed Part>
[[nodiscard]] nlohmann::ordered_json schema_of(const SchemaPlace& place, const std::vector<Part>&) {
  return {{"type", "array"}, {"items", schema_of(place, Part{})}, {"default", nlohmann::ordered_json::array()}};
}

struct KeyProperties {
  nlohmann::ordered_json& json;
  nlohmann::ordered_json& definitions;

  template <class T>
  void operator()(const Key& key, const T& value) const {
    nlohmann::ordered_json& property = json[std::string(key.name)] = schema_of(SchemaPlace{key, definitions}, value);
    property["description"] = key.summary;
    if (!key.unit.empty()) property["unit"] = key.unit;  // an annotation; validators ignore it
  }
  template <class T>
  void operator()(const Key& key, const std::optional<T>&) const {
    (*this)(key, T{});
    json[std::string(key.name)].erase("default");
  }
};

nlohmann::ordered_json schema_of(const SchemaPlace& place, const Keyed auto& part) {
  nlohmann::ordered_json properties = nlohmann::ordered_json::object();
  for_each_key(part, KeyProperties{properties, place.definitions});
  return {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

/// The schema of a whole document, with its "format", "version" and "$defs".
[[nodiscard]] nlohmann::ordered_json document_schema(const Keyed auto& value, std::string_view title,
                                                     std::string_view format, int version) {
  nlohmann::ordered_json definitions = nlohmann::ordered_json::object();
  nlohmann::ordered_json properties = {
      {"format", {{"const", format}}},
      {"version", {{"const", version}, {"default", version}, {"description", "Of this format."}}}};
  for_each_key(value, KeyProperties{properties, definitions});
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"title", title},
          {"type", "object"},
          {"properties", std::move(properties)},
          {"additionalProperties", false},
          {"required", {"format", "id"}},
          {"$defs", std::move(definitions)}};
}

}  // namespace qs
