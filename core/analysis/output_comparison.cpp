#include "core/analysis/output_comparison.h"

#include <algorithm>
#include <cmath>

#include "core/base/rng.h"

namespace qs {

namespace {

/// Throws unless both lists have the same names and shapes in the same order.
void check_same(const Graph& before, const Graph& after, std::span<const ValueId> left, std::span<const ValueId> right,
                std::string_view what) {
  if (left.size() != right.size()) {
    bad_input("the networks have {} and {} {}s; only networks alike can be compared", left.size(), right.size(), what);
  }
  for (std::size_t i = 0; i < left.size(); ++i) {
    const Value& x = before.value(left[i]);
    const Value& y = after.value(right[i]);
    if (x.name == y.name && x.shape == y.shape && x.dtype == y.dtype) continue;
    bad_input("{} {} is \"{}\" {} before and \"{}\" {} after; only networks alike can be compared", what, i + 1, x.name,
              to_string(x.shape), y.name, to_string(y.shape));
  }
}

void add(const Tensor& before, const Tensor& after, OutputDifference& total) {
  if (before.dtype() != DType::f32) bad_input("\"{}\" is not f32; only real numbers are compared", total.name);
  const auto x = before.values<float>();
  const auto y = after.values<float>();
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) {
      ++total.not_finite;
      continue;
    }
    const double difference = static_cast<double>(x[i]) - static_cast<double>(y[i]);
    total.max_absolute = std::max(total.max_absolute, std::abs(difference));
    total.mean_absolute += std::abs(difference);  // the sum, until all are there
    total.error += {static_cast<double>(x[i]) * static_cast<double>(x[i]), difference * difference};
    ++total.elements;
  }
}

}  // namespace

bool PassComparison::identical() const {
  return std::all_of(outputs.begin(), outputs.end(),
                     [](const OutputDifference& each) { return each.max_absolute == 0 && each.not_finite == 0; });
}

PassComparison compare_outputs(const Graph& before, const Graph& after, std::span<const std::vector<Tensor>> inputs,
                               const Backend& engine, const Progress& progress) {
  check_same(before, after, before.inputs, after.inputs, "input");
  check_same(before, after, before.outputs, after.outputs, "output");
  PassComparison comparison;
  for (ValueId id : before.outputs) comparison.outputs.emplace_back().name = before.value(id).name;
  const auto first = engine.compile(before, {.batch = before.batch, .threads = 0, .taps = {}});
  const auto second = engine.compile(after, {.batch = after.batch, .threads = 0, .taps = {}});
  for (std::size_t n = 0; n < inputs.size(); ++n) {
    const Progress quiet(progress.stop_token(), {});  // a network's own progress is not that of the comparison
    const RunResult reference = first->run(inputs[n], quiet);
    const RunResult candidate = second->run(inputs[n], quiet);
    for (std::size_t i = 0; i < comparison.outputs.size(); ++i) {
      add(reference.outputs[i], candidate.outputs[i], comparison.outputs[i]);
    }
    progress.report(static_cast<double>(n + 1) / static_cast<double>(inputs.size()), "comparing");
  }
  for (OutputDifference& each : comparison.outputs) {
    if (each.elements > 0) each.mean_absolute /= static_cast<double>(each.elements);
  }
  return comparison;
}

std::vector<Tensor> random_inputs(const Graph& graph, std::uint64_t seed) {
  std::vector<Tensor> inputs;
  std::uint64_t index = 0;
  for (ValueId id : graph.inputs) {
    const Value& value = graph.value(id);
    if (value.dtype != DType::f32) bad_input("input \"{}\" is {}, not f32", value.name, name_of(value.dtype));
    Tensor tensor(DType::f32, value.shape);
    for (float& x : tensor.mutable_values<float>()) x = 4 * random_unit(seed, index++) - 2;
    inputs.push_back(std::move(tensor));
  }
  return inputs;
}

}  // namespace qs
