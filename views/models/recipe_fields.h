// A recipe taken apart into its keys, as schemes are; see scheme_fields.h. The scheme it trains for and what the
// network sees are no fields of it.
#pragma once

#include "core/train/recipe.h"
#include "views/models/scheme_fields.h"

namespace qs {

/// In the order of their keys; those of quantization only where the recipe quantizes.
[[nodiscard]] std::vector<Field> fields_of(const Recipe& recipe);

/// Puts `value` at the key `path`. Values of another kind and unknown paths are our own mistakes.
void set_field(Recipe& recipe, std::string_view path, const FieldValue& value);

[[nodiscard]] std::optional<SchemeProblem> problem_of(const Recipe& recipe);

/// Writes the recipe as JSON. One that a preset has lent its id gets the file's name as its own. Throws `Error`
/// (bad_input) when it is impossible or cannot be written.
void save_recipe(Recipe recipe, const std::string& path);

}  // namespace qs
