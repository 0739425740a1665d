// The layers networks are built of, with their initial weights.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/graph/networks/networks.h"

namespace qs {

/// A square convolution with padding kernel / 2 on all sides, so that stride 1 keeps the extents and stride 2 halves
/// them, rounding up.
struct ConvShape {
  std::int64_t channels = 0;  ///< of the output
  std::int64_t kernel = 3;
  std::int64_t stride = 1;
  std::int64_t groups = 1;
};

/// Grows a network layer by layer. A value is called after the node that makes it, a constant after its node and part
/// ("conv_1.weight"), and random numbers come from (seed, place of the layer, place in it).
class NetworkLayers {
 public:
  NetworkLayers(std::string name, NetworkInput input, std::uint64_t seed);

  [[nodiscard]] ValueId input() const { return graph_.inputs.front(); }
  [[nodiscard]] std::int64_t channels(ValueId id) const { return graph_.value(id).shape[1]; }

  /// Any node over `inputs`; its first output.
  ValueId add(const std::string& name, Op op, std::vector<ValueId> inputs);
  /// Convolution "NAME" and BatchNorm "NAME_bn".
  ValueId conv_bn(const std::string& name, ValueId x, const ConvShape& shape, float epsilon);
  /// The same and an activation "NAME_relu".
  ValueId conv_bn_act(const std::string& name, ValueId x, const ConvShape& shape, float epsilon,
                      const Op& activation = Relu{});

  /// Global average, Flatten and the fully connected layer "classifier" with result "logits"; the finished network.
  [[nodiscard]] Graph classify(ValueId x, std::int64_t classes) &&;

 private:
  ValueId constant(const std::string& name, Shape shape, float value);
  ValueId normal(const std::string& name, Shape shape, double deviation);

  Graph graph_;
  std::uint64_t seed_;
  std::uint64_t random_layers_ = 0;
};

}  // namespace qs
