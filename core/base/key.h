// The keys of values that people choose (a scheme, a recipe): what is known of each beside its value. Reading, writing,
// checking, the JSON Schema and forms walk the same list, a function `for_each_key(part, visit)` beside the type, which
// calls visit(Key, member) in order.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/param.h"

namespace qs {

/// One of the texts a key may hold.
struct Choice {
  std::string_view id;  ///< persistent
  std::string_view title;
  std::string_view summary;
  std::string_view citation = {};
};

/// A method a key may name, with its parameters.
struct MethodOption {
  Choice choice;
  std::span<const Param> params;
};

/// The methods a key chooses from.
struct MethodList {
  std::string_view id;    ///< its name among the definitions of a JSON Schema; persistent
  std::string_view noun;  ///< "range estimator"
  std::vector<MethodOption> options;
};

/// The options of a list of descriptors with id, title, summary, citation and params.
template <class Descriptors>
[[nodiscard]] std::vector<MethodOption> method_options(const Descriptors& descriptors) {
  std::vector<MethodOption> options;
  for (const auto* each : descriptors) {
    options.push_back({{each->id, each->title, each->summary, each->citation}, each->params});
  }
  return options;
}

struct Key {
  std::string_view name;       ///< persistent
  std::string_view title;      ///< as people read it, beside the editor
  std::string_view summary;    ///< one sentence
  std::string_view unit = {};  ///< "bits", "images", ...; empty for a bare number and what is no number
  std::string_view citation = {};
  std::string_view section = {};  ///< heading over it in a form; empty inside the parts, whose titles are the headings
  std::string_view exception_to = {};  ///< path of the key whose value counts where this one is left out
  std::int64_t min = 0;                ///< of whole numbers; both bounds are allowed values
  std::int64_t max = 0;
  double least = 0;  ///< of real numbers; both bounds are allowed values
  double most = 0;
  bool ends_only = false;                      ///< nothing between `min` and `max` is allowed
  bool governs = false;                        ///< while it is false, the other keys of its part do nothing
  std::vector<Choice> (*choices)() = nullptr;  ///< of text that must be one of a list
  MethodList (*methods)() = nullptr;           ///< of methods; null: any id
  /// Why a method of that id cannot answer here, and what happens instead; empty where it can, as far as is known
  /// without a network.
  std::string_view (*obstacle)(std::string_view id) = nullptr;
};

/// Whole numbers up to here survive every JSON reader.
inline constexpr std::int64_t kLargestWhole = std::int64_t{1} << 53;

template <class T, class Noun>
concept Of = std::same_as<std::remove_const_t<T>, Noun>;

/// Whether a type has a `for_each_key`.
template <class T>
inline constexpr bool kHasKeys = false;

/// A value, or a part of one, that has keys.
template <class T>
concept Keyed = kHasKeys<std::remove_const_t<T>>;

template <class T>
concept Whole = std::integral<T> && !std::same_as<std::remove_const_t<T>, bool>;

template <class T>
concept Worded = std::is_enum_v<T>;

/// How a choice is called in JSON, and what it means.
template <class T>
struct Word {
  T value;
  std::string_view word;   ///< persistent
  std::string_view title;  ///< as people read it
  std::string_view summary;
};

/// The words of one enumeration, in the order they are shown.
template <class T>
inline constexpr std::array<Word<T>, 0> kWords{};

template <class T>
[[nodiscard]] constexpr std::string_view word_of(T value) {
  for (const Word<T>& each : kWords<T>) {
    if (each.value == value) return each.word;
  }
  return "?";
}

/// "weights.bits": a key's path, which messages name it by.
[[nodiscard]] inline std::string joined_path(std::string_view path, std::string_view key) {
  std::string joined(path);
  if (!joined.empty()) joined += '.';
  return joined += key;
}

}  // namespace qs
