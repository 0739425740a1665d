// ResNets for small images: He et al., arXiv:1512.03385, section 4.2.
#include <fmt/format.h>

#include "core/graph/networks/layers.h"
#include "core/graph/networks/rows.h"

namespace qs {

namespace {

constexpr Param kDepth = {
    .id = "depth",
    .title = "Depth",
    .unit = "layers",
    .summary = "6 n + 2 layers: 8, 14, 20, 32, 44, 56, ...; three stages of n blocks of two convolutions.",
    .default_value = 20,
    .min = 8,
    .max = 110,
    .whole = true,
};
constexpr Param kWidth = {
    .id = "width",
    .title = "Channels of the first stage",
    .unit = "channels",
    .summary = "The second and third stage have two and four times as many; 16 in the published network.",
    .default_value = 16,
    .min = 4,
    .max = 256,
    .whole = true,
};
constexpr Param kProjection = {
    .id = "projection",
    .title = "Shortcuts with weights",
    .unit = "",
    .summary =
        "Where a stage begins, 1: a 1x1 convolution with BatchNorm (option B); 0: every second pixel and channels "
        "of zeros (option A, as published).",
    .default_value = 1,
    .min = 0,
    .max = 1,
    .whole = true,
};

constexpr float kEpsilon = 1e-5F;

/// Every second pixel of x, and zeros for the channels that are missing: no parameters.
ValueId padded_shortcut(NetworkLayers& net, const std::string& name, ValueId x, std::int64_t channels) {
  const std::vector<std::int64_t> one(2, 1);
  const std::vector<std::int64_t> none(2, 0);
  const Window every_second{one, {2, 2}, one, none, none};
  const std::int64_t missing = channels - net.channels(x);
  x = net.add(name + "_subsample", MaxPool{every_second, false}, {x});
  return net.add(name, Pad{.begin = {0, missing / 2, 0, 0}, .end = {0, missing - missing / 2, 0, 0}}, {x});
}

/// Two 3x3 convolutions and the input added, ReLU behind the sum.
ValueId block(NetworkLayers& net, const std::string& name, ValueId x, const ConvShape& first, bool projection) {
  const std::string shortcut_name = name + "_shortcut";
  ValueId shortcut = x;
  if (first.stride != 1) {
    const ConvShape projected{.channels = first.channels, .kernel = 1, .stride = first.stride};
    shortcut = projection ? net.conv_bn(shortcut_name, x, projected, kEpsilon)
                          : padded_shortcut(net, shortcut_name, x, first.channels);
  }
  const ValueId middle = net.conv_bn_act(name + "_conv_1", x, first, kEpsilon);
  const ValueId last = net.conv_bn(name + "_conv_2", middle, {.channels = first.channels}, kEpsilon);
  return net.add(name + "_relu", Relu{}, {net.add(name + "_add", Add{}, {last, shortcut})});
}

Graph build(const std::map<std::string, double>& settings, NetworkInput input, std::int64_t classes,
            std::uint64_t seed) {
  const auto depth = static_cast<int>(setting(settings, kDepth));
  if (depth % 6 != 2) bad_input("\"depth\" is {}, but must be 6 n + 2: 8, 14, 20, 26, 32, ...", depth);
  const bool projection = setting(settings, kProjection) != 0;
  std::int64_t channels = static_cast<std::int64_t>(setting(settings, kWidth));
  NetworkLayers net(fmt::format("resnet{}", depth), input, seed);
  ValueId x = net.conv_bn_act("conv_1", net.input(), {.channels = channels}, kEpsilon);
  for (int stage = 1; stage <= 3; ++stage, channels *= 2) {
    for (int i = 1; i <= (depth - 2) / 6; ++i) {
      const ConvShape first{.channels = channels, .stride = stage > 1 && i == 1 ? 2 : 1};
      x = block(net, fmt::format("stage_{}_block_{}", stage, i), x, first, projection);
    }
  }
  return std::move(net).classify(x, classes);
}

}  // namespace

const Network resnet_cifar_network = {
    .id = "resnet_cifar",
    .title = "ResNet for small images",
    .summary = "Three stages of residual blocks with 16, 32 and 64 channels.",
    .citation = "He et al. 2015 (arXiv:1512.03385), section 4.2",
    .params = {kDepth, kWidth, kProjection},
    .build = build,
};

}  // namespace qs
