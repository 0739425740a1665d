// Networks that can be built and trained from nothing. One file each, and a line in networks.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/param.h"
#include "core/graph/graph.h"

namespace qs {

/// The images a network is built for.
struct NetworkInput {
  std::int64_t channels = 3;
  std::int64_t height = 32;
  std::int64_t width = 32;
};

/// A family of networks. What `build` makes has one input "input" [1, channels, height, width], one output "logits"
/// [1, classes], runs at any batch size, and keeps BatchNorm as nodes. Convolutions have no bias and weights from a
/// normal distribution with variance 2 / fan-out (He et al., arXiv:1502.01852, section 2.2; fan-out is kernel area
/// times output channels per group, 9 for a depthwise 3x3), BatchNorm starts as scale 1, shift 0, mean 0, variance 1,
/// the classifier with deviation 0.01 and bias 0. The same seed gives the same bytes.
struct Network {
  std::string_view id;  ///< persistent
  std::string_view title;
  std::string_view summary;   ///< one sentence
  std::string_view citation;  ///< paper, section
  std::vector<Param> params;
  /// For settings and extents that have passed the checks of `build_network`.
  Graph (*build)(const std::map<std::string, double>& settings, NetworkInput input, std::int64_t classes,
                 std::uint64_t seed);
};

/// All networks in the order they are shown.
[[nodiscard]] std::span<const Network* const> networks();

/// The network with this id; throws `Error` (bad_input) listing the known ones.
[[nodiscard]] const Network& network(std::string_view id);

/// Builds a network. Throws `Error` (bad_input) naming the network and the setting for unknown settings and values out
/// of bounds, fewer than 2 classes, and extents that are not positive or beyond all images (4096).
[[nodiscard]] Graph build_network(const Network& network, const std::map<std::string, double>& settings,
                                  NetworkInput input, std::int64_t classes, std::uint64_t seed);

}  // namespace qs
