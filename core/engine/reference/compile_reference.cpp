#include <algorithm>
#include <chrono>
#include <optional>

#include "core/base/parallel.h"
#include "core/engine/reference/compile_integer_reference.h"
#include "core/engine/reference/reference.h"
#include "core/engine/run_inputs.h"
#include "core/graph/operator.h"

namespace qs {

namespace {

std::size_t bytes_of(const Value& value) {
  return static_cast<std::size_t>(value.shape.elements()) * size_of(value.dtype);
}

/// By node: the values that nothing reads after it.
std::vector<std::vector<ValueId>> values_ending_at(const Graph& graph, std::span<const ValueId> taps) {
  constexpr std::size_t kNever = static_cast<std::size_t>(-1);
  std::vector<std::size_t> last(graph.values.size(), kNever);
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    for (ValueId id : graph.nodes[n].outputs) last[id.at()] = n;
    for (ValueId id : graph.nodes[n].inputs) last[id.at()] = n;
  }
  for (ValueId id : graph.outputs) last[id.at()] = kNever;
  for (ValueId id : taps) last[id.at()] = kNever;
  for (const auto& [id, tensor] : graph.constants) last[id.at()] = kNever;
  std::vector<std::vector<ValueId>> ending(graph.nodes.size());
  for (std::size_t v = 0; v < last.size(); ++v) {
    if (last[v] != kNever) ending[last[v]].push_back({static_cast<std::int32_t>(v)});
  }
  return ending;
}

class ReferenceExecutable final : public Executable {
 public:
  ReferenceExecutable(const Graph& graph, const CompileOptions& options)
      : graph_(with_batch(graph, options.batch)),
        threads_(options.threads),
        taps_(options.taps),
        ending_(values_ending_at(graph_, taps_)) {
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
      steps_.push_back({graph_.nodes[n].name, "reference", {NodeId{static_cast<std::int32_t>(n)}}});
    }
  }

  RunResult run(std::span<const Tensor> inputs, const Progress& progress) override {
    return run_nodes(inputs, progress, [](std::size_t, double) {});
  }

  RunResult profile(std::span<const Tensor> inputs) override {
    return run_nodes(inputs, {}, [&](std::size_t n, double seconds) { steps_[n].seconds = seconds; });
  }

  [[nodiscard]] const std::vector<Step>& steps() const override { return steps_; }

  /// The most that is alive at once.
  [[nodiscard]] std::size_t activation_bytes() const override {
    std::size_t live = 0;
    std::size_t most = 0;
    for (ValueId id : graph_.inputs) live += bytes_of(graph_.value(id));
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
      for (ValueId id : graph_.nodes[n].outputs) live += bytes_of(graph_.value(id));
      most = std::max(most, live);
      for (ValueId id : ending_[n]) live -= bytes_of(graph_.value(id));
    }
    return most;
  }

  [[nodiscard]] std::size_t weight_bytes() const override {
    std::size_t total = 0;
    for (const auto& [id, tensor] : graph_.constants) total += tensor.bytes();
    return total;
  }

 private:
  using Values = std::vector<std::optional<Tensor>>;  // by value id; empty before it is computed and after its last use

  template <class Report>
  RunResult run_nodes(std::span<const Tensor> inputs, const Progress& progress, Report&& report) {
    check_run_inputs(graph_, inputs);
    const ThreadCount threads(threads_);
    Values values(graph_.values.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) values[graph_.inputs[i].at()] = inputs[i];
    for (const auto& [id, tensor] : graph_.constants) values[id.at()] = tensor;
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
      progress.check();
      progress.report(static_cast<double>(n) / static_cast<double>(graph_.nodes.size()), graph_.nodes[n].name);
      const auto start = std::chrono::steady_clock::now();
      run_node(graph_.nodes[n], values);
      report(n, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      for (ValueId id : ending_[n]) values[id.at()].reset();
    }
    return {tensors(graph_.outputs, values), tensors(taps_, values)};
  }

  static void run_node(const Node& node, Values& values) {
    with_context(fmt::format("node \"{}\"", node.name), [&] {
      const std::vector<Tensor> outputs = reference_op(node.op, tensors(node.inputs, values));
      for (std::size_t i = 0; i < node.outputs.size(); ++i) values[node.outputs[i].at()] = outputs[i];
    });
  }

  static std::vector<Tensor> tensors(std::span<const ValueId> ids, const Values& values) {
    std::vector<Tensor> result;
    for (ValueId id : ids) result.push_back(values[id.at()].value());
    return result;
  }

  Graph graph_;
  int threads_;
  std::vector<ValueId> taps_;
  std::vector<std::vector<ValueId>> ending_;
  std::vector<Step> steps_;
};

}  // namespace

std::unique_ptr<Executable> compile_reference(const Graph& graph, const CompileOptions& options) {
  return std::make_unique<ReferenceExecutable>(graph, options);
}

const Backend reference_backend = {"reference", "Reference",
                                   "Plain loops, sums in double or exact in integers: what every operator means",
                                   compile_reference, compile_integer_reference};

}  // namespace qs
