#include "tests/support/calibrated.h"

#include <random>

#include "core/engine/float/float_backend.h"
#include "core/graph/operator.h"

namespace qs {

Calibration calibrated(const Graph& graph, std::span<const Tensor> batches) {
  const std::vector<ValueId> values = values_to_calibrate(graph);
  const std::int64_t batch = batches.front().shape()[0];
  const auto network = compile_float(graph, {.batch = batch, .threads = 0, .taps = values});
  Calibration calibration{.images = batch * static_cast<std::int64_t>(batches.size()),
                          .batch = batch,
                          .seed = 0,
                          .values = {},
                          .outputs = {}};
  for (const Tensor& input : batches) {
    const RunResult run = network->run({&input, 1});
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::string& name = graph.value(values[i]).name;
      observe(calibration.values[name], run.taps[i], batch, name);
    }
  }
  return calibration;
}

std::vector<Tensor> random_batches(const Graph& graph, std::int64_t batch, int count) {
  std::vector<std::int64_t> dims = graph.value(graph.inputs.at(0)).shape.dims();
  dims[0] = batch;
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<Tensor> batches;
  for (int i = 0; i < count; ++i) {
    Tensor tensor(DType::f32, Shape(dims));
    for (float& value : tensor.mutable_values<float>()) value = normal(random);
    batches.push_back(std::move(tensor));
  }
  return batches;
}

}  // namespace qs
