// A small network of plain convolutions.
#include <fmt/format.h>

#include "core/graph/networks/layers.h"
#include "core/graph/networks/rows.h"

namespace qs {

namespace {

constexpr Param kWidth = {
    .id = "width",
    .title = "Channels of the first stage",
    .unit = "channels",
    .summary = "Each further stage has twice as many.",
    .default_value = 16,
    .min = 4,
    .max = 256,
    .whole = true,
};
constexpr Param kStages = {
    .id = "stages",
    .title = "Stages",
    .unit = "",
    .summary = "Each is two 3x3 convolutions; from the second on the first of them halves the image.",
    .default_value = 3,
    .min = 1,
    .max = 5,
    .whole = true,
};

constexpr float kEpsilon = 1e-5F;

Graph build(const std::map<std::string, double>& settings, NetworkInput input, std::int64_t classes,
            std::uint64_t seed) {
  std::int64_t channels = static_cast<std::int64_t>(setting(settings, kWidth));
  NetworkLayers net("plain_cnn", input, seed);
  ValueId x = net.input();
  for (int stage = 1; stage <= static_cast<int>(setting(settings, kStages)); ++stage, channels *= 2) {
    const ConvShape first{.channels = channels, .stride = stage == 1 ? 1 : 2};
    x = net.conv_bn_act(fmt::format("conv_{}", 2 * stage - 1), x, first, kEpsilon);
    x = net.conv_bn_act(fmt::format("conv_{}", 2 * stage), x, {.channels = channels}, kEpsilon);
  }
  return std::move(net).classify(x, classes);
}

}  // namespace

const Network plain_cnn_network = {
    .id = "plain_cnn",
    .title = "Plain CNN",
    .summary = "3x3 convolutions with BatchNorm and ReLU, nothing else: the first network to try something on.",
    .citation = "After Simonyan and Zisserman 2014 (arXiv:1409.1556), section 2.1, with strides for poolings",
    .params = {kWidth, kStages},
    .build = build,
};

}  // namespace qs
