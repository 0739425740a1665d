#include "core/analysis/sensitivity.h"

#include <algorithm>

#include "core/analysis/sqnr.h"
#include "core/engine/float/float_backend.h"
#include "core/engine/simulated/simulated_backend.h"
#include "core/graph/operator.h"

namespace qs {

namespace {

/// Sums over images of how far outputs are from the float network's.
struct OutputTally {
  SquaredError error;
  std::int64_t same = 0;
};

std::size_t top(std::span<const float> row) {
  return static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

void add(OutputTally& tally, const Tensor& reference, const Tensor& candidate) {
  const auto x = reference.values<float>();
  const auto y = candidate.values<float>();
  tally.error += squared_error(x, y);
  const auto rows = static_cast<std::size_t>(reference.shape()[0]);
  const std::size_t classes = x.size() / rows;
  for (std::size_t i = 0; i < rows; ++i) {
    if (top(x.subspan(i * classes, classes)) == top(y.subspan(i * classes, classes))) ++tally.same;
  }
}

/// Whether a value is made by the group.
bool makes(const QuantizedGraph& quantized, std::size_t group, ValueId id) {
  const std::vector<ValueId>& outputs = quantized.graph.node(quantized.groups[group].node).outputs;
  return quantized.groups[group].output == id || std::find(outputs.begin(), outputs.end(), id) != outputs.end();
}

enum class Keep : std::uint8_t { only_this, all_but_this };

/// The network with the quantization of one layer, or without it.
QuantizedGraph masked(const QuantizedGraph& quantized, std::size_t group, Keep keep) {
  QuantizedGraph result = quantized;
  const NodeId layer = quantized.groups[group].node;
  std::erase_if(result.weights, [&](const auto& item) { return (item.first == layer) != (keep == Keep::only_this); });
  for (std::size_t v = 0; v < result.encodings.size(); ++v) {
    const bool own = makes(quantized, group, {static_cast<std::int32_t>(v)});
    if (own != (keep == Keep::only_this)) result.encodings[v].reset();
  }
  // An integer bias is in units of an input's scale, which may be gone.
  for (auto& [id, weights] : result.weights) {
    if (result.encoding(result.graph.node(id).inputs[0]) == nullptr) weights.bias.reset();
  }
  return result;
}

class Sweep {
 public:
  Sweep(const QuantizedGraph& quantized, std::span<const Tensor> batches, int threads)
      : quantized_(quantized), batches_(batches), threads_(threads) {
    for (ValueId id : values_to_keep()) kept_.push_back(id);
    const CompileOptions options{.batch = batches.front().shape()[0], .threads = threads, .taps = kept_};
    floats_ = compile_float(quantized.graph, options);
    integers_ = compile_simulated(quantized, options);
  }

  Sensitivity run(const Progress& progress) {
    std::vector<std::size_t> layers;
    for (std::size_t g = 0; g < quantized_.groups.size(); ++g) {
      const FusedNode& group = quantized_.groups[g];
      if (quantized_.weights.count(group.node) > 0 || has_quantizer(group)) layers.push_back(g);
    }
    std::vector<OutputTally> alone(layers.size());
    std::vector<OutputTally> without(layers.size());
    OutputTally whole;
    Sensitivity result;
    for (std::size_t b = 0; b < batches_.size(); ++b) {
      const RunResult reference = floats_->run({&batches_[b], 1});
      const RunResult candidate = integers_->run({&batches_[b], 1});
      add(whole, reference.outputs[0], candidate.outputs[0]);
      result.images += batches_[b].shape()[0];
      for (std::size_t i = 0; i < layers.size(); ++i) {
        progress.check();
        progress.report(
            static_cast<double>(b * layers.size() + i) / static_cast<double>(batches_.size() * layers.size()),
            "layer by layer");
        add(alone[i], reference.outputs[0], from_layer(layers[i], Keep::only_this, reference, batches_[b].shape()[0]));
        add(without[i], reference.outputs[0],
            from_layer(layers[i], Keep::all_but_this, candidate, batches_[b].shape()[0]));
      }
    }
    finish(layers, alone, without, whole, result);
    return result;
  }

 private:
  /// What only picks numbers of a grid has nothing of its own to quantize.
  bool has_quantizer(const FusedNode& group) const {
    const Op& op = quantized_.graph.node(group.node).op;
    const bool picks = operator_of(op).quantizable == Quantizable::moves || std::holds_alternative<MaxPool>(op) ||
                       std::holds_alternative<GlobalMaxPool>(op);
    return !picks && quantized_.encoding(group.output) != nullptr;
  }

  /// All values that a part of the network beginning at some layer may read.
  std::vector<ValueId> values_to_keep() const {
    std::vector<ValueId> values = quantized_.graph.inputs;
    for (const FusedNode& group : quantized_.groups) {
      const std::vector<ValueId>& outputs = quantized_.graph.node(group.node).outputs;
      if (outputs.size() == 1) {
        values.push_back(group.output);
      } else {
        values.insert(values.end(), outputs.begin(), outputs.end());
      }
    }
    return values;
  }

  /// The network's output, computed from `layer` on with what came before taken from `known`.
  Tensor from_layer(std::size_t layer, Keep keep, const RunResult& known, std::int64_t batch) {
    QuantizedGraph part = extract(masked(quantized_, layer, keep), layer, quantized_.groups.size());
    std::vector<Tensor> inputs;
    for (ValueId id : part.graph.inputs) {
      part.encodings[id.at()].reset();  // what is known has been through its quantizer already
      const auto found = std::find(kept_.begin(), kept_.end(), id);
      QS_ASSERT(found != kept_.end());
      inputs.push_back(known.taps[static_cast<std::size_t>(found - kept_.begin())]);
    }
    for (auto& [id, weights] : part.weights) {
      if (part.encoding(part.graph.node(id).inputs[0]) == nullptr) weights.bias.reset();
    }
    const auto executable =
        compile_simulated(part, {.batch = batch, .threads = threads_, .taps = {quantized_.graph.outputs[0]}});
    return executable->run(inputs).taps[0];
  }

  void finish(const std::vector<std::size_t>& layers, const std::vector<OutputTally>& alone,
              const std::vector<OutputTally>& without, const OutputTally& whole, Sensitivity& result) const {
    const auto share = [&](const OutputTally& tally) {
      return static_cast<double>(tally.same) / static_cast<double>(result.images);
    };
    const auto groups = static_cast<std::int64_t>(quantized_.groups.size());
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const NodeId node = quantized_.groups[layers[i]].node;
      result.layers.push_back({quantized_.graph.node(node).name, sqnr_db(alone[i].error), sqnr_db(without[i].error),
                               share(alone[i]), share(without[i])});
      const auto before = static_cast<std::int64_t>(layers[i]);
      result.layer_executions += 2 * (groups - before);
      result.layer_executions_saved += 2 * before;
    }
    result.layer_executions += 2 * groups;
    result.sqnr = sqnr_db(whole.error);
    result.agreement = share(whole);
  }

  const QuantizedGraph& quantized_;
  std::span<const Tensor> batches_;
  int threads_;
  std::vector<ValueId> kept_;
  std::unique_ptr<Executable> floats_;
  std::unique_ptr<Executable> integers_;
};

}  // namespace

Sensitivity layer_sensitivity(const QuantizedGraph& quantized, std::span<const Tensor> batches, int threads,
                              const Progress& progress) {
  if (batches.empty()) return {};
  return Sweep(quantized, batches, threads).run(progress);
}

}  // namespace qs
