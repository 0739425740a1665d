// A scheme taken apart into its keys, for forms and tables, and put together again. Everything comes from the list of
// keys (core/quant/scheme_keys.h); no key is known by its name here.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/quant/scheme_key.h"

namespace qs {

/// The value of any key. Words of enumerations are texts; nothing at all: an optional key that is not set.
using FieldValue =
    std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::string>, MethodChoice>;

enum class FieldKind : std::uint8_t { toggle, whole, real, choice, text, list, method };

/// One key with its value.
struct Field {
  std::string path;     ///< "weights.bits"
  std::string section;  ///< heading over it
  Key key;
  FieldKind kind = FieldKind::toggle;
  std::vector<Choice> choices;  ///< of choices, lists and methods
  FieldValue value;
};

/// In the order of their keys; exceptions for layers are none of them.
[[nodiscard]] std::vector<Field> fields_of(const Scheme& scheme);
/// The keys of an exception but for its pattern: all are optional.
[[nodiscard]] std::vector<Field> fields_of(const LayerOverride& layer);

/// Puts `value` at the key `path`. Values of another kind or unknown words and paths are our own mistakes.
void set_field(Scheme& scheme, std::string_view path, const FieldValue& value);
void set_field(LayerOverride& layer, std::string_view path, const FieldValue& value);

/// The parameters of a method that the key may name; none of an unknown one.
[[nodiscard]] std::span<const Param> params_of(const Key& key, const std::string& method);

/// What a value is called: "8 bits", "Symmetric", "Percentile (Percentile 99.9 %)".
[[nodiscard]] std::string text_of(const Field& field);
/// "keep in float", "4 bits weights"; for lists of exceptions.
[[nodiscard]] std::string text_of(const LayerOverride& layer);

/// A key in which schemes differ.
struct Difference {
  std::string section;
  std::string title;
  std::vector<std::string> values;  ///< one per scheme
};
/// All that is not the same in all of `schemes`, but for their names and summaries.
[[nodiscard]] std::vector<Difference> differences(std::span<const Scheme> schemes);

/// Why a scheme is impossible: which key, and what about it.
struct SchemeProblem {
  std::string path;  ///< empty: of no single key
  std::string text;
};
[[nodiscard]] std::optional<SchemeProblem> problem_of(const Scheme& scheme);
/// The same for a message that begins with a key's path.
[[nodiscard]] SchemeProblem problem_among(std::span<const Field> fields, const std::string& message);
[[nodiscard]] SchemeProblem problem_from(const Scheme& scheme, const std::string& message);

}  // namespace qs
