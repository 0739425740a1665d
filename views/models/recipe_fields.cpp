#include "views/models/recipe_fields.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/train/recipe_keys.h"
#include "views/models/field_walk.h"

namespace qs {

template <>
inline constexpr bool field_walk::kHasNoField<RecipeScheme> = true;
template <>
inline constexpr bool field_walk::kHasNoField<std::array<double, 3>> = true;

std::vector<Field> fields_of(const Recipe& recipe) {
  return field_walk::fields(recipe);
}

void set_field(Recipe& recipe, std::string_view path, const FieldValue& value) {
  field_walk::set(recipe, path, value);
}

std::optional<SchemeProblem> problem_of(const Recipe& recipe) {
  try {
    check(recipe);
    return std::nullopt;
  } catch (const Error& error) {
    return problem_among(fields_of(recipe), error.what());
  }
}

void save_recipe(Recipe recipe, const std::string& path) {
  for (const Recipe& preset : preset_recipes()) {
    if (preset.id != recipe.id || preset == recipe) continue;
    recipe.id = std::filesystem::path(path).stem().string();
    std::replace_if(
        recipe.id.begin(), recipe.id.end(),
        [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '_' && c != '.'; }, '-');
    if (recipe.id == preset.id) recipe.id += "-changed";
  }
  check(recipe);
  write_atomically(path, to_json(recipe).dump(2) + "\n");
}

}  // namespace qs
