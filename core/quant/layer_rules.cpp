#include "core/quant/layer_rules.h"

#include "core/quant/placement.h"

namespace qs {

LayerRules::LayerRules(const Graph& graph, const Scheme& scheme) : graph_(graph), scheme_(scheme) {
  const std::vector<NodeId> layers = weighted_layers(graph);
  if (layers.empty()) return;
  first_ = layers.front();
  last_ = layers.back();
}

template <class T>
const T* LayerRules::overridden(NodeId node, std::optional<T> LayerOverride::*field) const {
  for (const LayerOverride& each : scheme_.layers) {
    if (each.*field && matches(each.pattern, graph_.node(node).name)) return &*(each.*field);
  }
  return nullptr;
}

EndLayers LayerRules::end_rule(NodeId node) const {
  if (node == first_ && scheme_.first_layer != EndLayers::like_others) return scheme_.first_layer;
  return node == last_ ? scheme_.last_layer : EndLayers::like_others;
}

std::string LayerRules::why_float(NodeId node) const {
  if (const bool* keep = overridden(node, &LayerOverride::keep_float)) {
    return *keep ? "the scheme keeps this layer float" : "";
  }
  if (end_rule(node) != EndLayers::keep_float) return {};
  return node == first_ ? "the scheme keeps the first layer float" : "the scheme keeps the last layer float";
}

int LayerRules::weight_bits(NodeId node) const {
  if (const int* bits = overridden(node, &LayerOverride::weight_bits)) return *bits;
  return end_rule(node) == EndLayers::eight_bits ? 8 : scheme_.weights.bits;
}

const MethodChoice& LayerRules::weight_range(NodeId node) const {
  const MethodChoice* range = overridden(node, &LayerOverride::weight_range);
  return range != nullptr ? *range : scheme_.weights.range;
}

int LayerRules::activation_bits(NodeId node) const {
  if (const int* bits = overridden(node, &LayerOverride::activation_bits)) return *bits;
  return end_rule(node) == EndLayers::eight_bits ? 8 : scheme_.activations.bits;
}

const MethodChoice& LayerRules::activation_range(NodeId node) const {
  const MethodChoice* range = overridden(node, &LayerOverride::activation_range);
  return range != nullptr ? *range : scheme_.activations.range;
}

}  // namespace qs
