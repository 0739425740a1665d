#include "core/evaluation_report.h"

namespace qs {

std::int64_t evaluated_images(const EvaluationReport& report) {
  const auto listed = static_cast<std::int64_t>(report.evaluation.images.size());
  return listed > 0 ? listed : report.data.evaluated;
}

std::vector<std::string> images_without_answer(const EvaluationReport& report, std::size_t variant) {
  const std::vector<Prediction>& predictions = report.evaluation.results.at(variant).predictions;
  if (predictions.empty()) return report.variants.at(variant).not_finite;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    if (!predictions[i].finite) names.push_back(report.evaluation.images.at(i).name);
  }
  return names;
}

}  // namespace qs
