#include <fmt/format.h>

#include <cmath>

#include "core/findings_parts.h"
#include "core/quant/scheme_difference.h"

namespace qs {

namespace {

/// "61.0 % instead of 65.0 % of 650 images".
std::string both(const VariantResult& result, const VariantResult& reference) {
  return fmt::format("{} instead of {} of {} images", share_text(result.top1.fraction()),
                     share_text(reference.top1.fraction()), result.top1.total);
}

Severity severity_of(double difference, double p) {
  if (p >= kSignificant || difference > 0) return Severity::good;
  if (difference <= -kLargeLoss) return Severity::serious;
  return difference <= -kSmallLoss ? Severity::warning : Severity::note;
}

std::string sentence(const Comparison& comparison, double difference, double p) {
  const double points = 100 * std::abs(difference);
  const std::string numbers = fmt::format("({}, {})", both(comparison.result(), comparison.reference()), p_text(p));
  if (p >= kSignificant) {
    return difference == 0 ? fmt::format("{} has the float network's top-1 accuracy {}.", comparison.scheme(), numbers)
                           : fmt::format("{} {} {:.1f} points of top-1, which may be chance {}.", comparison.scheme(),
                                         difference < 0 ? "loses" : "gains", points, numbers);
  }
  return fmt::format("{} {} {:.1f} points of top-1 {}.", comparison.scheme(), verdict(difference, p), points, numbers);
}

void add_agreement(const Comparison& comparison, Findings& out) {
  if (!comparison.result().agreement) return;
  const Proportion& agreement = *comparison.result().agreement;
  const double share = agreement.fraction();
  const Severity severity = share < kBadAgreement    ? Severity::serious
                            : share < kPoorAgreement ? Severity::warning
                                                     : Severity::good;
  out.push_back({severity,
                 "agreement",
                 comparison.scheme(),
                 "",
                 fmt::format("{} gives the float network's first class on {} of {} images ({}).", comparison.scheme(),
                             agreement.hits, agreement.total, share_text(share)),
                 {{"agreement", share}, {"images", static_cast<double>(agreement.total)}}});
}

/// Nothing is left of what the network has learnt.
void add_collapse(const Comparison& comparison, Findings& out) {
  const Proportion& top1 = comparison.result().top1;
  const std::int64_t classes = comparison.report.model.classes;
  if (classes == 0 || wilson_interval(comparison.reference().top1).low <= 1.0 / static_cast<double>(classes)) return;
  const Interval wilson = wilson_interval(top1);
  if (wilson.low > 1.0 / static_cast<double>(classes)) return;
  out.push_back({Severity::serious,
                 "collapse",
                 comparison.scheme(),
                 "",
                 fmt::format("{} has collapsed: its top-1 of {} (95 % interval {} to {}) cannot be told from guessing "
                             "one of {} classes.",
                             comparison.scheme(), share_text(top1.fraction()), share_text(wilson.low),
                             share_text(wilson.high), classes),
                 {{"top1", top1.fraction()}, {"top1_low", wilson.low}, {"classes", static_cast<double>(classes)}}});
}

std::string value_or_none(const std::string& value) {
  return value.empty() ? "none" : value;
}

void add_difference(const EvaluationReport& report, std::size_t first, std::size_t second, Findings& out) {
  const std::vector<SchemeRow> rows =
      differences(report.variants[first].details->scheme, report.variants[second].details->scheme);
  if (rows.size() != 1) return;
  const auto& results = report.evaluation.results;
  const std::size_t better = results[first].top1.hits >= results[second].top1.hits ? first : second;
  const std::size_t worse = better == first ? second : first;
  const double difference = results[better].top1.fraction() - results[worse].top1.fraction();
  const PairedTest test = paired_test(report.evaluation, better, worse);
  const std::string choice = fmt::format(
      "{} and {} differ in one choice alone, {} ({} and {})", report.variants[better].scheme,
      report.variants[worse].scheme, rows.front().title, value_or_none(rows.front().values[better == first ? 0 : 1]),
      value_or_none(rows.front().values[better == first ? 1 : 0]));
  const std::string shares =
      fmt::format("{} and {}{}", share_text(results[better].top1.fraction()),
                  share_text(results[worse].top1.fraction()), test.known ? ", " + p_text(test.p) : "");
  const bool chance = test.known && test.p >= kSignificant;
  out.push_back({Severity::note,
                 "single_difference",
                 report.variants[better].scheme,
                 "",
                 difference == 0 ? fmt::format("{}: both are right equally often ({}).", choice, shares)
                                 : fmt::format("{}: the first is ahead by {:.1f} points of top-1{} ({}).", choice,
                                               100 * difference, chance ? ", which may be chance" : "", shares),
                 {{"top1_difference", difference}}});
  if (test.known) out.back().numbers.emplace_back("mcnemar_p", test.p);
}

}  // namespace

void add_accuracy(const Comparison& comparison, Findings& out) {
  const VariantResult& result = comparison.result();
  if (result.top1.total == 0) return add_agreement(comparison, out);
  const double difference = result.top1.fraction() - comparison.reference().top1.fraction();
  out.push_back({severity_of(difference, comparison.p),
                 "accuracy",
                 comparison.scheme(),
                 "",
                 sentence(comparison, difference, comparison.p),
                 {{"top1", result.top1.fraction()},
                  {"float_top1", comparison.reference().top1.fraction()},
                  {"top1_difference", difference},
                  {"mcnemar_p", mcnemar_p_value(result.only_first_right, result.only_this_right)},
                  {"holm_p", comparison.p}}});
  add_collapse(comparison, out);
}

void add_single_differences(const EvaluationReport& report, Findings& out) {
  const std::size_t count = report.variants.size();
  for (std::size_t i = 1; i < count; ++i) {
    for (std::size_t j = i + 1; j < count; ++j) {
      const bool known = report.variants[i].details && report.variants[j].details;
      if (known && report.evaluation.results[i].top1.total > 0) add_difference(report, i, j, out);
    }
  }
}

}  // namespace qs
