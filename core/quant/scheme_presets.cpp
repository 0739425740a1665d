// The schemes of R. Krishnamoorthi, Quantizing deep convolutional networks for efficient inference, arXiv:1806.08342,
// and one for CPUs without VNNI.
#include <fmt/format.h>

#include "core/quant/scheme.h"

namespace qs {

namespace {

// The quantizers of the paper's tables, spec/methods.md section 1: asymmetric weights are unsigned with a zero point,
// symmetric ones signed and restricted, ranges are actual minima and maxima.
struct Weights {
  std::string_view id;
  std::string_view words;
  GridKind grid;
  Granularity granularity;
};
constexpr Weights kTensorAsymmetric{"tensor-asym", "per tensor, asymmetric", GridKind::affine, Granularity::tensor};
constexpr Weights kTensorSymmetric{"tensor-sym", "per tensor, symmetric", GridKind::symmetric_restricted,
                                   Granularity::tensor};
constexpr Weights kChannelSymmetric{"channel-sym", "per channel, symmetric", GridKind::symmetric_restricted,
                                    Granularity::channel};
constexpr Weights kChannelAsymmetric{"channel-asym", "per channel, asymmetric", GridKind::affine, Granularity::channel};

Scheme float_scheme() {
  Scheme scheme;
  scheme.id = "float";
  scheme.title = "Float";
  scheme.summary = "Nothing is quantized; the others are compared with this.";
  scheme.weights.quantized = false;
  scheme.activations.quantized = false;
  return scheme;
}

Scheme weights_only(const Weights& weights) {
  Scheme scheme;
  scheme.id = fmt::format("w8-{}", weights.id);
  scheme.title = fmt::format("8-bit weights {}", weights.words);
  scheme.summary = "Weights only: what quantizing them costs by itself, without images.";
  scheme.weights.grid = weights.grid;
  scheme.weights.granularity = weights.granularity;
  scheme.activations.quantized = false;
  return scheme;
}

Scheme both(int weight_bits, int activation_bits, const Weights& weights) {
  Scheme scheme;
  scheme.id = fmt::format("w{}a{}-{}", weight_bits, activation_bits, weights.id);
  scheme.title = fmt::format("{}-bit weights {}, {}-bit activations", weight_bits, weights.words, activation_bits);
  scheme.summary = "Weights and activations: inference in integers.";
  scheme.weights.bits = weight_bits;
  scheme.weights.grid = weights.grid;
  scheme.weights.granularity = weights.granularity;
  scheme.activations.bits = activation_bits;
  return scheme;
}

Scheme activations_only() {
  Scheme scheme;
  scheme.id = "a8";
  scheme.title = "8-bit activations";
  scheme.summary = "Activations only: what quantizing them costs by itself.";
  scheme.weights.quantized = false;
  return scheme;
}

/// A preset and where in the paper it stands; empty for ours.
struct Preset {
  Scheme scheme;
  std::string_view source;
};

const std::vector<Preset>& presets() {
  static const std::vector<Preset> all = {
      {float_scheme(), "Table 1"},
      {weights_only(kTensorAsymmetric), "Table 2"},
      {weights_only(kChannelSymmetric), "Table 2"},
      {weights_only(kChannelAsymmetric), "Table 2"},
      {both(8, 8, kTensorAsymmetric), "Table 3"},
      {both(8, 8, kTensorSymmetric), "figures 18, 19"},
      {both(8, 8, kChannelSymmetric), "Table 3"},
      {both(8, 8, kChannelAsymmetric), "Table 3"},
      {activations_only(), "Table 3"},
      {both(4, 8, kTensorAsymmetric), "Table 5"},
      {both(4, 8, kChannelSymmetric), "Table 5"},
      {both(8, 4, kChannelSymmetric), "Table 6"},
      {both(7, 8, kChannelSymmetric), ""},  // exact on CPUs without VNNI, where pairs of products saturate
  };
  return all;
}

}  // namespace

std::span<const Scheme> preset_schemes() {
  static const std::vector<Scheme> schemes = [] {
    std::vector<Scheme> list;
    for (const Preset& preset : presets()) list.push_back(preset.scheme);
    return list;
  }();
  return schemes;
}

std::string_view preset_source(std::string_view id) {
  for (const Preset& preset : presets()) {
    if (preset.scheme.id == id) return preset.source;
  }
  return {};
}

}  // namespace qs
