#include "core/engine/integer/integer_backend.h"

#include <algorithm>

#include "core/base/parallel.h"
#include "core/engine/float/float_backend.h"
#include "core/engine/integer/integer_lowering.h"
#include "core/engine/program/program_executable.h"
#include "core/graph/operator.h"
#include "core/quant/layer_parameters.h"
#include "core/quant/simulation.h"

namespace qs {

namespace {

void check_bits(const QuantizedGraph& quantized) {
  const auto check_one = [](const Encoding& encoding, const std::string& name) {
    if (encoding.grid.bits <= kMaxIntegerBits) return;
    bad_input("\"{}\" has {} bits; the integer backend computes with up to {}: use the simulated backend", name,
              encoding.grid.bits, kMaxIntegerBits);
  };
  for (std::size_t v = 0; v < quantized.encodings.size(); ++v) {
    if (quantized.encodings[v]) check_one(*quantized.encodings[v], quantized.graph.values[v].name);
  }
  for (const auto& [id, weights] : quantized.weights) check_one(weights.encoding, quantized.graph.node(id).name);
  if (quantized.scheme.activations.quantized && quantized.scheme.activations.rounding == Rounding::stochastic) {
    bad_input("integer kernels round to nearest: use the simulated backend for stochastic rounding of activations");
  }
}

void check_taps(const QuantizedGraph& quantized, const std::vector<ValueId>& taps) {
  std::vector<bool> visible(quantized.graph.values.size(), false);
  for (ValueId id : quantized.graph.inputs) visible[id.at()] = true;
  for (const FusedNode& group : quantized.groups) {
    visible[group.output.at()] = true;
    for (ValueId id : quantized.graph.node(group.node).outputs)
      visible[id.at()] = visible[id.at()] || group.post_ops.empty();
  }
  for (ValueId id : taps) QS_ASSERT(visible[id.at()]);
}

std::vector<Step> steps_of(const QuantizedGraph& quantized) {
  std::vector<Step> steps;
  for (const FusedNode& group : quantized.groups) {
    Step step;
    step.name = quantized.graph.node(group.node).name;
    step.nodes = {group.node};
    for (const PostOp& post_op : group.post_ops) step.nodes.push_back(post_op.node);
    steps.push_back(std::move(step));
  }
  return steps;
}

std::unique_ptr<Executable> compile(const QuantizedGraph& quantized, const CompileOptions& options) {
  check_bits(quantized);
  check_taps(quantized, options.taps);
  const ThreadCount threads(options.threads);
  Graph graph = with_batch(with_quantized_weights(quantized), options.batch);
  graph.outputs.insert(graph.outputs.end(), options.taps.begin(), options.taps.end());
  std::vector<Step> steps = steps_of(quantized);
  std::vector<std::string> reasons;
  for (const FusedNode& group : quantized.groups) reasons.push_back(why_float(quantized, group));
  Program program = IntegerLowering(quantized, graph, reasons).run(steps);
  for (std::size_t i = 0; i < steps.size(); ++i) steps[i].reason = std::move(reasons[i]);
  return make_executable(std::move(graph), program, std::move(steps), options);
}

}  // namespace

std::unique_ptr<Executable> compile_integer(const QuantizedGraph& quantized, const CompileOptions& options) {
  return onednn::translated(fmt::format("compiling {}", quantized.graph.name),
                            [&] { return compile(quantized, options); });
}

const Backend integer_backend = {"integer", "Integer", "oneDNN in int8: what a device computes", compile_float,
                                 compile_integer};

}  // namespace qs
