#include "core/engine/run_inputs.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstdint>

#include "core/base/parallel.h"
#include "core/base/wide.h"

namespace qs {

namespace {

/// Whether no value is NaN or infinite. On the bits, since integer maxima vectorize where float comparisons do not:
/// this looks at every input of every run.
bool are_finite(std::span<const float> values) {
  constexpr std::uint32_t kMagnitude = 0x7fffffff;
  constexpr std::uint32_t kInfinity = 0x7f800000;
  constexpr std::int64_t kBlock = 1 << 14;
  const auto count = static_cast<std::int64_t>(values.size());
  std::atomic<bool> finite = true;
  parallel_for((count + kBlock - 1) / kBlock, [&](std::int64_t block) {
    const std::int64_t last = std::min(count, (block + 1) * kBlock);
    std::uint32_t largest = 0;
    on_wide_vectors([&] {
      const float* at = values.data();
      std::uint32_t most = 0;
#pragma omp simd reduction(max : most)
      for (std::int64_t i = block * kBlock; i < last; ++i) {
        const std::uint32_t magnitude = std::bit_cast<std::uint32_t>(at[i]) & kMagnitude;
        most = magnitude > most ? magnitude : most;
      }
      largest = most;
    });
    if (largest >= kInfinity) finite = false;
  });
  return finite;
}

}  // namespace

void check_run_inputs(const Graph& graph, std::span<const Tensor> inputs) {
  if (inputs.size() != graph.inputs.size()) {
    bad_input("the network has {} inputs, but {} were given", graph.inputs.size(), inputs.size());
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Value& wanted = graph.value(graph.inputs[i]);
    const Tensor& given = inputs[i];
    if (given.shape() != wanted.shape || given.dtype() != wanted.dtype) {
      bad_input("input \"{}\" is {} {}, but {} {} was given", wanted.name, name_of(wanted.dtype),
                to_string(wanted.shape), name_of(given.dtype()), to_string(given.shape()));
    }
    if (given.dtype() != DType::f32) continue;
    const auto values = given.values<float>();
    if (are_finite(values)) continue;
    const auto bad = std::find_if_not(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
    bad_input("input \"{}\" holds {} at element {}; only finite numbers can be computed with", wanted.name, *bad,
              bad - values.begin());
  }
}

}  // namespace qs
