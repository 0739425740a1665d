#include "app/study/study_claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"

namespace qs {

namespace {

/// With two, Student's interval is wide, but for the two that happen to agree.
constexpr std::int64_t kFewestRuns = 3;

/// `value` of the first arm's run less that of the second's, by seed.
template <class Value>
std::vector<double> paired(const NetworkResults& results, std::string_view first, std::string_view second,
                           Value value) {
  std::vector<double> differences;
  for (const ArmRun& a : arm_of(results, first).runs) {
    for (const ArmRun& b : arm_of(results, second).runs) {
      if (!a.seed || !b.seed || a.seed == b.seed) differences.push_back(value(a) - value(b));
    }
  }
  return differences;
}

StudyVerdict verdict_between(const Spread& spread, double least, double most) {
  if (spread.count < kFewestRuns) return StudyVerdict::too_few_runs;
  if (spread.low > least && spread.high < most) return StudyVerdict::holds;
  if (spread.high <= least || spread.low >= most) return StudyVerdict::does_not_hold;
  return StudyVerdict::too_few_runs;
}

StudyJudgement all_between(const std::vector<Contrast>& contrasts, double least, double most) {
  StudyJudgement judgement;
  for (const Contrast& contrast : contrasts) {
    const Spread spread = spread_of(contrast.points, contrast.grain);
    const StudyVerdict verdict = verdict_between(spread, least, most);
    const bool worse = judgement.verdict == StudyVerdict::holds || verdict == StudyVerdict::does_not_hold;
    if (worse) judgement.verdict = verdict;
    judgement.numbers += fmt::format("{}{}{}", judgement.numbers.empty() ? "" : ", ",
                                     contrast.label.empty() ? "" : contrast.label + " ", points_text(spread));
  }
  return judgement;
}

}  // namespace

const ArmResults& arm_of(const NetworkResults& results, std::string_view arm) {
  const auto found = std::ranges::find(results.arms, arm, &ArmResults::arm);
  QS_ASSERT(found != results.arms.end());
  return *found;
}

Contrast difference(const NetworkResults& results, std::string_view first, std::string_view second, std::string label) {
  const std::vector<ArmRun>& runs = arm_of(results, first).runs;
  const std::int64_t images = runs.empty() ? 0 : runs.front().images;
  return {std::move(label), paired(results, first, second, [](const ArmRun& run) { return 100 * run.accuracy; }),
          images > 0 ? 100.0 / static_cast<double>(images) : 0};
}

double jitter(const std::vector<EpochRecord>& curves) {
  std::vector<double> accuracies;
  for (std::size_t i = curves.size() / 2; i < curves.size(); ++i) {
    if (curves[i].validation_accuracy) accuracies.push_back(100 * *curves[i].validation_accuracy);
  }
  if (accuracies.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  return spread_of(accuracies).deviation;
}

Contrast jitter_difference(const NetworkResults& results, std::string_view first, std::string_view second,
                           std::string label) {
  return {std::move(label), paired(results, first, second, [](const ArmRun& run) { return jitter(run.curves); }), 0};
}

StudyJudgement all_above(const std::vector<Contrast>& contrasts, double limit) {
  return all_between(contrasts, limit, std::numeric_limits<double>::infinity());
}

StudyJudgement all_within(const std::vector<Contrast>& contrasts, double limit) {
  return all_between(contrasts, -limit, limit);
}

std::string points_text(const Spread& spread) {
  if (!std::isfinite(spread.mean)) return "unknown";
  if (spread.count < 2) return fmt::format("{:+.2f}", spread.mean);
  return fmt::format("{:+.2f} ({:+.2f} to {:+.2f})", spread.mean, spread.least, spread.most);
}

}  // namespace qs
