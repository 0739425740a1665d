// The parts of `findings`, each about one subject.
#pragma once

#include "core/findings.h"

namespace qs {

using Findings = std::vector<Finding>;

/// One variant of a report beside its float network.
struct Comparison {
  const EvaluationReport& report;
  std::size_t index;  ///< of the variant, > 0
  double p;           ///< against float, adjusted

  [[nodiscard]] const VariantReport& variant() const { return report.variants[index]; }
  [[nodiscard]] const VariantResult& result() const { return report.evaluation.results[index]; }
  [[nodiscard]] const VariantResult& reference() const { return report.evaluation.results.front(); }
  [[nodiscard]] const std::string& scheme() const { return variant().scheme; }
};

// findings_run.cpp
void add_run(const EvaluationReport& report, Findings& out);
void add_cost(const Comparison& comparison, Findings& out);
// findings_accuracy.cpp
void add_accuracy(const Comparison& comparison, Findings& out);
/// Pairs of schemes that differ in one choice alone.
void add_single_differences(const EvaluationReport& report, Findings& out);
// findings_layers.cpp
void add_layers(const Comparison& comparison, Findings& out);
void add_sensitivity(const Comparison& comparison, Findings& out);
// findings_weights.cpp
void add_channels(const WeightFacts& weights, Findings& out);
void add_folding(const WeightFacts& weights, Findings& out);

/// "61.0 %".
[[nodiscard]] std::string share_text(double share);
/// "31.5 dB", "no noise", "noise only".
[[nodiscard]] std::string db_text(double db);
/// "12", "1.3e+05".
[[nodiscard]] std::string factor_text(double factor);

}  // namespace qs
