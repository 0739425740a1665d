#include <nlohmann/json.hpp>

#include "core/base/key_reading.h"
#include "core/base/key_writing.h"
#include "core/train/recipe_keys.h"

namespace qs {

namespace {

constexpr const char* kFormat = "quantoscope.recipe";
constexpr int kVersion = 1;

const Scheme* preset_of(std::string_view id) {
  for (const Scheme& preset : preset_schemes()) {
    if (preset.id == id) return &preset;
  }
  return nullptr;
}

}  // namespace

nlohmann::ordered_json written(const RecipeScheme& choice) {
  const Scheme* preset = preset_of(choice.scheme.id);
  if (preset != nullptr && *preset == choice.scheme) return choice.scheme.id;
  return to_json(choice.scheme);
}

void read_key(const KeyPlace& place, RecipeScheme& choice) {
  if (place.json.is_object()) {
    choice.scheme = with_context(place.path, [&] { return scheme_from_json(place.json); });
    return;
  }
  if (!place.json.is_string()) place.refuse("a preset's name or a scheme");
  const std::string id = place.json.get<std::string>();
  const Scheme* preset = preset_of(id);
  std::string known;
  for (const Scheme& each : preset_schemes()) known += (known.empty() ? "" : ", ") + each.id;
  if (preset == nullptr) place.refuse(fmt::format("a scheme, or one of: {}", known));
  choice.scheme = *preset;
}

nlohmann::ordered_json to_json(const Recipe& recipe) {
  nlohmann::ordered_json json = {{"format", kFormat}, {"version", kVersion}};
  for_each_key(recipe, KeyWriter{json});
  return json;
}

Recipe recipe_from_json(const nlohmann::ordered_json& json) {
  const KeyPlace root{json, "recipe"};
  check_format(root, kFormat, kVersion);
  Recipe recipe;
  read_keys(root, recipe, {"format", "version"});
  if (recipe.title.empty()) recipe.title = recipe.id;
  check(recipe);
  return recipe;
}

}  // namespace qs
