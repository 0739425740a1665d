#include "core/quant/calibration.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/parallel.h"

namespace qs {

namespace {

/// Of one image's one channel. Whether all its values were finite shows in the sum of squares: the square of a float
/// is finite in double.
struct Plane {
  double sum = 0;
  double sum_of_squares = 0;
  Range range;
};

Plane plane_of(std::span<const float> values) {
  const float* x = values.data();
  double sum = 0;
  double squares = 0;
  float low = x[0];
  float high = x[0];
#pragma omp simd reduction(+ : sum, squares) reduction(min : low) reduction(max : high)
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = x[i];
    sum += value;
    squares += value * value;
    low = x[i] < low ? x[i] : low;
    high = x[i] > high ? x[i] : high;
  }
  return {sum, squares, {low, high}};
}

/// Each plane is summed by one thread and the planes are added up in order, whatever the number of threads.
std::vector<Plane> planes_of(std::span<const float> values, std::size_t size) {
  constexpr std::size_t kValuesAtOnce = 1 << 16;
  const std::size_t count = values.size() / size;
  const std::size_t at_once = std::max<std::size_t>(1, kValuesAtOnce / size);
  std::vector<Plane> planes(count);
  parallel_for(static_cast<std::int64_t>((count + at_once - 1) / at_once), [&](std::int64_t part) {
    const std::size_t start = static_cast<std::size_t>(part) * at_once;
    for (std::size_t i = start; i < std::min(count, start + at_once); ++i) {
      planes[i] = plane_of(values.subspan(i * size, size));
    }
  });
  return planes;
}

void include(Range& range, Range more) {
  range = {std::min(range.min, more.min), std::max(range.max, more.max)};
}

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr Range kNothing = {kInfinity, -kInfinity};

void add_channels(ValueStatistics& statistics, std::span<const Plane> planes, std::size_t channels) {
  if (statistics.channel_sum.empty()) {
    statistics.channel_sum.assign(channels, 0);
    statistics.channel_range.assign(channels, kNothing);
  }
  for (std::size_t i = 0; i < planes.size(); ++i) {
    statistics.channel_sum[i % channels] += planes[i].sum;
    include(statistics.channel_range[i % channels], planes[i].range);
  }
}

}  // namespace

const ValueStatistics& Calibration::at(const std::string& value) const {
  const auto found = values.find(value);
  if (found == values.end()) {
    bad_input("the calibration knows nothing about the value \"{}\"; calibrate this network again", value);
  }
  return found->second;
}

void observe(ValueStatistics& statistics, const Tensor& tensor, std::int64_t rows, const std::string& name) {
  const Shape& shape = tensor.shape();
  QS_ASSERT(shape.rank() > 0 && rows >= 0 && rows <= shape[0]);
  if (rows == 0 || tensor.elements() == 0) return;
  const std::int64_t row = shape.stride(0);
  const bool has_channels = shape.rank() > 1;
  const std::int64_t size = has_channels ? shape.stride(1) : rows;
  const std::size_t channels = has_channels ? static_cast<std::size_t>(shape[1]) : 0;
  QS_ASSERT(statistics.batches.empty() || statistics.channel_sum.size() == channels);

  const std::span<const float> values = tensor.values<float>().first(static_cast<std::size_t>(rows * row));
  const std::vector<Plane> planes = planes_of(values, static_cast<std::size_t>(size));
  Plane all{.range = kNothing};
  for (const Plane& plane : planes) {
    all.sum += plane.sum;
    all.sum_of_squares += plane.sum_of_squares;
    include(all.range, plane.range);
  }
  if (!std::isfinite(all.sum_of_squares)) bad_input("the value \"{}\" holds NaN or infinity", name);

  statistics.histogram.add_within(values, all.range);
  statistics.batches.push_back(all.range);
  statistics.sum += all.sum;
  statistics.sum_of_squares += all.sum_of_squares;
  if (!has_channels) return;
  add_channels(statistics, planes, channels);
  statistics.count_per_channel += rows * size;
}

}  // namespace qs
