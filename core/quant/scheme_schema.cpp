// The JSON Schema of schemes, from the list of keys that reading and writing use.
#include <nlohmann/json.hpp>

#include "core/quant/scheme_keys.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

Json ids_of(const std::vector<Choice>& choices) {
  Json ids = Json::array();
  for (const Choice& each : choices) ids.push_back(each.id);
  return ids;
}

Json schema_of(const Key&, bool value) {
  return {{"type", "boolean"}, {"default", value}};
}

Json schema_of(const Key& key, const Whole auto& value) {
  if (key.ends_only) return {{"enum", {key.min, key.max}}, {"default", value}};
  return {{"type", "integer"}, {"minimum", key.min}, {"maximum", key.max}, {"default", value}};
}

Json schema_of(const Key& key, const std::string& text) {
  if (key.choices != nullptr) return {{"enum", ids_of(key.choices())}, {"default", text}};
  if (key.name == "id") return {{"type", "string"}, {"pattern", "^[A-Za-z0-9._-]+$"}, {"maxLength", 100}};
  if (key.name == "pattern") return {{"type", "string"}, {"minLength", 1}};
  return {{"type", "string"}, {"default", text}};
}

template <Worded T>
Json schema_of(const Key&, T value) {
  Json words = Json::array();
  for (const Word<T>& each : kWords<T>) words.push_back({{"const", each.word}, {"description", each.summary}});
  return {{"oneOf", words}, {"default", word_of(value)}};
}

Json schema_of(const Key& key, const std::vector<std::string>& list) {
  return {{"type", "array"}, {"items", {{"enum", ids_of(key.choices())}}}, {"uniqueItems", true}, {"default", list}};
}

Json schema_of(const Key&, const MethodChoice& choice) {
  return {{"$ref", "#/$defs/range"}, {"default", {{"id", choice.id}, {"settings", Json::object()}}}};
}

Json schema_of(const Key&, const Keyed auto& part);

Json schema_of(const Key& key, const std::vector<LayerOverride>&) {
  Json items = schema_of(key, LayerOverride{});
  items["required"] = {"pattern"};
  return {{"type", "array"}, {"items", std::move(items)}, {"default", Json::array()}};
}

struct Properties {
  Json& json;
  template <class T>
  void operator()(const Key& key, const T& value) const {
    Json& property = json[std::string(key.name)] = schema_of(key, value);
    property["description"] = key.summary;
  }
  template <class T>
  void operator()(const Key& key, const std::optional<T>&) const {
    (*this)(key, T{});
    json[std::string(key.name)].erase("default");
  }
};

Json schema_of(const Key&, const Keyed auto& part) {
  Json properties = Json::object();
  for_each_key(part, Properties{properties});
  return {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

Json schema_of(const Param& param) {
  Json schema = {{"type", param.whole ? "integer" : "number"},
                 {"minimum", param.min},
                 {"maximum", param.max},
                 {"default", param.default_value},
                 {"title", param.title},
                 {"description", param.summary}};
  if (!param.unit.empty()) schema["unit"] = param.unit;  // an annotation; validators ignore it
  return schema;
}

/// One alternative per estimator, each with its own settings.
Json ranges() {
  Json alternatives = Json::array();
  for (const RangeEstimator* estimator : range_estimators()) {
    Json settings = Json::object();
    for (const Param& param : estimator->params) settings[std::string(param.id)] = schema_of(param);
    alternatives.push_back(
        {{"type", "object"},
         {"title", estimator->title},
         {"description", estimator->summary},
         {"properties",
          {{"id", {{"const", estimator->id}}},
           {"settings", {{"type", "object"}, {"properties", settings}, {"additionalProperties", false}}}}},
         {"required", {"id"}},
         {"additionalProperties", false}});
  }
  return {{"oneOf", std::move(alternatives)}};
}

}  // namespace

nlohmann::ordered_json scheme_schema() {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "Quantization scheme"}};
  schema.update(schema_of(Key{}, Scheme{}));
  Json properties = {{"format", {{"const", "quantoscope.scheme"}}},
                     {"version", {{"const", 1}, {"default", 1}, {"description", "Of this format."}}}};
  properties.update(schema["properties"]);
  schema["properties"] = std::move(properties);
  schema["required"] = {"format", "id"};
  schema["$defs"] = {{"range", ranges()}};
  return schema;
}

}  // namespace qs
