// What a scheme says about each single layer: overrides by name, and the rules for the first and the last one.
#pragma once

#include <string>

#include "core/quant/scheme.h"

namespace qs {

class LayerRules {
 public:
  /// Both must outlive the rules.
  LayerRules(const Graph& graph, const Scheme& scheme);

  [[nodiscard]] bool keeps_float(NodeId node) const { return !why_float(node).empty(); }
  [[nodiscard]] std::string why_float(NodeId node) const;
  [[nodiscard]] int weight_bits(NodeId node) const;
  [[nodiscard]] const MethodChoice& weight_range(NodeId node) const;
  /// Of the value that `node` makes.
  [[nodiscard]] int activation_bits(NodeId node) const;
  [[nodiscard]] const MethodChoice& activation_range(NodeId node) const;

 private:
  /// The first override that matches the node's name and sets `field`.
  template <class T>
  [[nodiscard]] const T* overridden(NodeId node, std::optional<T> LayerOverride::*field) const;
  [[nodiscard]] EndLayers end_rule(NodeId node) const;

  const Graph& graph_;
  const Scheme& scheme_;
  NodeId first_;
  NodeId last_;
};

}  // namespace qs
