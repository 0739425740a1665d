#include "core/engine/reference/integer_group.h"

#include "core/engine/reference/integer_kernels.h"
#include "core/engine/reference/integer_layer.h"
#include "core/engine/reference/reference.h"
#include "core/graph/operator.h"

namespace qs::reference {

namespace {

using Codes = std::span<const Tensor>;

IntegerPlan impossible(std::string obstacle) {
  return {{}, {}, std::move(obstacle)};
}

class Planner {
 public:
  Planner(const QuantizedGraph& quantized, const FusedNode& group)
      : quantized_(quantized), graph_(quantized.graph), group_(group), node_(graph_.node(group.node)) {}

  IntegerPlan plan() {
    std::vector<ValueId> inputs = node_.inputs;
    if (operator_of(node_.op).quantizable == Quantizable::weighted) inputs.resize(1);
    std::vector<ValueId> encoded = inputs;
    for (const PostOp& post_op : group_.post_ops) {
      if (post_op.operand) encoded.push_back(*post_op.operand);
    }
    if (group_.post_ops.empty()) {
      encoded.insert(encoded.end(), node_.outputs.begin(), node_.outputs.end());
    } else {
      encoded.push_back(group_.output);
    }
    for (ValueId id : encoded) {
      if (std::string obstacle = value_obstacle(id); !obstacle.empty()) return impossible(std::move(obstacle));
    }
    if (std::string obstacle = bind_activations(); !obstacle.empty()) return impossible(std::move(obstacle));
    out_shape_ = graph_.value(group_.output).shape;
    return std::visit([&](const auto& op) { return plan(op, std::move(inputs)); }, node_.op);
  }

 private:
  [[nodiscard]] CodeFormat format(ValueId id) const {
    const Encoding& encoding = *quantized_.encoding(id);
    return {encoding.at(0), encoding.grid};
  }

  [[nodiscard]] std::string value_obstacle(ValueId id) const {
    const Encoding* encoding = quantized_.encoding(id);
    const std::string& name = graph_.value(id).name;
    if (encoding == nullptr) return fmt::format("\"{}\" is not quantized", name);
    if (encoding->grid.bits <= kMaxIntegerBits) return {};
    return fmt::format("\"{}\" has {} bits; integer kernels take at most {}", name, encoding->grid.bits,
                       kMaxIntegerBits);
  }

  /// Turns what follows the node in its group into bounds and the residual operand.
  std::string bind_activations() {
    out_ = format(group_.output);
    for (const PostOp& post_op : group_.post_ops) {
      const Op& op = graph_.node(post_op.node).op;
      if (post_op.operand) {
        residual_ = post_op.operand;
        before_residual_ = std::exchange(steps_, Steps{});
      } else if (cuts_off(op)) {
        steps_ = then(steps_, left_by(op, out_.encoding));
      } else {
        return fmt::format("{} after it has no integer form", name_of(op));
      }
    }
    steps_ = then(steps_, expressible(out_));
    return {};
  }

  template <class Layer>
  IntegerPlan plan_layer(const Layer& op, std::vector<ValueId> inputs) {
    if (std::string obstacle = layer_obstacle(quantized_, group_.node); !obstacle.empty()) return impossible(obstacle);
    const CodeFormat in = format(inputs[0]);
    OutputStage stage;
    stage.out = out_;
    stage.steps = steps_;
    stage.before_residual = before_residual_;
    stage.multipliers =
        layer_multipliers(quantized_.weights.at(group_.node), out_shape_[1], in.encoding.scale, out_.encoding.scale);
    if (residual_) {
      stage.residual = format(*residual_);
      inputs.push_back(*residual_);
    }
    LayerWeights weights = layer_weights(quantized_, group_.node, in.encoding.scale);
    return {std::move(inputs),
            [=, out = out_shape_](Codes codes) -> std::vector<Tensor> {
              const Tensor sums = accumulate(op, codes[0], in.encoding.zero_point, weights, out);
              return {finish(sums, stage, codes.size() > 1 ? &codes[1] : nullptr)};
            },
            {}};
  }

  template <class Pool>
  IntegerPlan plan_pool(const Pool& op, std::vector<ValueId> inputs) {
    const CodeFormat in = format(inputs[0]);
    return {std::move(inputs),
            [=, out = out_, shape = out_shape_](Codes codes) -> std::vector<Tensor> {
              return {pool(op, codes[0], in, out, shape)};
            },
            {}};
  }

  /// `compute(first, second)` for nodes with two operands.
  template <class Compute>
  IntegerPlan plan_pair(std::vector<ValueId> inputs, Compute&& compute) {
    if (inputs.size() != 2) return impossible(fmt::format("it adds {} values; integer loops add 2", inputs.size()));
    const CodeFormat a = format(inputs[0]);
    const CodeFormat b = format(inputs[1]);
    return {std::move(inputs),
            [=](Codes codes) -> std::vector<Tensor> {
              return {compute(Operand{codes[0], a}, Operand{codes[1], b})};
            },
            {}};
  }

  IntegerPlan plan_sum(std::vector<ValueId> inputs, int sign) {
    return plan_pair(std::move(inputs),
                     [sign, out = out_, steps = steps_, shape = out_shape_](const Operand& a, const Operand& b) {
                       return add(a, b, sign, out, steps, shape);
                     });
  }

  /// Operators that move codes about: by the loops that move real numbers.
  IntegerPlan plan_move(Op op, std::vector<ValueId> inputs) {
    const CodeFormat in = format(inputs[0]);
    if (auto* pad = std::get_if<Pad>(&op)) {
      pad->value = static_cast<float>(quantize(pad->value, in.encoding, in.grid));
    }
    std::vector<CodeFormat> outs;
    for (ValueId id : node_.outputs) outs.push_back(format(id));
    return {std::move(inputs),
            [=](Codes codes) {
              std::vector<Tensor> moved = reference_op(op, codes);
              for (std::size_t i = 0; i < outs.size(); ++i) {
                moved[i] = rescale(moved[i], in, outs[i], expressible(outs[i]));
              }
              return moved;
            },
            {}};
  }

  IntegerPlan plan(const Conv& op, std::vector<ValueId> inputs) { return plan_layer(op, std::move(inputs)); }
  IntegerPlan plan(const Gemm& op, std::vector<ValueId> inputs) { return plan_layer(op, std::move(inputs)); }
  IntegerPlan plan(const MaxPool& op, std::vector<ValueId> inputs) { return plan_pool(op, std::move(inputs)); }
  IntegerPlan plan(const AveragePool& op, std::vector<ValueId> inputs) { return plan_pool(op, std::move(inputs)); }
  IntegerPlan plan(const GlobalAveragePool& op, std::vector<ValueId> inputs) {
    return plan_pool(op, std::move(inputs));
  }
  IntegerPlan plan(const GlobalMaxPool& op, std::vector<ValueId> inputs) { return plan_pool(op, std::move(inputs)); }
  IntegerPlan plan(const ReduceMean& op, std::vector<ValueId> inputs) { return plan_pool(op, std::move(inputs)); }
  IntegerPlan plan(const Add&, std::vector<ValueId> inputs) { return plan_sum(std::move(inputs), 1); }
  IntegerPlan plan(const Sum&, std::vector<ValueId> inputs) { return plan_sum(std::move(inputs), 1); }
  IntegerPlan plan(const Sub&, std::vector<ValueId> inputs) { return plan_sum(std::move(inputs), -1); }
  IntegerPlan plan(const Mul&, std::vector<ValueId> inputs) {
    return plan_pair(std::move(inputs),
                     [out = out_, steps = steps_, shape = out_shape_](const Operand& a, const Operand& b) {
                       return multiply(a, b, out, steps, shape);
                     });
  }

  IntegerPlan plan(const Concat& op, std::vector<ValueId> inputs) {
    std::vector<CodeFormat> formats;
    for (ValueId id : inputs) formats.push_back(format(id));
    return {std::move(inputs),
            [=, out = out_, steps = steps_](Codes codes) {
              std::vector<Tensor> rescaled;
              for (std::size_t i = 0; i < codes.size(); ++i) {
                rescaled.push_back(rescale(codes[i], formats[i], out, steps));
              }
              return reference_op(op, rescaled);
            },
            {}};
  }

  template <class Other>
  IntegerPlan plan(const Other& op, std::vector<ValueId> inputs) {
    if (operator_of(op).quantizable == Quantizable::moves) return plan_move(op, std::move(inputs));
    if (cuts_off(op)) {
      const CodeFormat in = format(inputs[0]);
      return {std::move(inputs),
              [=, out = out_, steps = then(left_by(op, out_.encoding), steps_)](Codes codes) -> std::vector<Tensor> {
                return {rescale(codes[0], in, out, steps)};
              },
              {}};
    }
    const std::string_view known = operator_of(op).why_not;
    return impossible(known.empty() ? fmt::format("{} has no integer form here", name_of(op)) : std::string(known));
  }

  const QuantizedGraph& quantized_;
  const Graph& graph_;
  const FusedNode& group_;
  const Node& node_;
  Shape out_shape_;
  CodeFormat out_;
  Steps steps_;
  Steps before_residual_;
  std::optional<ValueId> residual_;
};

}  // namespace

IntegerPlan plan_integers(const QuantizedGraph& quantized, const FusedNode& group) {
  return Planner(quantized, group).plan();
}

}  // namespace qs::reference
