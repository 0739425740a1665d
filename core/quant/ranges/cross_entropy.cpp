#include "core/quant/ranges/cross_entropy.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/parallel.h"
#include "core/quant/ranges/candidates.h"
#include "core/quant/ranges/rows.h"

namespace qs {

namespace {

constexpr Param kImages = {
    .id = "images",
    .title = "Images",
    .unit = "",
    .summary = "How many of the calibration images' outputs are looked at.",
    .default_value = 128,
    .min = 1,
    .max = 100000,
    .whole = true,
};

constexpr int kSteps = 100;

std::string_view obstacle(const RangeQuestion& question) {
  return question.logits == nullptr || question.logits->elements() == 0
             ? "needs the network's outputs: only the last layer's output has them"
             : std::string_view();
}

/// The best of a lattice around `middle`.
Candidate best_around(const LogitCrossEntropy& loss, const Candidates& candidates, Candidate middle, int reach,
                      int stride) {
  std::vector<Candidate> tried = {middle};  // first: wins where others are equal
  candidates.around(middle, reach, stride, [&](Candidate each) { tried.push_back(each); });
  std::vector<double> losses(tried.size(), std::numeric_limits<double>::infinity());
  parallel_for(std::ssize(tried), [&](std::int64_t i) {
    const auto at = static_cast<std::size_t>(i);
    const Range range = candidates.at(tried[at]);
    if (range.min != 0 || range.max != 0) losses[at] = loss.of(cover(range, candidates.grid), candidates.grid);
  });
  return tried[static_cast<std::size_t>(std::min_element(losses.begin(), losses.end()) - losses.begin())];
}

/// Tenths of the range first, then 3 hundredths and single ones around the best: a whole grid of 100 x 100 would take
/// seconds. Few logits, as in worked examples, get it.
Range estimate(const RangeQuestion& question, const std::map<std::string, double>& settings) {
  const Range seen = question.distribution.range;
  if (!obstacle(question).empty() || question.distribution.values.empty() || (seen.min == 0 && seen.max == 0)) {
    return seen;
  }
  constexpr std::int64_t kFewLogits = 100;
  const LogitCrossEntropy loss(*question.logits, static_cast<std::int64_t>(setting(settings, kImages)));
  const Candidates candidates{.seen = seen, .grid = question.grid, .steps = kSteps};
  const bool one_end = !candidates.low_moves() || !candidates.high_moves();
  if (one_end || question.logits->elements() <= kFewLogits) {
    return candidates.at(best_around(loss, candidates, candidates.whole(), kSteps, 1));
  }
  Candidate best = best_around(loss, candidates, candidates.whole(), kSteps, 10);
  best = best_around(loss, candidates, best, 9, 3);
  return candidates.at(best_around(loss, candidates, best, 2, 1));
}

}  // namespace

LogitCrossEntropy::LogitCrossEntropy(const Tensor& logits, std::int64_t most_images) {
  const std::int64_t images = logits.shape()[0];
  classes_ = static_cast<std::size_t>(logits.elements() / images);
  const std::int64_t taken = std::min(images, most_images);
  for (std::int64_t i = 0; i < taken; ++i) {
    const auto from = static_cast<std::size_t>(i * images / taken) * classes_;
    const std::span<const float> row = logits.values<float>().subspan(from, classes_);
    const double largest = *std::max_element(row.begin(), row.end());
    double sum = 0;
    for (const float v : row) sum += std::exp(v - largest);
    for (const float v : row) probabilities_.push_back(static_cast<float>(std::exp(v - largest) / sum));
    logits_.insert(logits_.end(), row.begin(), row.end());
  }
}

/// With d = (largest code of the image - code): -sum p ln q = ln sum exp(-scale d) + scale sum p d. The exponentials
/// come from a table where there are fewer codes than logits.
double LogitCrossEntropy::of(ScaleZeroPoint encoding, const Grid& grid) const {
  const double scale = encoding.scale;
  const auto codes = static_cast<std::size_t>(grid.quant_max() - grid.quant_min()) + 1;
  std::vector<double> table(codes <= logits_.size() ? codes : 0);
  for (std::size_t d = 0; d < table.size(); ++d) table[d] = std::exp(-scale * static_cast<double>(d));

  std::vector<float> faked(classes_);
  std::vector<std::int32_t> steps(classes_);
  const auto lowest = static_cast<float>(grid.quant_min() - encoding.zero_point);
  const auto highest = static_cast<float>(grid.quant_max() - encoding.zero_point);
  const std::span<const float> logits = logits_;
  double total = 0;
  for (std::size_t start = 0; start < logits.size(); start += classes_) {
    fake_quantize(logits.subspan(start, classes_), encoding, grid, faked);
    std::int32_t top = std::numeric_limits<std::int32_t>::min();
#pragma omp simd reduction(max : top)
    for (std::size_t i = 0; i < classes_; ++i) {
      // Whole but for rounding; the end of a range as wide as floats reach may stand for infinity.
      const float code = std::min(std::max(faked[i] / encoding.scale, lowest), highest);
      steps[i] = static_cast<std::int32_t>(code + (code < 0 ? -0.5F : 0.5F));
      top = steps[i] > top ? steps[i] : top;
    }
    double sum = 0;
    double expected = 0;
    const float* p = probabilities_.data() + start;
    for (std::size_t i = 0; i < classes_; ++i) {
      const std::int32_t d = top - steps[i];
      sum += table.empty() ? std::exp(-scale * d) : table[static_cast<std::size_t>(d)];
      expected += static_cast<double>(p[i]) * d;
    }
    total += std::log(sum) + scale * expected;
  }
  return total;
}

const RangeEstimator cross_entropy_estimator = {
    .id = "cross_entropy",
    .title = "Cross-entropy of the logits",
    .summary = "For the last layer: the range whose quantized outputs keep the network's probabilities best.",
    .citation = "Nagel et al. 2021 (arXiv:2106.08295), section 3.1, cross-entropy-based range setting",
    .params = {kImages},
    .obstacle = obstacle,
    .estimate = estimate,
};

}  // namespace qs
