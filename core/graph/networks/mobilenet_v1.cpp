// MobileNet v1: Howard et al., arXiv:1704.04861, table 1, in sizes down to images of a few pixels.
#include <fmt/format.h>

#include <algorithm>

#include "core/graph/networks/layers.h"
#include "core/graph/networks/rows.h"

namespace qs {

namespace {

constexpr Param kWidth = {
    .id = "width",
    .title = "Width multiplier",
    .unit = "",
    .summary = "Factor on the channels of every layer (rounded down, at least 8).",
    .default_value = 1,
    .min = 0.1,
    .max = 2,
};
constexpr Param kRelu6 = {
    .id = "relu6",
    .title = "ReLU6",
    .unit = "",
    .summary = "1: activations end at 6, as in the published network; 0: plain ReLU.",
    .default_value = 1,
    .min = 0,
    .max = 1,
    .whole = true,
};
constexpr Param kHalvings = {
    .id = "halvings",
    .title = "Layers of stride 2",
    .unit = "",
    .summary =
        "How often the image is halved, the last places first (blocks 12, 6, 4, 2, then the first layer); 5 as "
        "published, -1 for as many as leave a feature map of at least 4x4.",
    .default_value = -1,
    .min = -1,
    .max = 5,
    .whole = true,
};
constexpr Param kRepeats = {
    .id = "repeats",
    .title = "Repeated blocks",
    .unit = "blocks",
    .summary = "How many blocks of 512 channels follow one another at one size; 5 in the published network.",
    .default_value = 5,
    .min = 0,
    .max = 5,
    .whole = true,
};

constexpr float kEpsilon = 1e-3F;  // of BatchNorm, as in the published code
constexpr std::int64_t kLeastChannels = 8;
constexpr std::int64_t kSmallestMap = 4;
constexpr std::int64_t kMostHalvings = 5;
constexpr std::int64_t kRepeatedChannels = 512;
constexpr std::int64_t kFirstChannels = 32;

/// A depthwise 3x3 and a pointwise convolution. `halving` counts the places of stride 2 from the front, 0 for none; the
/// first layer is number 1.
struct Block {
  std::int64_t channels;
  std::int64_t halving;
};

std::vector<Block> blocks(std::int64_t repeats) {
  std::vector<Block> result = {{64, 0}, {128, 2}, {128, 0}, {256, 3}, {256, 0}, {kRepeatedChannels, 4}};
  result.resize(result.size() + static_cast<std::size_t>(repeats), {kRepeatedChannels, 0});
  result.insert(result.end(), {{1024, 5}, {1024, 0}});
  return result;
}

/// The most halvings, each rounding up, that leave at least 4 pixels of the shorter side; 3 for 32x32, 5 for 224x224.
std::int64_t fitting_halvings(NetworkInput input) {
  std::int64_t extent = std::min(input.height, input.width);
  std::int64_t halvings = 0;
  for (; halvings < kMostHalvings && (extent + 1) / 2 >= kSmallestMap; ++halvings) extent = (extent + 1) / 2;
  return halvings;
}

Graph build(const std::map<std::string, double>& settings, NetworkInput input, std::int64_t classes,
            std::uint64_t seed) {
  const double width = setting(settings, kWidth);
  const auto scaled = [&](std::int64_t channels) {
    return std::max(kLeastChannels, static_cast<std::int64_t>(static_cast<double>(channels) * width));
  };
  const auto chosen = static_cast<std::int64_t>(setting(settings, kHalvings));
  const std::int64_t halvings = chosen < 0 ? fitting_halvings(input) : chosen;
  const auto stride = [&](std::int64_t place) { return place > kMostHalvings - halvings ? 2 : 1; };
  const Op activation = setting(settings, kRelu6) == 0 ? Op{Relu{}} : Op{Clip{0, 6}};

  NetworkLayers net("mobilenet_v1", input, seed);
  ValueId x = net.conv_bn_act("conv_1", net.input(), {.channels = scaled(kFirstChannels), .stride = stride(1)},
                              kEpsilon, activation);
  int number = 0;
  for (const Block& block : blocks(static_cast<std::int64_t>(setting(settings, kRepeats)))) {
    ++number;
    const std::int64_t channels = net.channels(x);
    x = net.conv_bn_act(fmt::format("conv_dw_{}", number), x,
                        {.channels = channels, .stride = stride(block.halving), .groups = channels}, kEpsilon,
                        activation);
    x = net.conv_bn_act(fmt::format("conv_pw_{}", number), x, {.channels = scaled(block.channels), .kernel = 1},
                        kEpsilon, activation);
  }
  return std::move(net).classify(x, classes);
}

}  // namespace

const Network mobilenet_v1_network = {
    .id = "mobilenet_v1",
    .title = "MobileNet v1",
    .summary = "Depthwise and pointwise convolutions in turn: small, fast, and hard to quantize per tensor.",
    .citation = "Howard et al. 2017 (arXiv:1704.04861), table 1; padding as PyTorch has it, (1, 1) at stride 2",
    .params = {kWidth, kRelu6, kHalvings, kRepeats},
    .build = build,
};

}  // namespace qs
