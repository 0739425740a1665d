#include "core/quant/ranges/squared_error.h"

#include <algorithm>
#include <cmath>

namespace qs {

namespace {

constexpr std::size_t kPlaces = 4096;

}  // namespace

SquaredError::SquaredError(const Distribution& distribution) : distribution_(distribution) {
  sums_.reserve(distribution.values.size() + 1);
  sums_.emplace_back();
  for (std::size_t i = 0; i < distribution.values.size(); ++i) {
    const double x = distribution.values[i];
    const double weight = distribution.weights[i];
    const Sums& last = sums_.back();
    sums_.push_back({last.weight + weight, last.first + weight * x, last.second + weight * x * x});
  }
  const double low = distribution.values.front();
  const double span = distribution.values.back() - low;
  places_per_unit_ = span > 0 ? kPlaces / span : 0;
  if (!std::isfinite(places_per_unit_)) places_per_unit_ = 0;
  below_place_.resize(kPlaces + 1, 0);
  std::size_t i = 0;
  for (std::size_t place = 0; place <= kPlaces && places_per_unit_ > 0; ++place) {
    const double start = low + static_cast<double>(place) / places_per_unit_;
    while (i < distribution.values.size() && distribution.values[i] < start) ++i;
    below_place_[place] = i;
  }
}

/// Number of values below `limit`. A value on the limit is as far from one code as from the other.
std::size_t SquaredError::below(double limit) const {
  const std::vector<float>& values = distribution_.values;
  std::size_t i = 0;
  if (places_per_unit_ > 0) {
    const double place = (limit - values.front()) * places_per_unit_ - 1;  // one back: rounding
    i = below_place_[static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(kPlaces)))];
  }
  while (i < values.size() && values[i] < limit) ++i;
  return i;
}

double SquaredError::cell(std::size_t from, std::size_t to, double center) const {
  if (from == to) return 0;  // whatever the center, infinity too
  const Sums& a = sums_[from];
  const Sums& b = sums_[to];
  const double error =
      (b.second - a.second) - 2 * center * (b.first - a.first) + center * center * (b.weight - a.weight);
  return std::max(error, 0.0);  // what is left of two equal sums may be below 0
}

double SquaredError::of(ScaleZeroPoint encoding, const Grid& grid) const {
  constexpr std::size_t kValuesPerCode = 8;  // where a look at a cell costs as much as its values
  const auto codes = static_cast<std::size_t>(grid.quant_max() - grid.quant_min());
  return codes * kValuesPerCode < distribution_.values.size() ? of_cells(encoding, grid) : of_values(encoding, grid);
}

double SquaredError::of_cells(ScaleZeroPoint encoding, const Grid& grid) const {
  const double scale = encoding.scale;
  const double low = grid.quant_min() - encoding.zero_point;
  const double high = grid.quant_max() - encoding.zero_point;
  const double end = std::clamp(std::nearbyint(distribution_.values.back() / scale), low, high);
  double code = std::clamp(std::nearbyint(distribution_.values.front() / scale), low, high);
  double error = 0;
  std::size_t from = 0;
  for (; code < end; ++code) {
    const std::size_t to = below((code + 0.5) * scale);
    error += cell(from, to, code * scale);
    from = to;
  }
  return error + cell(from, distribution_.values.size(), end * scale);
}

double SquaredError::of_values(ScaleZeroPoint encoding, const Grid& grid) const {
  constexpr double kRounder = 0x1.8p52;  // added and taken away, it leaves a whole number
  const double scale = encoding.scale;
  const double per_scale = 1 / scale;
  const double low = grid.quant_min() - encoding.zero_point;
  const double high = grid.quant_max() - encoding.zero_point;
  const float* values = distribution_.values.data();
  const double* weights = distribution_.weights.data();
  double error = 0;
#pragma omp simd reduction(+ : error)
  for (std::size_t i = 0; i < distribution_.values.size(); ++i) {
    const double value = values[i];
    double steps = value * per_scale;
    steps = steps < low ? low : steps;
    steps = steps > high ? high : steps;
    const double difference = value - ((steps + kRounder) - kRounder) * scale;
    error += weights[i] * difference * difference;
  }
  return error;
}

double SquaredError::of_clipped(ScaleZeroPoint encoding, const Grid& grid) const {
  const Range range = covered(encoding, grid);
  return cell(0, below(range.min), range.min) + cell(below(range.max), distribution_.values.size(), range.max);
}

}  // namespace qs
