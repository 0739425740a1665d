#include "core/quant/placement.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/graph/op_kind.h"
#include "core/graph/operator.h"
#include "core/quant/layer_rules.h"

namespace qs {

namespace {

/// Max and average pooling of numbers on a grid: TFLite keeps scale and zero point.
bool pools(const Op& op) {
  return is_one_of<MaxPool, GlobalMaxPool>(op) || averages(op);
}

bool keeps_encoding(const Op& op) {
  return pools(op) || operator_of(op).quantizable == Quantizable::moves;
}

class Placing {
 public:
  Placing(const Graph& graph, const Scheme& scheme)
      : graph_(graph), scheme_(scheme), rules_(graph, scheme), users_(users(graph)) {
    placement_.groups = fuse(graph, scheme.activations.residual);
    placement_.sources.assign(graph.values.size(), EncodingSource::none);
  }

  Placement run() && {
    for (const FusedNode& group : placement_.groups) {
      if (std::string reason = obstacle(group); !reason.empty()) placement_.kept_float[group.node] = std::move(reason);
    }
    if (scheme_.activations.quantized) place();
    return std::move(placement_);
  }

 private:
  /// Why a group computes in float though others are quantized; empty when it need not.
  std::string obstacle(const FusedNode& group) const {
    const Node& node = graph_.node(group.node);
    const Operator& row = operator_of(node.op);
    if (row.quantizable == Quantizable::no) return std::string(row.why_not);
    if (rules_.keeps_float(group.node)) return rules_.why_float(group.node);
    if (row.quantizable != Quantizable::weighted) return {};
    if (graph_.constant(node.inputs[1]) == nullptr) return "its weights are computed";
    if (node.inputs.size() > 2 && graph_.constant(node.inputs[2]) == nullptr) return "its bias is computed";
    const auto* gemm = std::get_if<Gemm>(&node.op);
    const bool is_plain = gemm == nullptr || (gemm->alpha == 1 && gemm->beta == 1 && !gemm->transpose_a);
    if (is_one_of<MatMul>(node.op) || !is_plain) return "only x * weights' + bias is quantized";
    if (std::holds_alternative<BatchNorm>(node.op)) return "it is not folded into a layer";
    return {};
  }

  bool computes_in_integers(const FusedNode& group) const {
    return placement_.kept_float.count(group.node) == 0 && !is_one_of<BatchNorm>(graph_.node(group.node).op);
  }

  void place() {
    std::vector<bool> wanted(graph_.values.size(), false);
    for (auto group = placement_.groups.rbegin(); group != placement_.groups.rend(); ++group) {
      const Node& node = graph_.node(group->node);
      const bool moves = keeps_encoding(node.op);
      if (!computes_in_integers(*group)) continue;
      if (moves) {
        const bool any = std::any_of(node.outputs.begin(), node.outputs.end(),
                                     [&](ValueId id) { return wanted[id.at()] || is_output(id); });
        if (any) want(wanted, node.inputs[0]);
        continue;
      }
      for (ValueId id : node.inputs) want(wanted, id);
      for (const PostOp& post_op : group->post_ops) {
        if (post_op.operand) want(wanted, *post_op.operand);
      }
      want(wanted, group->output);
    }
    assign(wanted);
  }

  void want(std::vector<bool>& wanted, ValueId id) const {
    if (graph_.constant(id) == nullptr && graph_.value(id).dtype == DType::f32) wanted[id.at()] = true;
  }

  void assign(const std::vector<bool>& wanted) {
    auto& sources = placement_.sources;
    for (ValueId id : graph_.inputs) {
      if (wanted[id.at()]) sources[id.at()] = EncodingSource::own;
    }
    for (const FusedNode& group : placement_.groups) {
      const Node& node = graph_.node(group.node);
      if (keeps_encoding(node.op) && sources[node.inputs[0].at()] != EncodingSource::none) {
        for (ValueId id : node.outputs) sources[id.at()] = EncodingSource::input;
      } else if (wanted[group.output.at()]) {
        sources[group.output.at()] = EncodingSource::own;
      }
    }
    for (const FusedNode& group : placement_.groups) share_with_concat(graph_.node(group.node));
  }

  /// Inputs of a concatenation that nothing else reads take its encoding (Jacob et al. appendix A.3).
  void share_with_concat(const Node& node) {
    if (!is_one_of<Concat>(node.op) || placement_.sources[node.outputs[0].at()] != EncodingSource::own) return;
    for (ValueId id : node.inputs) {
      EncodingSource& source = placement_.sources[id.at()];
      const bool only_here = users_[id.at()].size() == 1 && !is_output(id) && !is_input(id);
      if (source == EncodingSource::own && only_here) source = EncodingSource::reader;
    }
  }

  bool is_output(ValueId id) const {
    return std::find(graph_.outputs.begin(), graph_.outputs.end(), id) != graph_.outputs.end();
  }
  bool is_input(ValueId id) const {
    return std::find(graph_.inputs.begin(), graph_.inputs.end(), id) != graph_.inputs.end();
  }

  const Graph& graph_;
  const Scheme& scheme_;
  LayerRules rules_;
  std::vector<std::vector<NodeId>> users_;
  Placement placement_;
};

}  // namespace

std::vector<NodeId> weighted_layers(const Graph& graph) {
  std::vector<NodeId> layers;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    const Node& node = graph.nodes[n];
    const bool weighted = operator_of(node.op).quantizable == Quantizable::weighted;
    if (weighted && graph.constant(node.inputs[1]) != nullptr) layers.push_back({static_cast<std::int32_t>(n)});
  }
  return layers;
}

Placement place_quantizers(const Graph& graph, const Scheme& scheme) {
  return Placing(graph, scheme).run();
}

}  // namespace qs
