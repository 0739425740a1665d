#include "core/analysis/layer_error.h"

#include <algorithm>
#include <cmath>

#include "core/analysis/weight_sqnr.h"
#include "core/engine/float/float_backend.h"
#include "core/engine/simulated/simulated_backend.h"
#include "core/graph/operator.h"
#include "core/quant/layer_parameters.h"
#include "core/quant/weight_quantizer.h"

namespace qs {

namespace {

/// Results of the groups, by group; groups that a network cannot show (none) stay empty.
std::vector<ValueId> results_of(const QuantizedGraph& quantized) {
  std::vector<ValueId> results;
  for (const FusedNode& group : quantized.groups) results.push_back(group.output);
  return results;
}

SqnrSummary weight_summary(const QuantizedGraph& quantized, NodeId layer, const QuantizedWeights& weights) {
  const Node& node = quantized.graph.node(layer);
  const Tensor& original = *quantized.graph.constant(node.inputs[1]);
  const Tensor by_channel = weights_by_channel(node.op, original);
  const Tensor rounded = weights_by_channel(node.op, dequantized(node.op, weights));
  const auto size = static_cast<std::size_t>(by_channel.shape()[1]);
  const std::vector<bool> dead = dead_channels(weight_ranges(node.op, original));
  std::vector<ChannelError> channels;
  for (std::size_t c = 0; c < static_cast<std::size_t>(by_channel.shape()[0]); ++c) {
    const auto values = by_channel.values<float>().subspan(c * size, size);
    channels.push_back({squared_error(values, rounded.values<float>().subspan(c * size, size)), dead[c]});
  }
  return summarize(channels);
}

/// One group with float inputs, so that only its own weights and result are quantized.
QuantizedGraph alone(const QuantizedGraph& quantized, std::size_t group) {
  QuantizedGraph part = extract(quantized, group, group + 1);
  for (ValueId input : part.graph.inputs) part.encodings[input.at()].reset();
  for (auto& [id, weights] : part.weights) weights.bias.reset();
  return part;
}

/// Splits what a quantizer does to float values.
void split_noise(std::span<const float> values, const Encoding& encoding, LayerError& error) {
  const Range range = covered(encoding.channels[0], encoding.grid);
  for (float x : values) {
    const double exact = static_cast<double>(x);
    const double e =
        exact - static_cast<double>(dequantize(quantize(x, encoding.channels[0], encoding.grid), encoding.channels[0]));
    const bool is_outside = x < range.min || x > range.max;
    (is_outside ? error.clipping : error.rounding).noise += e * e;
    error.clipping.signal += exact * exact;
  }
  error.rounding.signal = error.clipping.signal;
}

/// Results at an end of the grid. The lower end does not count where it is real 0 and nothing was below.
std::int64_t saturated(std::span<const float> results, const Encoding& encoding) {
  const Range range = covered(encoding.channels[0], encoding.grid);
  return std::count_if(results.begin(), results.end(),
                       [&](float y) { return y >= range.max || (y <= range.min && range.min < 0); });
}

class Measuring {
 public:
  Measuring(const QuantizedGraph& quantized, const Backend& backend, int threads)
      : quantized_(quantized), backend_(backend), threads_(threads), results_(results_of(quantized)) {}

  std::vector<LayerError> run(std::span<const Tensor> batches, const Progress& progress) {
    describe();
    const std::int64_t batch = batches.front().shape()[0];
    const CompileOptions options{.batch = batch, .threads = threads_, .taps = results_};
    const auto floats = compile_float(quantized_.graph, options);
    const auto integers = backend_.compile_quantized(quantized_, options);
    for (std::size_t b = 0; b < batches.size(); ++b) {
      progress.report(static_cast<double>(b) / static_cast<double>(batches.size()), "measuring layers");
      const RunResult reference = floats->run({&batches[b], 1}, Progress(progress.stop_token(), {}));
      const RunResult candidate = integers->run({&batches[b], 1}, Progress(progress.stop_token(), {}));
      compare(reference, candidate);
      measure_alone(reference, batches[b], progress);
    }
    time_steps(batches.front());
    return std::move(errors_);
  }

 private:
  void describe() {
    for (const FusedNode& group : quantized_.groups) {
      const Node& node = quantized_.graph.node(group.node);
      LayerError error;
      error.name = node.name;
      error.type = name_of(node.op);
      const auto weights = quantized_.weights.find(group.node);
      if (weights != quantized_.weights.end()) {
        error.weight_bits = weights->second.encoding.grid.bits;
        error.weights = weight_summary(quantized_, group.node, weights->second);
        error.channel_ratio = channel_ratio(weight_ranges(node.op, *quantized_.graph.constant(node.inputs[1])));
        const std::optional<double> most = largest_accumulator(quantized_, group.node);
        if (most) error.headroom_bits = 31 - std::log2(std::max(*most, 1.0));
      }
      if (const Encoding* encoding = quantized_.encoding(group.output)) error.activation_bits = encoding->grid.bits;
      errors_.push_back(std::move(error));
    }
  }

  void compare(const RunResult& reference, const RunResult& candidate) {
    for (std::size_t g = 0; g < errors_.size(); ++g) {
      const auto x = reference.taps[g].values<float>();
      const auto y = candidate.taps[g].values<float>();
      errors_[g].accumulated += squared_error(x, y);
      errors_[g].values += static_cast<std::int64_t>(x.size());
      const Encoding* encoding = quantized_.encoding(results_[g]);
      if (encoding == nullptr) continue;
      split_noise(x, *encoding, errors_[g]);
      errors_[g].saturated += saturated(y, *encoding);
    }
  }

  /// Each group fed with what the float network feeds it.
  void measure_alone(const RunResult& reference, const Tensor& input, const Progress& progress) {
    for (std::size_t g = 0; g < errors_.size(); ++g) {
      progress.check();
      const QuantizedGraph part = alone(quantized_, g);
      std::vector<Tensor> inputs;
      for (ValueId id : part.graph.inputs) inputs.push_back(float_value(id, reference, input));
      const auto executable =
          compile_simulated(part, {.batch = input.shape()[0], .threads = threads_, .taps = {results_[g]}});
      errors_[g].local +=
          squared_error(reference.taps[g].values<float>(), executable->run(inputs).taps[0].values<float>());
    }
  }

  const Tensor& float_value(ValueId id, const RunResult& reference, const Tensor& input) const {
    const auto found = std::find(results_.begin(), results_.end(), id);
    return found == results_.end() ? input : reference.taps[static_cast<std::size_t>(found - results_.begin())];
  }

  void time_steps(const Tensor& input) {
    const auto executable =
        backend_.compile_quantized(quantized_, {.batch = input.shape()[0], .threads = threads_, .taps = {}});
    for (int turn = 0; turn < 3; ++turn) {
      (void)executable->profile({&input, 1});
      for (const Step& step : executable->steps()) {
        const auto error =
            std::find_if(errors_.begin(), errors_.end(), [&](const LayerError& e) { return e.name == step.name; });
        if (error == errors_.end()) continue;
        error->seconds = turn == 0 ? step.seconds : std::min(error->seconds, step.seconds);
        error->kernel = step.kernel;
        error->reason = step.reason;
      }
    }
  }

  const QuantizedGraph& quantized_;
  const Backend& backend_;
  int threads_;
  std::vector<ValueId> results_;
  std::vector<LayerError> errors_;
};

}  // namespace

std::optional<double> largest_accumulator(const QuantizedGraph& quantized, NodeId layer) {
  const Node& node = quantized.graph.node(layer);
  const Encoding* input = quantized.encoding(node.inputs[0]);
  const auto found = quantized.weights.find(layer);
  if (found == quantized.weights.end() || input == nullptr || !found->second.bias) return std::nullopt;
  const QuantizedWeights& weights = found->second;
  const std::int32_t zero = input->channels[0].zero_point;
  const double furthest = std::max(input->grid.quant_max() - zero, zero - input->grid.quant_min());
  const Tensor centred = centred_by_channel(node.op, weights);
  const auto codes = centred.values<std::int32_t>();
  const auto products = static_cast<std::size_t>(centred.shape()[1]);
  const auto bias = weights.bias->values<std::int32_t>();
  std::vector<double> sums(bias.size());
  for (std::size_t c = 0; c < bias.size(); ++c) {
    sums[c] = std::abs(static_cast<double>(bias[c]));
    for (std::int32_t code : codes.subspan(c * products, products)) sums[c] += furthest * std::abs(code);
  }
  return *std::max_element(sums.begin(), sums.end());
}

std::vector<LayerError> layer_errors(const QuantizedGraph& quantized, const Backend& backend,
                                     std::span<const Tensor> batches, int threads, const Progress& progress) {
  if (batches.empty()) return {};
  return Measuring(quantized, backend, threads).run(batches, progress);
}

}  // namespace qs
