#include "core/quant/value_range.h"

#include <algorithm>
#include <array>
#include <limits>

namespace qs {

/// Eight running extremes at a time, which the compiler keeps in vector registers; one alone it would not, lest a NaN
/// be treated differently.
std::optional<Range> finite_range(std::span<const float> values) {
  constexpr std::size_t kLanes = 8;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  std::array<float, kLanes> low;
  std::array<float, kLanes> high;
  std::array<float, kLanes> zero{};  // stays 0 unless there is a NaN or an infinity
  low.fill(kInfinity);
  high.fill(-kInfinity);
  const auto look = [&](float x, std::size_t lane) {
    low[lane] = x < low[lane] ? x : low[lane];
    high[lane] = x > high[lane] ? x : high[lane];
    zero[lane] += x - x;
  };
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) look(values[i + lane], lane);
  }
  for (; i < values.size(); ++i) look(values[i], 0);
  for (float each : zero) {
    if (each != 0) return std::nullopt;
  }
  return Range{*std::min_element(low.begin(), low.end()), *std::max_element(high.begin(), high.end())};
}

}  // namespace qs
