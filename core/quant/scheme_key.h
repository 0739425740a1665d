// What is known of one key of a scheme, beside its value.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/quant/scheme_words.h"

namespace qs {

/// One of the texts a key may hold.
struct Choice {
  std::string_view id;  ///< persistent
  std::string_view title;
  std::string_view summary;
  std::string_view citation = {};
};

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
  bool ends_only = false;                      ///< nothing between `min` and `max` is allowed
  bool governs = false;                        ///< while it is false, the other keys of its part do nothing
  std::vector<Choice> (*choices)() = nullptr;  ///< of text that must be one of a list
  /// Why a method of that id cannot answer here, and what happens instead; empty where it can, as far as is known
  /// without a network.
  std::string_view (*obstacle)(std::string_view id) = nullptr;
};

/// Whole numbers up to here survive every JSON reader.
inline constexpr std::int64_t kLargestWhole = std::int64_t{1} << 53;

template <class T, class Noun>
concept Of = std::same_as<std::remove_const_t<T>, Noun>;

/// A part of a scheme that has keys.
template <class T>
concept Keyed =
    Of<T, WeightScheme> || Of<T, ActivationScheme> || Of<T, LayerOverride> || Of<T, CalibrationScheme> || Of<T, Scheme>;

template <class T>
concept Whole = std::integral<T> && !std::same_as<std::remove_const_t<T>, bool>;

template <class T>
concept Worded = std::is_enum_v<T>;

}  // namespace qs
