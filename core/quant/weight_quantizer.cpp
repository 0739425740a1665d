#include "core/quant/weight_quantizer.h"

#include <algorithm>
#include <limits>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/graph/output_channel.h"
#include "core/quant/range_estimator.h"
#include "core/quant/rounding.h"
#include "core/quant/value_range.h"

namespace qs {

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Of finite values; (inf, -inf) of none.
Range range_of(std::span<const float> values) {
  const std::optional<Range> range = finite_range(values);
  if (!range) bad_input("the weights hold NaN or infinity");
  return *range;
}

Range joined(Range left, Range right) {
  return {std::min(left.min, right.min), std::max(left.max, right.max)};
}

std::span<const float> channel_values(const Tensor& by_channel, std::int64_t channel) {
  const auto length = static_cast<std::size_t>(by_channel.shape()[1]);
  return by_channel.values<float>().subspan(static_cast<std::size_t>(channel) * length, length);
}

std::size_t scales_of(const WeightScheme& scheme, std::int64_t channels) {
  return scheme.granularity == Granularity::tensor ? 1 : static_cast<std::size_t>(channels);
}

/// From what the values are distributed like, or from what training left.
ScaleZeroPoint estimated(std::span<const float> values, RangeQuestion question, const MethodChoice& range) {
  const RangeEstimator& estimator = range_estimator(range.id);
  (void)range_of(values);  // refuses NaN
  if (estimator.encoding != nullptr) return estimator.encoding(question);
  const Distribution seen = distribution(values);
  return cover(estimator.estimate({.grid = question.grid, .distribution = seen}, range.settings), question.grid);
}

std::vector<ScaleZeroPoint> estimated_encodings(const Op& op, const Tensor& weights, const WeightScheme& scheme,
                                                const Grid& grid, const MethodChoice& range, const Encoding* trained) {
  const Distribution nothing;
  RangeQuestion question{.grid = grid, .distribution = nothing, .trained = trained};
  if (scheme.granularity == Granularity::tensor) return {estimated(weights.values<float>(), question, range)};
  const Tensor by_channel = weights_by_channel(op, weights);
  question.scales = static_cast<std::size_t>(by_channel.shape()[0]);
  std::vector<ScaleZeroPoint> encodings(question.scales);
  parallel_for(by_channel.shape()[0], [&](std::int64_t c) {
    RangeQuestion mine = question;
    mine.channel = static_cast<std::size_t>(c);
    encodings[mine.channel] = estimated(channel_values(by_channel, c), mine, range);
  });
  return encodings;
}

std::vector<Range> min_max_ranges(const Op& op, const Tensor& weights, const WeightScheme& scheme) {
  if (scheme.granularity == Granularity::tensor) return {range_of(weights.values<float>())};
  return weight_ranges(op, weights);
}

/// Codes of one run; the arithmetic of `quantize` (encoding.cpp), in a loop that is vectorized.
template <class Code>
void quantize_run(std::span<const float> from, ScaleZeroPoint encoding, const Grid& grid, Code* to) {
  const GridEnds ends = grid_ends(encoding, grid);
  const float scale = encoding.scale;
  const float* x = from.data();
#pragma omp simd
  for (std::size_t i = 0; i < from.size(); ++i) {
    to[i] = static_cast<Code>(static_cast<std::int32_t>(on_grid(x[i] / scale, ends)) + encoding.zero_point);
  }
}

template <class Code>
Tensor codes_of(const ChannelRuns& runs, const Tensor& weights, const Encoding& encoding, Rounding rounding,
                std::uint64_t seed) {
  Tensor codes(dtype_of<Code>::value, weights.shape());
  const auto from = weights.values<float>();
  const auto to = codes.mutable_values<Code>();
  const auto length = static_cast<std::size_t>(runs.length);
  std::vector<float> rounded(rounding == Rounding::stochastic ? length : 0);
  for (std::int64_t run = 0; run < runs.runs; ++run) {
    const std::size_t first = static_cast<std::size_t>(run) * length;
    const ScaleZeroPoint& channel = encoding.at(static_cast<std::size_t>(runs.channel(run)));
    std::span<const float> values = from.subspan(first, length);
    if (rounding == Rounding::stochastic) {
      fake_quantize_stochastic(values, channel, encoding.grid, seed, first, rounded);
      values = rounded;  // points of the grid, which stay where they are
    }
    quantize_run(values, channel, encoding.grid, to.data() + first);
  }
  return codes;
}

}  // namespace

Grid weight_grid(const WeightScheme& scheme, int bits) {
  return {bits, scheme.grid, scheme.grid != GridKind::affine};
}

std::string_view weight_range_obstacle(const WeightScheme& scheme, int bits, const MethodChoice& range,
                                       const Encoding* trained, std::int64_t channels) {
  return range_estimator(range.id).obstacle({.grid = weight_grid(scheme, bits),
                                             .distribution = Distribution{},
                                             .trained = trained,
                                             .scales = scales_of(scheme, channels)});
}

Encoding weight_encoding(const Op& op, const Tensor& weights, const WeightScheme& scheme, int bits,
                         const MethodChoice& range, const Encoding* trained) {
  Encoding encoding{weight_grid(scheme, bits), {}};
  const std::int64_t channels = channel_runs(op, weights.shape()).channels;
  // The first estimator is min-max, which needs no distribution.
  const bool plain = &range_estimator(range.id) == range_estimators().front() ||
                     !weight_range_obstacle(scheme, bits, range, trained, channels).empty();
  if (!plain) {
    encoding.channels = estimated_encodings(op, weights, scheme, encoding.grid, range, trained);
    return encoding;
  }
  for (const Range& each : min_max_ranges(op, weights, scheme)) {
    encoding.channels.push_back(cover(each.min > each.max ? Range{} : each, encoding.grid));
  }
  return encoding;
}

Tensor weight_codes(const Op& op, const Tensor& weights, const Encoding& encoding, Rounding rounding,
                    std::uint64_t seed) {
  const ChannelRuns runs = channel_runs(op, weights.shape());
  QS_ASSERT(!encoding.per_channel() || static_cast<std::int64_t>(encoding.channels.size()) == runs.channels);
  if (encoding.grid.bits > kMaxIntegerBits) return codes_of<std::int32_t>(runs, weights, encoding, rounding, seed);
  if (encoding.grid.is_signed) return codes_of<std::int8_t>(runs, weights, encoding, rounding, seed);
  return codes_of<std::uint8_t>(runs, weights, encoding, rounding, seed);
}

std::vector<Range> weight_ranges(const Op& op, const Tensor& weights) {
  const ChannelRuns runs = channel_runs(op, weights.shape());
  std::vector<Range> ranges(static_cast<std::size_t>(runs.channels), Range{kInfinity, -kInfinity});
  const auto values = weights.values<float>();
  const auto length = static_cast<std::size_t>(runs.length);
  if (!runs.in_order() && length == 1) return weight_ranges(Conv{}, weights_by_channel(op, weights));
  for (std::int64_t run = 0; run < runs.runs; ++run) {
    Range& range = ranges[static_cast<std::size_t>(runs.channel(run))];
    range = joined(range, range_of(values.subspan(static_cast<std::size_t>(run) * length, length)));
  }
  for (Range& range : ranges) range = range.min > range.max ? Range{} : range;  // a channel without weights
  return ranges;
}

Tensor weights_by_channel(const Op& op, const Tensor& weights) {
  const ChannelRuns runs = channel_runs(op, weights.shape());
  const std::int64_t per_channel = runs.channels == 0 ? 0 : weights.elements() / runs.channels;
  const Shape shape{runs.channels, per_channel};
  if (runs.in_order()) return weights.reshaped(shape);
  Tensor result(DType::f32, shape);
  const auto from = weights.values<float>();
  const auto to = result.mutable_values<float>();
  std::vector<std::int64_t> filled(static_cast<std::size_t>(runs.channels), 0);
  for (std::int64_t run = 0; run < runs.runs; ++run) {
    const std::int64_t channel = runs.channel(run);
    std::int64_t& place = filled[static_cast<std::size_t>(channel)];
    std::copy_n(from.begin() + run * runs.length, runs.length, to.begin() + channel * per_channel + place);
    place += runs.length;
  }
  return result;
}

}  // namespace qs
