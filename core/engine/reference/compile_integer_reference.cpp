#include "core/engine/reference/compile_integer_reference.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <unordered_set>

#include "core/base/parallel.h"
#include "core/engine/reference/integer_group.h"
#include "core/engine/reference/integer_kernels.h"
#include "core/engine/reference/integer_layer.h"
#include "core/engine/reference/reference.h"
#include "core/engine/run_inputs.h"
#include "core/graph/operator.h"
#include "core/quant/layer_parameters.h"

namespace qs {

namespace {

using reference::CodeFormat;
using reference::IntegerPlan;

/// The nodes of a group, in order.
std::vector<NodeId> nodes_of(const FusedNode& group) {
  std::vector<NodeId> nodes{group.node};
  for (const PostOp& post_op : group.post_ops) nodes.push_back(post_op.node);
  return nodes;
}

/// The values that are alive, by id: codes where the value has an encoding and does not lie inside a group.
class Values {
 public:
  explicit Values(const QuantizedGraph& quantized) : graph_(quantized.graph), tensors_(graph_.values.size()) {
    for (const auto& encoding : quantized.encodings) {
      formats_.emplace_back();
      if (!encoding) continue;
      if (encoding->per_channel()) bad_input("activations are quantized per tensor, not per channel");
      formats_.back() = CodeFormat{encoding->at(0), encoding->grid};
    }
    for (const FusedNode& group : quantized.groups) {
      const std::vector<NodeId> nodes = nodes_of(group);
      for (std::size_t i = 0; i + 1 < nodes.size(); ++i) formats_[graph_.node(nodes[i]).outputs[0].at()].reset();
    }
    for (const auto& [id, tensor] : graph_.constants) set_real(id, tensor);
  }

  [[nodiscard]] Tensor codes(ValueId id) const { return tensors_[id.at()].value(); }
  [[nodiscard]] Tensor real(ValueId id) const {
    const Tensor& tensor = tensors_[id.at()].value();
    return formats_[id.at()] ? reference::to_real(tensor, *formats_[id.at()]) : tensor;
  }

  void set_codes(ValueId id, Tensor codes) { tensors_[id.at()] = std::move(codes); }
  void set_real(ValueId id, const Tensor& real) {
    tensors_[id.at()] = formats_[id.at()] ? with_context(fmt::format("\"{}\"", graph_.value(id).name),
                                                         [&] { return to_codes(real, *formats_[id.at()]); })
                                          : real;
  }
  void forget(ValueId id) { tensors_[id.at()].reset(); }

 private:
  const Graph& graph_;
  std::vector<std::optional<CodeFormat>> formats_;
  std::vector<std::optional<Tensor>> tensors_;
};

struct CompiledGroup {
  std::vector<NodeId> nodes;
  IntegerPlan integers;
  std::vector<Tensor> parameters;  ///< dequantized weights and bias, where the group runs in float
  std::vector<ValueId> tapped;     ///< values inside the group
  std::vector<ValueId> ending;     ///< values that nothing reads after it
};

QuantizedGraph at_batch(const QuantizedGraph& quantized, std::int64_t batch) {
  QuantizedGraph result = quantized;
  result.graph = with_batch(quantized.graph, batch);
  result.encodings.resize(result.graph.values.size());
  return result;
}

/// By group: the values that nothing reads after it.
std::vector<std::vector<ValueId>> values_ending_at(const QuantizedGraph& quantized, std::span<const ValueId> taps) {
  constexpr std::size_t kNever = static_cast<std::size_t>(-1);
  const Graph& graph = quantized.graph;
  std::vector<std::size_t> last(graph.values.size(), kNever);
  for (std::size_t g = 0; g < quantized.groups.size(); ++g) {
    for (NodeId n : nodes_of(quantized.groups[g])) {
      for (ValueId id : graph.node(n).outputs) last[id.at()] = g;
      for (ValueId id : graph.node(n).inputs) last[id.at()] = g;
    }
  }
  for (ValueId id : graph.outputs) last[id.at()] = kNever;
  for (ValueId id : taps) last[id.at()] = kNever;
  for (const auto& [id, tensor] : graph.constants) last[id.at()] = kNever;
  std::vector<std::vector<ValueId>> ending(quantized.groups.size());
  for (std::size_t v = 0; v < last.size(); ++v) {
    if (last[v] != kNever) ending[last[v]].push_back({static_cast<std::int32_t>(v)});
  }
  return ending;
}

class IntegerReference final : public Executable {
 public:
  IntegerReference(const QuantizedGraph& quantized, const CompileOptions& options)
      : quantized_(at_batch(quantized, options.batch)),
        constants_(quantized_),
        threads_(options.threads),
        taps_(options.taps) {
    const std::vector<std::vector<ValueId>> ending = values_ending_at(quantized_, taps_);
    for (std::size_t g = 0; g < quantized_.groups.size(); ++g) add_group(quantized_.groups[g], ending[g]);
  }

  RunResult run(std::span<const Tensor> inputs, const Progress& progress) override {
    return run_groups(inputs, progress, [](std::size_t, double) {});
  }

  RunResult profile(std::span<const Tensor> inputs) override {
    return run_groups(inputs, {}, [&](std::size_t g, double seconds) { steps_[g].seconds = seconds; });
  }

  [[nodiscard]] const std::vector<Step>& steps() const override { return steps_; }

  /// The most that is alive at once; codes take four bytes here.
  [[nodiscard]] std::size_t activation_bytes() const override {
    const auto bytes = [&](ValueId id) {
      return quantized_.graph.constant(id) != nullptr
                 ? 0
                 : static_cast<std::size_t>(quantized_.graph.value(id).shape.elements()) * sizeof(float);
    };
    std::size_t live = 0;
    std::size_t most = 0;
    for (ValueId id : quantized_.graph.inputs) live += bytes(id);
    for (const CompiledGroup& group : groups_) {
      for (ValueId id : quantized_.graph.node(group.nodes.back()).outputs) live += bytes(id);
      most = std::max(most, live);
      for (ValueId id : group.ending) live -= std::min(live, bytes(id));
    }
    return most;
  }

  [[nodiscard]] std::size_t weight_bytes() const override {
    std::size_t total = 0;
    for (const auto& [id, tensor] : quantized_.graph.constants) total += tensor.bytes();
    for (const auto& [id, weights] : quantized_.weights) total += weights.codes.bytes();
    return total;
  }

 private:
  void add_group(const FusedNode& group, const std::vector<ValueId>& ending) {
    CompiledGroup compiled;
    compiled.nodes = nodes_of(group);
    compiled.ending = ending;
    compiled.integers = plan(group);
    for (ValueId tap : taps_) {
      for (NodeId n : compiled.nodes) {
        const auto& outputs = quantized_.graph.node(n).outputs;
        if (n != compiled.nodes.back() && std::find(outputs.begin(), outputs.end(), tap) != outputs.end()) {
          compiled.tapped.push_back(tap);
        }
      }
    }
    const bool needs_float = !compiled.integers.run || !compiled.tapped.empty();
    if (needs_float && quantized_.weights.count(group.node) != 0) {
      compiled.parameters = reference::dequantized_parameters(quantized_, group.node);
    }
    Step step{quantized_.graph.node(group.node).name, compiled.integers.run ? "reference:int8" : "reference",
              compiled.nodes};
    if (!quantized_.scheme.is_float()) step.reason = compiled.integers.obstacle;
    groups_.push_back(std::move(compiled));
    steps_.push_back(std::move(step));
  }

  [[nodiscard]] IntegerPlan plan(const FusedNode& group) const {
    std::string reason = why_float(quantized_, group);
    if (reason.empty()) return reference::plan_integers(quantized_, group);
    return {.inputs = {}, .run = {}, .obstacle = std::move(reason)};
  }

  template <class Report>
  RunResult run_groups(std::span<const Tensor> inputs, const Progress& progress, Report&& report) {
    check_run_inputs(quantized_.graph, inputs);
    const ThreadCount threads(threads_);
    Values values = constants_;
    for (std::size_t i = 0; i < inputs.size(); ++i) values.set_real(quantized_.graph.inputs[i], inputs[i]);
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      progress.check();
      progress.report(static_cast<double>(g) / static_cast<double>(groups_.size()), steps_[g].name);
      const auto start = std::chrono::steady_clock::now();
      with_context(fmt::format("node \"{}\"", steps_[g].name), [&] { run_group(groups_[g], values); });
      report(g, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      for (ValueId id : groups_[g].ending) values.forget(id);
    }
    return {real(quantized_.graph.outputs, values), real(taps_, values)};
  }

  void run_group(const CompiledGroup& group, Values& values) const {
    if (!group.integers.run || !group.tapped.empty()) run_in_float(group, values);
    if (!group.integers.run) return;
    std::vector<Tensor> codes;
    for (ValueId id : group.integers.inputs) codes.push_back(values.codes(id));
    const std::vector<Tensor> results = group.integers.run(codes);
    const std::vector<ValueId>& outputs = quantized_.graph.node(group.nodes.back()).outputs;
    for (std::size_t i = 0; i < outputs.size(); ++i) values.set_codes(outputs[i], results[i]);
  }

  /// The group's nodes by the float loops; what lies inside the group is not quantized in between.
  void run_in_float(const CompiledGroup& group, Values& values) const {
    std::unordered_map<ValueId, Tensor> inside;
    for (NodeId n : group.nodes) {
      const Node& node = quantized_.graph.node(n);
      std::vector<Tensor> inputs;
      for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        const auto computed = inside.find(node.inputs[i]);
        const bool is_parameter = n == group.nodes.front() && i > 0 && i <= group.parameters.size();
        inputs.push_back(is_parameter               ? group.parameters[i - 1]
                         : computed != inside.end() ? computed->second
                                                    : values.real(node.inputs[i]));
      }
      const std::vector<Tensor> outputs = reference_op(node.op, inputs);
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        const ValueId id = node.outputs[i];
        if (n == group.nodes.back()) {
          values.set_real(id, outputs[i]);
        } else {
          inside.insert_or_assign(id, outputs[i]);
        }
      }
    }
    for (ValueId tap : group.tapped) values.set_real(tap, inside.at(tap));
  }

  static std::vector<Tensor> real(std::span<const ValueId> ids, const Values& values) {
    std::vector<Tensor> result;
    for (ValueId id : ids) result.push_back(values.real(id));
    return result;
  }

  QuantizedGraph quantized_;
  Values constants_;  // what each run starts from
  int threads_;
  std::vector<ValueId> taps_;
  std::vector<CompiledGroup> groups_;
  std::vector<Step> steps_;
};

}  // namespace

std::unique_ptr<Executable> compile_integer_reference(const QuantizedGraph& quantized, const CompileOptions& options) {
  return std::make_unique<IntegerReference>(quantized, options);
}

}  // namespace qs
