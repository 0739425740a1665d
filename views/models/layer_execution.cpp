#include "views/models/layer_execution.h"

#include <fmt/format.h>

#include "core/graph/operator.h"
#include "core/quant/layer_rules.h"
#include "core/quant/placement.h"

namespace qs {

namespace {

constexpr int kInt8Bits = 8;

std::string why_float(const Graph& graph, const Scheme& scheme, const LayerRules& rules, const Placement& placement,
                      const FusedNode& group) {
  if (scheme.is_float()) return "the scheme is float";
  const auto kept = placement.kept_float.find(group.node);
  if (kept != placement.kept_float.end()) return kept->second;
  if (!scheme.activations.quantized) return "the scheme leaves activations float";
  const Op& op = graph.node(group.node).op;
  const Quantizable quantizable = operator_of(op).quantizable;
  const bool weighted = quantizable == Quantizable::weighted;
  if (weighted && !scheme.weights.quantized) return "the scheme leaves weights float";
  if (std::holds_alternative<BatchNorm>(op)) return "it is not folded into a layer";
  if (weighted && rules.weight_bits(group.node) > kInt8Bits) {
    return fmt::format("{}-bit weights are simulated", rules.weight_bits(group.node));
  }
  if (placement.sources[group.output.at()] == EncodingSource::none) return "what it computes on stays float";
  if (rules.activation_bits(group.node) > kInt8Bits) {
    return fmt::format("{}-bit activations are simulated", rules.activation_bits(group.node));
  }
  return {};
}

}  // namespace

std::vector<std::string> planned_float(const Graph& graph, const Scheme& scheme) {
  const Placement placement = place_quantizers(graph, scheme);
  const LayerRules rules(graph, scheme);
  std::vector<std::string> reasons;
  reasons.reserve(placement.groups.size());
  for (const FusedNode& group : placement.groups) reasons.push_back(why_float(graph, scheme, rules, placement, group));
  return reasons;
}

}  // namespace qs
