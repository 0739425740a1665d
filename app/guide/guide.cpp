#include "app/guide/guide.h"

#include <array>

#include "core/statistics.h"

namespace qs {

std::span<const GuideStep* const> guide_steps() {
  static constexpr std::array kSteps{&float_sane_step,   &preprocessing_step,     &weights_or_activations_step,
                                     &which_layers_step, &range_or_rounding_step, &what_helps_step};
  return kSteps;
}

EvaluationReport guide_run(const GuideInput& input, const std::vector<Scheme>& schemes, const Progress& progress) {
  std::vector<SchemeChoice> choices;
  for (const Scheme& scheme : schemes) {
    const bool both = scheme.weights.quantized && scheme.activations.quantized;
    choices.push_back({scheme, &backend(both ? input.backend : "simulated")});
  }
  EvaluationReport report = run_evaluation(input.session.prepare(kGuideImages, 0), choices, watch_through(progress));
  progress.check();
  return report;
}

std::vector<std::string> result_columns() {
  return {"network", "top-1", "95 % interval", "same class as float", "p of the difference"};
}

std::vector<std::string> result_row(const std::string& title, const EvaluationReport& report, std::size_t variant,
                                    double p) {
  const VariantResult& result = report.evaluation.results[variant];
  const bool labelled = result.top1.total > 0;
  const Interval interval = wilson_interval(result.top1);
  return {title, labelled ? share_text(result.top1.fraction()) : "no labels",
          labelled ? fmt::format("{} to {}", share_text(interval.low), share_text(interval.high)) : "",
          result.agreement ? share_text(result.agreement->fraction()) : "",
          labelled && variant > 0 ? (p < 0.001 ? "< 0.001" : fmt::format("{:.3f}", p)) : ""};
}

std::vector<double> p_values_against(const EvaluationReport& report, std::size_t reference) {
  std::vector<double> raw;
  for (std::size_t v = 0; v < report.evaluation.results.size(); ++v) {
    if (v != reference) raw.push_back(paired_test(report.evaluation, reference, v).p);
  }
  std::vector<double> adjusted = holm_adjusted(raw);
  adjusted.insert(adjusted.begin() + static_cast<std::ptrdiff_t>(reference), 1.0);
  return adjusted;
}

double quality(const EvaluationReport& report, std::size_t variant) {
  const VariantResult& result = report.evaluation.results[variant];
  if (result.top1.total > 0) return result.top1.fraction();
  return result.agreement ? result.agreement->fraction() : 1.0;
}

Scheme varied(const Scheme& scheme, std::string_view suffix, std::string_view title) {
  Scheme copy = scheme;
  copy.id = fmt::format("{}-{}", scheme.id, suffix);
  copy.title = fmt::format("{}, {}", scheme.title, title);
  return copy;
}

void keep_in_float(Scheme& scheme, const std::string& layer) {
  LayerOverride exception;
  exception.pattern = layer;
  exception.keep_float = true;
  scheme.layers.insert(scheme.layers.begin(), exception);  // the first that matches counts
}

}  // namespace qs
