#include "core/findings.h"

#include <fmt/format.h>

#include <cmath>

#include "core/findings_parts.h"

namespace qs {

std::string_view word_of(Severity severity) {
  switch (severity) {
    case Severity::good: return "good";
    case Severity::note: return "note";
    case Severity::warning: return "warning";
    case Severity::serious: return "serious";
  }
  return "?";
}

std::string_view word_of(Subject subject) {
  switch (subject) {
    case Subject::accuracy: return "Accuracy";
    case Subject::layers: return "Layers";
    case Subject::weights: return "Weights";
    case Subject::cost: return "Size and speed";
  }
  return "?";
}

std::string p_text(double p) {
  return p < 0.001 ? "p < 0.001" : fmt::format("p = {:.2g}", p);
}

std::string share_text(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

std::string db_text(double db) {
  if (std::isinf(db)) return db > 0 ? "no noise" : "noise only";
  return fmt::format("{:.1f} dB", db);
}

std::string factor_text(double factor) {
  return factor < 1e4 ? fmt::format("{:.3g}", factor) : fmt::format("{:.1e}", factor);
}

std::string_view verdict(double difference, double p) {
  if (p >= kSignificant) return "no difference beyond chance";
  return difference < 0 ? "loses" : "gains";
}

PairedTest paired_test(const Evaluation& evaluation, std::size_t first, std::size_t second) {
  const VariantResult& a = evaluation.results[first];
  const VariantResult& b = evaluation.results[second];
  if (a.top1.total == 0) return {};
  if (first == 0 && second != 0) return {true, mcnemar_p_value(b.only_first_right, b.only_this_right)};
  const std::size_t images = evaluation.images.size();
  if (images == 0 || a.predictions.size() != images || b.predictions.size() != images) return {};
  std::int64_t only_a = 0;
  std::int64_t only_b = 0;
  for (std::size_t i = 0; i < images; ++i) {
    const std::optional<int> label = evaluation.images[i].label;
    if (!label) continue;
    const bool a_right = a.predictions[i].top1() == *label;
    const bool b_right = b.predictions[i].top1() == *label;
    if (a_right && !b_right) ++only_a;
    if (b_right && !a_right) ++only_b;
  }
  return {true, mcnemar_p_value(only_a, only_b)};
}

std::vector<double> adjusted_p_values(const EvaluationReport& report) {
  std::vector<double> raw;
  for (std::size_t i = 1; i < report.evaluation.results.size(); ++i) {
    const VariantResult& result = report.evaluation.results[i];
    raw.push_back(mcnemar_p_value(result.only_first_right, result.only_this_right));
  }
  std::vector<double> adjusted = holm_adjusted(raw);
  adjusted.insert(adjusted.begin(), 1.0);
  return adjusted;
}

std::vector<Finding> findings(const EvaluationReport& report, const WeightFacts& weights) {
  Findings out;
  if (report.evaluation.results.empty() || report.variants.size() != report.evaluation.results.size()) return out;
  const std::vector<double> p = adjusted_p_values(report);
  const auto each = [&](void (*add)(const Comparison&, Findings&)) {
    for (std::size_t i = 1; i < report.variants.size(); ++i) add({report, i, p[i]}, out);
  };
  auto are_about = [&out, done = std::size_t{0}](Subject subject) mutable {
    for (; done < out.size(); ++done) out[done].subject = subject;
  };
  add_run(report, out);
  each(add_accuracy);
  add_single_differences(report, out);
  are_about(Subject::accuracy);
  each(add_layers);
  each(add_sensitivity);
  are_about(Subject::layers);
  add_channels(weights, out);
  add_folding(weights, out);
  are_about(Subject::weights);
  each(add_cost);
  are_about(Subject::cost);
  return out;
}

}  // namespace qs
