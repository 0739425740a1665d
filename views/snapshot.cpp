#include "views/snapshot.h"

#include <algorithm>

namespace qs {

namespace {

std::vector<ChosenExperiment> experiments_of(const RunView& run) {
  std::vector<ChosenExperiment> all;
  if (run.report == nullptr) return all;
  const EvaluationReport& report = *run.report;
  const std::size_t count = std::min(report.variants.size(), report.evaluation.results.size());
  for (std::size_t v = 0; v < count; ++v) {
    all.push_back({.id = {run.id, v},
                   .run = &run,
                   .variant = &report.variants[v],
                   .result = &report.evaluation.results[v],
                   .reference = &report.evaluation.results.front()});
  }
  return all;
}

}  // namespace

std::vector<ChosenExperiment> chosen_experiments(const Snapshot& snapshot) {
  std::vector<ChosenExperiment> chosen;
  std::vector<ChosenExperiment> newest;
  for (const auto& run : snapshot.runs) {
    const std::vector<ChosenExperiment> all = experiments_of(*run);
    if (!all.empty()) newest = all;
    for (const ChosenExperiment& each : all) {
      const auto& selected = snapshot.selected_experiments;
      if (std::find(selected.begin(), selected.end(), each.id) != selected.end()) chosen.push_back(each);
    }
  }
  return chosen.empty() ? newest : chosen;
}

}  // namespace qs
