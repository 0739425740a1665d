#include "core/base/key_schema.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

Json ids_of(const std::vector<Choice>& choices) {
  Json ids = Json::array();
  for (const Choice& each : choices) ids.push_back(each.id);
  return ids;
}

Json schema_of_param(const Param& param) {
  Json schema = {{"type", param.whole ? "integer" : "number"},
                 {"minimum", param.min},
                 {"maximum", param.max},
                 {"default", param.default_value},
                 {"title", param.title},
                 {"description", param.summary}};
  if (!param.unit.empty()) schema["unit"] = param.unit;  // an annotation; validators ignore it
  return schema;
}

Json schema_of_option(const MethodOption& option) {
  Json settings = Json::object();
  for (const Param& param : option.params) settings[std::string(param.id)] = schema_of_param(param);
  return {{"type", "object"},
          {"title", option.choice.title},
          {"description", option.choice.summary},
          {"properties",
           {{"id", {{"const", option.choice.id}}},
            {"settings", {{"type", "object"}, {"properties", settings}, {"additionalProperties", false}}}}},
          {"required", {"id"}},
          {"additionalProperties", false}};
}

Json any_method() {
  return {{"type", "object"},
          {"properties",
           {{"id", {{"type", "string"}}},
            {"settings", {{"type", "object"}, {"additionalProperties", {{"type", "number"}}}}}}},
          {"required", {"id"}},
          {"additionalProperties", false}};
}

}  // namespace

Json schema_of(const SchemaPlace&, bool value) {
  return {{"type", "boolean"}, {"default", value}};
}

Json schema_of(const SchemaPlace& place, double value) {
  return {{"type", "number"}, {"minimum", place.key.least}, {"maximum", place.key.most}, {"default", value}};
}

Json schema_of(const SchemaPlace& place, const std::string& text) {
  const Key& key = place.key;
  if (key.choices != nullptr) return {{"enum", ids_of(key.choices())}, {"default", text}};
  if (key.name == "id") return {{"type", "string"}, {"pattern", "^[A-Za-z0-9._-]+$"}, {"maxLength", 100}};
  if (key.name == "pattern") return {{"type", "string"}, {"minLength", 1}};
  return {{"type", "string"}, {"default", text}};
}

Json schema_of(const SchemaPlace& place, const std::vector<std::string>& list) {
  return {
      {"type", "array"}, {"items", {{"enum", ids_of(place.key.choices())}}}, {"uniqueItems", true}, {"default", list}};
}

/// One alternative per method, each with its own settings.
Json schema_of(const SchemaPlace& place, const MethodChoice& choice) {
  Json schema = any_method();
  if (place.key.methods != nullptr) {
    const MethodList list = place.key.methods();
    Json alternatives = Json::array();
    for (const MethodOption& each : list.options) alternatives.push_back(schema_of_option(each));
    place.definitions[std::string(list.id)] = {{"oneOf", std::move(alternatives)}};
    schema = {{"$ref", "#/$defs/" + std::string(list.id)}};
  }
  schema["default"] = {{"id", choice.id}, {"settings", Json::object()}};
  return schema;
}

}  // namespace qs
