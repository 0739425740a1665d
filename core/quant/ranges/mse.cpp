#include <algorithm>
#include <limits>

#include "core/quant/ranges/candidates.h"
#include "core/quant/ranges/rows.h"
#include "core/quant/ranges/squared_error.h"

namespace qs {

namespace {

constexpr Param kCandidates = {
    .id = "candidates",
    .title = "Candidates",
    .unit = "",
    .summary = "Into how many steps each end of the range is divided; every pair is considered.",
    .default_value = 100,
    .min = 10,
    .max = 200,
    .whole = true,
};

/// The best candidate so far, and how each further one is compared with it.
class Search {
 public:
  Search(const RangeQuestion& question, const Candidates& candidates)
      : question_(question), candidates_(candidates), error_(question.distribution), best_(candidates.whole()) {
    consider(best_);
  }

  void consider(Candidate candidate) {
    const Grid& grid = question_.grid;
    const Range range = candidates_.at(candidate);
    if (range.min == 0 && range.max == 0) return;
    const ScaleZeroPoint encoding = cover(range, grid);
    if (error_.of_clipped(encoding, grid) >= smallest_) return;
    const double error = error_.of(encoding, grid);
    if (error >= smallest_) return;
    smallest_ = error;
    best_ = candidate;
  }

  [[nodiscard]] Candidate where() const { return best_; }
  [[nodiscard]] Range best() const { return candidates_.at(best_); }

 private:
  const RangeQuestion& question_;
  const Candidates& candidates_;
  SquaredError error_;
  Candidate best_;
  double smallest_ = std::numeric_limits<double>::infinity();
};

/// Every candidate is considered, but what is clipped alone rules most of them out; rounds over every tenth and around
/// the best of those find an error to beat.
Range estimate(const RangeQuestion& question, const std::map<std::string, double>& settings) {
  const Distribution& seen = question.distribution;
  if (seen.values.empty() || (seen.range.min == 0 && seen.range.max == 0)) return {};
  const int steps = static_cast<int>(setting(settings, kCandidates));
  const Candidates candidates{.seen = seen.range, .grid = question.grid, .steps = steps};
  Search search(question, candidates);
  candidates.around(candidates.whole(), steps, std::max(1, steps / 10), [&](Candidate each) { search.consider(each); });
  candidates.around(search.where(), steps / 10, 1, [&](Candidate each) { search.consider(each); });
  candidates.around(candidates.whole(), steps, 1, [&](Candidate each) { search.consider(each); });
  const Range best = search.best();
  // The sums above round differently; never worse than everything means in the definition's own arithmetic.
  const Range whole = candidates.at(candidates.whole());
  return quantization_error(seen, best, question.grid) <= quantization_error(seen, whole, question.grid) ? best : whole;
}

}  // namespace

const RangeEstimator mse_estimator = {
    .id = "mse",
    .title = "Mean squared error",
    .summary = "The range whose quantized values lie nearest to the real ones, in the sum of squares.",
    .citation = "Nagel et al. 2021 (arXiv:2106.08295), section 3.1, MSE-based range setting",
    .params = {kCandidates},
    .obstacle = no_obstacle,
    .estimate = estimate,
};

}  // namespace qs
