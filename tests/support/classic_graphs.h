// The classic image classifiers, written as the papers and the usual exporters write them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tests/support/layer_builder.h"

namespace qs {

struct ClassicOptions {
  double width = 1;             ///< factor on the channels
  std::int64_t resolution = 0;  ///< 0: the network's own
  std::int64_t batch = -1;      ///< -1: dynamic
  Weights weights = Weights::random;
};

struct ClassicGraph {
  std::string_view name;
  std::vector<std::byte> (*build)(const ClassicOptions&);
  int convolutions;         ///< counted in the paper's table
  int matrix_products;      ///< fully connected layers
  std::int64_t parameters;  ///< trainable ones at full width as published; 0: nothing published
  double thin_width;        ///< a width that the reference backend runs quickly
  std::int64_t small_resolution;
};

[[nodiscard]] std::span<const ClassicGraph> classic_graphs();

/// `channels` at a width: a multiple of 8, but exact at full width.
[[nodiscard]] std::int64_t at_width(double width, std::int64_t channels);

using ClassicFile = std::vector<std::byte>;

// classic_plain.cpp
ClassicFile build_alexnet(const ClassicOptions& options);
ClassicFile build_zfnet(const ClassicOptions& options);
ClassicFile build_vgg16(const ClassicOptions& options);
ClassicFile build_squeezenet(const ClassicOptions& options);
// classic_inception.cpp
ClassicFile build_inception_v1(const ClassicOptions& options);
ClassicFile build_inception_v2(const ClassicOptions& options);
// classic_residual.cpp
ClassicFile build_resnet18(const ClassicOptions& options);
ClassicFile build_resnet50(const ClassicOptions& options);
ClassicFile build_resnet18_v2(const ClassicOptions& options);
ClassicFile build_densenet121(const ClassicOptions& options);
// classic_mobile.cpp
ClassicFile build_shufflenet(const ClassicOptions& options);
ClassicFile build_mobilenet_v1(const ClassicOptions& options);
ClassicFile build_mobilenet_v2(const ClassicOptions& options);
ClassicFile build_mobilenet_v3(const ClassicOptions& options);
ClassicFile build_efficientnet_b0(const ClassicOptions& options);
ClassicFile build_efficientnet_lite0(const ClassicOptions& options);

}  // namespace qs
