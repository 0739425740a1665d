// The keys of a scheme's JSON, each described once: reading, writing, checking and the JSON Schema all walk this list.
#pragma once

#include <concepts>
#include <type_traits>

#include "core/graph/passes/passes.h"
#include "core/quant/range_estimator.h"
#include "core/quant/scheme_words.h"
#include "core/quant/weight_method.h"

namespace qs {

struct Key {
  std::string_view name;     ///< persistent
  std::string_view summary;  ///< one sentence
  std::int64_t min = 0;      ///< of whole numbers; both bounds are allowed values
  std::int64_t max = 0;
  bool ends_only = false;                                ///< nothing between `min` and `max` is allowed
  std::vector<std::string_view> (*choices)() = nullptr;  ///< of text that must be one of a list
};

/// Whole numbers up to here survive every JSON reader.
inline constexpr std::int64_t kLargestWhole = std::int64_t{1} << 53;

template <class List>
[[nodiscard]] std::vector<std::string_view> ids_of(const List& list) {
  std::vector<std::string_view> ids;
  for (const auto* each : list) ids.push_back(each->id);
  return ids;
}
inline std::vector<std::string_view> weight_method_ids() {
  return ids_of(weight_methods());
}
inline std::vector<std::string_view> pass_ids() {
  std::vector<std::string_view> ids = ids_of(passes());
  for (std::string_view id : ids_of(optional_passes())) ids.push_back(id);
  return ids;
}

template <class T, class Noun>
concept Of = std::same_as<std::remove_const_t<T>, Noun>;

void for_each_key(Of<WeightScheme> auto& weights, auto&& visit) {
  visit(Key{.name = "quantized", .summary = "Whether weights are quantized at all."}, weights.quantized);
  visit(Key{.name = "method", .summary = "How weights become integers.", .choices = weight_method_ids}, weights.method);
  visit(
      Key{.name = "bits", .summary = "Bits of each weight; above 8 simulated only.", .min = kMinBits, .max = kMaxBits},
      weights.bits);
  visit(Key{.name = "grid", .summary = "Where the codes lie around 0."}, weights.grid);
  visit(Key{.name = "granularity", .summary = "How many weights share a scale."}, weights.granularity);
  visit(Key{.name = "rounding", .summary = "Where a weight between two codes goes."}, weights.rounding);
  visit(Key{.name = "range", .summary = "Which interval of weights the codes cover."}, weights.range);
}

void for_each_key(Of<ActivationScheme> auto& activations, auto&& visit) {
  visit(Key{.name = "quantized", .summary = "Whether activations are quantized at all."}, activations.quantized);
  visit(Key{.name = "bits",
            .summary = "Bits of each activation; above 8 simulated only.",
            .min = kMinBits,
            .max = kMaxBits},
        activations.bits);
  visit(Key{.name = "grid", .summary = "Where the codes lie around 0."}, activations.grid);
  visit(Key{.name = "sign", .summary = "Whether codes are signed."}, activations.sign);
  visit(Key{.name = "rounding", .summary = "Where an activation between two codes goes."}, activations.rounding);
  visit(Key{.name = "residual", .summary = "What enters an addition together with the shortcut."},
        activations.residual);
  visit(Key{.name = "range", .summary = "Which interval of activations the codes cover."}, activations.range);
}

void for_each_key(Of<LayerOverride> auto& layer, auto&& visit) {
  visit(Key{.name = "pattern", .summary = "Name of the layers; * is any text, ? any character."}, layer.pattern);
  visit(Key{.name = "keep_float", .summary = "Whether these layers are left out."}, layer.keep_float);
  visit(Key{.name = "weight_bits", .summary = "Bits of each weight here.", .min = kMinBits, .max = kMaxBits},
        layer.weight_bits);
  visit(Key{.name = "activation_bits", .summary = "Bits of each activation here.", .min = kMinBits, .max = kMaxBits},
        layer.activation_bits);
  visit(Key{.name = "weight_range", .summary = "Range estimator of the weights here."}, layer.weight_range);
  visit(Key{.name = "activation_range", .summary = "Range estimator of the activations here."}, layer.activation_range);
}

void for_each_key(Of<CalibrationScheme> auto& calibration, auto&& visit) {
  visit(Key{.name = "images",
            .summary = "How many images the ranges of activations come from.",
            .min = 1,
            .max = 100'000'000},
        calibration.images);
  visit(Key{.name = "batch",
            .summary = "Images in each batch; some estimators look at batches.",
            .min = 1,
            .max = 65'536},
        calibration.batch);
  visit(Key{.name = "seed", .summary = "Chooses which images.", .min = 0, .max = kLargestWhole}, calibration.seed);
}

void for_each_key(Of<Scheme> auto& scheme, auto&& visit) {
  visit(Key{.name = "id", .summary = "Short name: letters, digits and -_."}, scheme.id);
  visit(Key{.name = "title", .summary = "Name as shown to people."}, scheme.title);
  visit(Key{.name = "summary", .summary = "One sentence about the scheme."}, scheme.summary);
  visit(Key{.name = "weights", .summary = "What happens to weights."}, scheme.weights);
  visit(Key{.name = "activations", .summary = "What happens to activations."}, scheme.activations);
  visit(Key{.name = "passes",
            .summary = "Rewrites of the network before it is quantized, in order.",
            .choices = pass_ids},
        scheme.passes);
  visit(Key{.name = "first_layer", .summary = "Exception for the first layer."}, scheme.first_layer);
  visit(Key{.name = "last_layer", .summary = "Exception for the last layer."}, scheme.last_layer);
  visit(Key{.name = "bias_bits",
            .summary = "32: biases are integers of that width; 0: they stay float.",
            .min = 0,
            .max = 32,
            .ends_only = true},
        scheme.bias_bits);
  visit(Key{.name = "layers", .summary = "Exceptions by name; the first that matches counts, key by key."},
        scheme.layers);
  visit(Key{.name = "calibration", .summary = "Where the ranges of activations come from."}, scheme.calibration);
  visit(Key{.name = "seed", .summary = "Of stochastic rounding.", .min = 0, .max = kLargestWhole}, scheme.seed);
}

/// A part of a scheme that has keys.
template <class T>
concept Keyed =
    Of<T, WeightScheme> || Of<T, ActivationScheme> || Of<T, LayerOverride> || Of<T, CalibrationScheme> || Of<T, Scheme>;

template <class T>
concept Whole = std::integral<T> && !std::same_as<std::remove_const_t<T>, bool>;

template <class T>
concept Worded = std::is_enum_v<T>;

}  // namespace qs
