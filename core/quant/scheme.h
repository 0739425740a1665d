// A scheme: all that the user chose. A value that is compared, saved as JSON and shown as a form.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/param.h"
#include "core/graph/fusion.h"
#include "core/quant/encoding.h"

namespace qs {

enum class Granularity : std::uint8_t { tensor, channel };
enum class Rounding : std::uint8_t { nearest, stochastic };
enum class Sign : std::uint8_t {
  automatic,
  is_signed,
  is_unsigned
};  ///< automatic: unsigned unless symmetric and negative values occur
enum class EndLayers : std::uint8_t { like_others, eight_bits, keep_float };  ///< rule for the first or last layer

struct WeightScheme {
  bool quantized = true;
  std::string method = "uniform";
  int bits = 8;
  GridKind grid = GridKind::symmetric_restricted;
  Granularity granularity = Granularity::channel;
  Rounding rounding = Rounding::nearest;
  MethodChoice range{"min_max", {}};
  friend bool operator==(const WeightScheme&, const WeightScheme&) = default;
};

struct ActivationScheme {
  bool quantized = true;
  int bits = 8;
  GridKind grid = GridKind::affine;
  Sign sign = Sign::automatic;
  Rounding rounding = Rounding::nearest;
  /// Whether what a convolution gives to an addition with a shortcut is encoded before (`separate`: TFLite,
  /// Krishnamoorthi fig 6) or stays in the unrounded s32 sums (`fused`: oneDNN's `sum` post-op).
  Residual residual = Residual::fused;
  MethodChoice range{"moving_average", {}};
  friend bool operator==(const ActivationScheme&, const ActivationScheme&) = default;
};

/// Exceptions for layers whose name matches `pattern` (* any text, ? any character). The first match per field counts.
struct LayerOverride {
  std::string pattern;
  std::optional<bool> keep_float;
  std::optional<int> weight_bits;
  std::optional<int> activation_bits;
  std::optional<MethodChoice> weight_range;
  std::optional<MethodChoice> activation_range;
  friend bool operator==(const LayerOverride&, const LayerOverride&) = default;
};

struct CalibrationScheme {
  std::int64_t images = 256;
  std::int64_t batch = 8;
  std::uint64_t seed = 1;
  friend bool operator==(const CalibrationScheme&, const CalibrationScheme&) = default;
};

struct Scheme {
  // Defined in scheme.cpp: compiled once.
  Scheme();
  Scheme(const Scheme&);
  Scheme(Scheme&&) noexcept;
  Scheme& operator=(const Scheme&);
  Scheme& operator=(Scheme&&) noexcept;
  ~Scheme();

  std::string id = "float";  ///< persistent; letters, digits and -_.
  std::string title = "Float";
  std::string summary;  ///< one sentence
  WeightScheme weights;
  ActivationScheme activations;
  std::vector<std::string> passes = {"fold_batch_norm"};  ///< ids, in order, after those that every model gets
  EndLayers first_layer = EndLayers::like_others;
  EndLayers last_layer = EndLayers::like_others;
  int bias_bits = 32;  ///< 32: integers in units of input scale x weight scale; 0: unquantized
  std::vector<LayerOverride> layers;
  CalibrationScheme calibration;
  std::uint64_t seed = 1;  ///< of stochastic rounding

  [[nodiscard]] bool is_float() const { return !weights.quantized && !activations.quantized; }
  friend bool operator==(const Scheme&, const Scheme&);
};

/// Throws `Error` (bad_input) naming the key of an impossible value or combination, e.g. unsigned restricted weights.
void check(const Scheme& scheme);

/// JSON with "format": "quantoscope.scheme" and "version": 1. Every key is written.
[[nodiscard]] nlohmann::ordered_json to_json(const Scheme& scheme);

/// Reads what `to_json` writes; keys left out keep their defaults, but for "format" and "id", which must be there.
/// Unknown keys, wrong types, another format or a newer version throw `Error` (bad_input) naming the key by its path
/// ("weights.bits"). The result has passed `check`.
[[nodiscard]] Scheme scheme_from_json(const nlohmann::ordered_json& json);

/// The schemes of the whitepaper's tables, in order, `float` first; then those with other reasons.
[[nodiscard]] std::span<const Scheme> preset_schemes();

/// Where in the whitepaper a preset stands ("Table 3"); empty for other ids.
[[nodiscard]] std::string_view preset_source(std::string_view id);

/// The JSON Schema (draft 2020-12) of a scheme's JSON: keys, bounds, defaults, methods and their settings.
[[nodiscard]] nlohmann::ordered_json scheme_schema();

/// A preset by its id, or the scheme in the JSON file of this name. Throws `Error` (bad_input) listing the presets when
/// it is neither, and naming the file when that is no scheme or uses a preset's id for something else.
[[nodiscard]] Scheme find_scheme(const std::string& id_or_file);

/// Whether a layer's name fits a pattern of * and ?.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view name);

}  // namespace qs
