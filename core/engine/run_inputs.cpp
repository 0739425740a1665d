#include "core/engine/run_inputs.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace qs {

namespace {

/// Whether no value is NaN or infinite. On the bits, since integer maxima vectorize where float comparisons do not:
/// this looks at every input of every run.
bool are_finite(std::span<const float> values) {
  constexpr std::uint32_t kMagnitude = 0x7fffffff;
  constexpr std::uint32_t kInfinity = 0x7f800000;
  std::uint32_t largest = 0;
  for (float value : values) largest = std::max(largest, std::bit_cast<std::uint32_t>(value) & kMagnitude);
  return largest < kInfinity;
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
