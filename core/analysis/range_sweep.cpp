#include "core/analysis/range_sweep.h"

#include <algorithm>
#include <cmath>

#include "core/analysis/activation_sqnr.h"
#include "core/base/parallel.h"
#include "core/quant/range_estimator.h"
#include "core/quant/rounding.h"

namespace qs {

namespace {

Range with_zero(Range range) {
  return {std::min(range.min, 0.0F), std::max(range.max, 0.0F)};
}

float scaled(float part, double unit) {
  return static_cast<float>(static_cast<double>(part) * unit);
}

float part(float value, double unit) {
  return unit > 0 ? static_cast<float>(static_cast<double>(value) / unit) : 0;
}

bool is_mirrored(const Grid& grid) {
  return grid.kind != GridKind::affine && grid.is_signed;
}

/// Sums over values.
RangeNoise error_sums(std::span<const float> values, ScaleZeroPoint encoding, const Grid& grid) {
  const GridEnds ends = grid_ends(encoding, grid);
  const float scale = encoding.scale;
  double rounding = 0;
  double clipping = 0;
  const float* x = values.data();
#pragma omp simd reduction(+ : rounding, clipping)
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float steps = x[i] / scale;
    const double difference = static_cast<double>(x[i]) - static_cast<double>(scale * on_grid(steps, ends));
    const bool outside = steps < ends.low - 0.5F || steps > ends.high + 0.5F;
    rounding += outside ? 0 : difference * difference;
    clipping += outside ? difference * difference : 0;
  }
  return {rounding, clipping};
}

Tensor thinned(const Tensor& weights, std::int64_t most) {
  const std::int64_t stride = (weights.elements() + most - 1) / most;
  if (stride <= 1) return weights;
  const std::int64_t channels = weights.shape()[0];
  const std::int64_t length = weights.shape()[1];
  const std::int64_t kept = (length + stride - 1) / stride;
  Tensor result(DType::f32, {channels, kept});
  const auto from = weights.values<float>();
  const auto to = result.mutable_values<float>();
  for (std::int64_t c = 0; c < channels; ++c) {
    for (std::int64_t i = 0; i < kept; ++i) {
      to[static_cast<std::size_t>(c * kept + i)] = from[static_cast<std::size_t>(c * length + i * stride)];
    }
  }
  return result;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

RangeSubject RangeSubject::of_weights(Tensor weights, const Grid& grid, MethodChoice choice,
                                      std::optional<Encoding> trained) {
  RangeSubject subject;
  subject.trained_ = std::move(trained);
  subject.grid_ = grid;
  subject.choice_ = std::move(choice);
  subject.data_ = thinned(weights, kMostValues);
  const std::int64_t channels = weights.shape()[0];
  for (std::int64_t c = 0; c < channels; ++c) {
    const std::span<const float> all = subject.values(static_cast<std::size_t>(c));
    Range range;
    if (!all.empty()) {
      const auto [low, high] = std::minmax_element(all.begin(), all.end());
      range = {*low, *high};
    }
    subject.ranges_.push_back(range);
    if (channels == 1) {
      subject.units_.push_back({});
    } else {
      const Range own = subject.on_grid(range);
      subject.units_.push_back({-static_cast<double>(own.min), own.max});
    }
  }
  return subject;
}

RangeSubject RangeSubject::of_activation(ActivationQuestion question) {
  RangeSubject subject;
  subject.grid_ = question.grid;
  subject.choice_ = question.choice;
  subject.ranges_ = {question.seen.range};
  subject.units_ = {Unit{}};
  subject.data_ = std::move(question);
  return subject;
}

std::span<const float> RangeSubject::values(std::size_t channel) const {
  const Tensor& all = std::get<Tensor>(data_);
  const auto length = static_cast<std::size_t>(all.shape()[1]);
  return all.values<float>().subspan(channel * length, length);
}

Range RangeSubject::real(Range range, std::size_t channel) const {
  return {scaled(range.min, units_[channel].low), scaled(range.max, units_[channel].high)};
}

Range RangeSubject::seen() const {
  Range all;
  for (std::size_t c = 0; c < ranges_.size(); ++c) {
    all.min = std::min(all.min, part(ranges_[c].min, units_[c].low));
    all.max = std::max(all.max, part(ranges_[c].max, units_[c].high));
  }
  return all;
}

double RangeSubject::power() const {
  if (const auto* asked = std::get_if<ActivationQuestion>(&data_)) {
    const auto count = static_cast<double>(asked->statistics->histogram.total());
    return count > 0 ? asked->statistics->sum_of_squares / count : 0;
  }
  const auto all = std::get<Tensor>(data_).values<float>();
  double sum = 0;
  for (const float x : all) sum += static_cast<double>(x) * static_cast<double>(x);
  return all.empty() ? 0 : sum / static_cast<double>(all.size());
}

Range RangeSubject::on_grid(Range range) const {
  const Range relaxed = with_zero(range);
  if (grid_.kind == GridKind::affine) return relaxed;
  if (!grid_.is_signed) return {0, relaxed.max};
  const float reach = std::max(-relaxed.min, relaxed.max);
  return {-reach, reach};
}

RangeNoise RangeSubject::channel_noise(ScaleZeroPoint encoding, std::size_t channel) const {
  const auto* asked = std::get_if<ActivationQuestion>(&data_);
  if (asked == nullptr) return error_sums(values(channel), encoding, grid_);
  const HistogramError error = histogram_error(asked->statistics->histogram, encoding, grid_);
  return {error.rounding, error.clipping};
}

RangeNoise RangeSubject::noise(Range range) const {
  RangeNoise sum;
  double count = 0;
  for (std::size_t c = 0; c < units_.size(); ++c) {
    const RangeNoise mine = channel_noise(cover(real(on_grid(range), c), grid_), c);
    sum.rounding += mine.rounding;
    sum.clipping += mine.clipping;
  }
  if (const auto* asked = std::get_if<ActivationQuestion>(&data_)) {
    count = static_cast<double>(asked->statistics->histogram.total());
  } else {
    count = static_cast<double>(std::get<Tensor>(data_).elements());
  }
  if (count > 0) sum = {sum.rounding / count, sum.clipping / count};
  return sum;
}

std::vector<double> RangeSubject::shares(int bins) const {
  std::vector<double> all(static_cast<std::size_t>(bins), 0);
  const Range range = seen();
  const double width = (static_cast<double>(range.max) - static_cast<double>(range.min)) / bins;
  double total = 0;
  const auto add = [&](double value, double weight) {
    total += weight;
    const double place = width > 0 ? (value - static_cast<double>(range.min)) / width : 0;
    all[static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(bins - 1)))] += weight;
  };
  if (const auto* asked = std::get_if<ActivationQuestion>(&data_)) {
    for (std::size_t i = 0; i < asked->seen.values.size(); ++i) add(asked->seen.values[i], asked->seen.weights[i]);
  } else {
    for (std::size_t c = 0; c < units_.size(); ++c) {
      for (const float x : values(c)) add(part(x, x < 0 ? units_[c].low : units_[c].high), 1);
    }
  }
  if (total > 0) {
    for (double& each : all) each /= total;
  }
  return all;
}

RangeSubject::Answer RangeSubject::ask(const RangeEstimator& estimator,
                                       const std::map<std::string, double>& settings) const {
  if (const auto* asked = std::get_if<ActivationQuestion>(&data_)) {
    const RangeQuestion question = asked->question();
    const std::string_view obstacle = estimator.obstacle(question);
    if (!obstacle.empty()) return {obstacle, {}, {}};
    const Range range = on_grid(estimator.estimate(question, settings));
    return {{}, range, noise(range)};
  }
  const auto question = [&](const Distribution& seen, std::size_t channel) {
    return RangeQuestion{.grid = grid_,
                         .distribution = seen,
                         .trained = trained_ ? &*trained_ : nullptr,
                         .scales = units_.size(),
                         .channel = channel};
  };
  const std::string_view obstacle = estimator.obstacle(question(Distribution{}, 0));
  if (!obstacle.empty()) return {obstacle, {}, {}};
  std::vector<Range> found(units_.size());
  std::vector<RangeNoise> errors(units_.size());
  parallel_for(std::ssize(units_), [&](std::int64_t c) {
    const auto at = static_cast<std::size_t>(c);
    const Distribution mine = distribution(values(at));
    found[at] = on_grid(estimator.estimate(question(mine, at), settings));
    errors[at] = channel_noise(chosen_encoding(estimator, question(mine, at), settings), at);
  });
  std::vector<double> lows;
  std::vector<double> highs;
  RangeNoise sum;
  for (std::size_t c = 0; c < units_.size(); ++c) {
    if (units_[c].low > 0) lows.push_back(part(found[c].min, units_[c].low));
    if (units_[c].high > 0) highs.push_back(part(found[c].max, units_[c].high));
    sum.rounding += errors[c].rounding;
    sum.clipping += errors[c].clipping;
  }
  const auto count = static_cast<double>(std::max<std::int64_t>(1, std::get<Tensor>(data_).elements()));
  return {{},
          {static_cast<float>(median(std::move(lows))), static_cast<float>(median(std::move(highs)))},
          {sum.rounding / count, sum.clipping / count}};
}

RangeSweep range_sweep(const RangeSubject& subject, int steps, int bins, const Progress& progress) {
  constexpr double kBeyond = 1.1;  // of the largest value: there rounding alone grows
  RangeSweep sweep;
  sweep.grid = subject.grid();
  sweep.relative = subject.relative();
  sweep.power = subject.power();
  sweep.seen = subject.seen();
  sweep.shares = subject.shares(bins);
  RangeSubject::Answer now = subject.ask(range_estimator(subject.choice().id), subject.choice().settings);
  if (!now.obstacle.empty()) now = subject.ask(*range_estimators().front(), {});
  sweep.current = now.range;
  sweep.noise = now.noise;
  const Range reach = subject.on_grid(sweep.seen);
  const int last = static_cast<int>(std::lround(steps * kBeyond));
  const auto side = [&](double end, bool upper) {
    if (end == 0) return;
    for (int i = 1; i <= last; ++i) {
      progress.check();
      const auto at = static_cast<float>(end * i / steps);
      Range range = upper ? Range{sweep.current.min, at} : Range{at, sweep.current.max};
      if (is_mirrored(subject.grid())) range = {-std::abs(at), std::abs(at)};
      sweep.points.push_back({at, subject.noise(range)});
    }
  };
  // The two sides of a mirrored grid are one and the same.
  side(is_mirrored(subject.grid()) ? 0 : reach.min, false);
  side(reach.max, true);
  if (is_mirrored(subject.grid()) && sweep.seen.min < 0) {
    for (std::size_t i = 0, n = sweep.points.size(); i < n; ++i) {
      sweep.points.push_back({-sweep.points[i].at, sweep.points[i].noise});
    }
  }
  std::sort(sweep.points.begin(), sweep.points.end(),
            [](const SweepPoint& a, const SweepPoint& b) { return a.at < b.at; });
  return sweep;
}

std::vector<RangeChoice> range_choices(const RangeSubject& subject, const Progress& progress) {
  std::vector<RangeChoice> choices;
  for (const RangeEstimator* estimator : range_estimators()) {
    progress.check();
    const bool current = estimator->id == subject.choice().id;
    if (estimator->by_hand && !current) continue;
    RangeChoice choice;
    choice.id = estimator->id;
    choice.title = estimator->title;
    choice.current = current;
    if (current) choice.settings = subject.choice().settings;
    const RangeSubject::Answer answer = subject.ask(*estimator, choice.settings);
    choice.obstacle = answer.obstacle;
    choice.range = answer.range;
    choice.noise = answer.noise;
    choices.push_back(std::move(choice));
  }
  return choices;
}

}  // namespace qs
