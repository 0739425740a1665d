// The JSON Schema of recipes, from the list of keys that reading and writing use.
#include "core/base/key_schema.h"
#include "core/train/recipe_keys.h"

namespace qs {

/// A scheme's schema is a resource of its own inside, so that its references mean its own definitions.
nlohmann::ordered_json schema_of(const SchemaPlace& place, const RecipeScheme& choice) {
  nlohmann::ordered_json scheme = scheme_schema();
  scheme["$id"] = "urn:quantoscope:scheme";
  place.definitions["scheme"] = std::move(scheme);
  nlohmann::ordered_json ids = nlohmann::ordered_json::array();
  for (const Choice& each : place.key.choices()) ids.push_back(each.id);
  return {{"anyOf", {{{"enum", std::move(ids)}}, {{"$ref", "#/$defs/scheme"}}}}, {"default", choice.scheme.id}};
}

nlohmann::ordered_json recipe_schema() {
  return document_schema(Recipe{}, "Training recipe", "quantoscope.recipe", 1);
}

}  // namespace qs
