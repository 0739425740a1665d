#include "core/engine/float/float_backend.h"

#include <unordered_set>

#include "core/base/parallel.h"
#include "core/engine/float/lower.h"
#include "core/engine/program/program_executable.h"
#include "core/graph/operator.h"
#include "core/graph/passes/fold_batch_norm.h"

namespace qs {

namespace {

/// The graph that is lowered: for the asked batch, the taps as further outputs so that no pass can take them away,
/// BatchNorm folded.
Graph prepared(const Graph& graph, const CompileOptions& options) {
  Graph result = with_batch(graph, options.batch);
  result.outputs.insert(result.outputs.end(), options.taps.begin(), options.taps.end());
  return fold_batch_norm(result).graph;
}

/// For each group of `lowered` the nodes of `original` it computes: from the one of the same name along its only
/// readers to the one that makes the group's result.
std::vector<Step> steps_of(const Graph& original, const Graph& lowered, const std::vector<FusedNode>& groups) {
  std::unordered_map<std::string_view, NodeId> by_name;
  for (std::size_t n = 0; n < original.nodes.size(); ++n) {
    by_name[original.nodes[n].name] = {static_cast<std::int32_t>(n)};
  }
  const std::vector<std::vector<NodeId>> readers = users(original);
  std::vector<Step> steps;
  for (const FusedNode& group : groups) {
    Step step{lowered.node(group.node).name, {}, {}, 0};
    const std::string& result = lowered.value(group.output).name;
    for (auto next = by_name.find(step.name); next != by_name.end();) {
      const Node& node = original.node(next->second);
      step.nodes.push_back(next->second);
      const ValueId output = node.outputs.front();
      if (original.value(output).name == result || readers[output.at()].size() != 1) break;
      next = by_name.find(original.node(readers[output.at()].front()).name);
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

class FloatLowering final : public Lowering {
 public:
  using Lowering::Lowering;

 protected:
  void lower_group() override {
    if (!lower_float(*this)) lower_by_reference();
  }
};

std::unique_ptr<Executable> compile(const Graph& graph, const CompileOptions& options) {
  const ThreadCount threads(options.threads);
  Graph lowered = prepared(graph, options);
  std::vector<FusedNode> groups = fuse(lowered);
  std::vector<Step> steps = steps_of(graph, lowered, groups);
  Program program = FloatLowering(lowered, std::move(groups)).run(steps);
  return make_executable(std::move(lowered), std::move(program), std::move(steps), options);
}

}  // namespace

std::unique_ptr<Executable> compile_float(const Graph& graph, const CompileOptions& options) {
  return onednn::translated(fmt::format("compiling {}", graph.name), [&] { return compile(graph, options); });
}

const Backend float_backend = {"float", "Float", "oneDNN in f32 with BatchNorm folded and activations fused",
                               compile_float};

}  // namespace qs
