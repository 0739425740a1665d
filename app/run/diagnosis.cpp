#include "app/run/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "app/run/image_run.h"
#include "app/run/table.h"
#include "core/statistics.h"
#include "datasets/preprocessing_candidates.h"

namespace qs {

namespace {

constexpr std::size_t kTitleWidth = 46;  // leaves the table 80 columns

double p_value(const CandidateScore& first, const CandidateScore& second) {
  std::int64_t only_first = 0;
  std::int64_t only_second = 0;
  for (std::size_t i = 0; i < first.right.size(); ++i) {
    if (first.right[i] && !second.right[i]) ++only_first;
    if (!first.right[i] && second.right[i]) ++only_second;
  }
  return mcnemar_p_value(only_first, only_second);
}

/// Images are told apart by name: which of them can be read may differ between candidates.
std::vector<bool> right_answers(const Dataset& dataset, const Evaluation& evaluation) {
  std::map<std::string, bool> by_name;
  const VariantResult& result = evaluation.results.front();
  for (std::size_t i = 0; i < evaluation.images.size(); ++i) {
    by_name[evaluation.images[i].name] = result.predictions[i].top1() == evaluation.images[i].label;
  }
  std::vector<bool> right;
  for (const DatasetEntry& entry : dataset.entries) right.push_back(by_name[entry.record.name]);
  return right;
}

std::string verdict(const Diagnosis& diagnosis) {
  const CandidateScore& best = diagnosis.scores.front();
  if (diagnosis.should_change()) {
    return fmt::format("\"{}\" fits better than what was found (p = {:.2g}). To use it:\n  --preprocessing \"{}\"\n",
                       best.title, diagnosis.p_values[diagnosis.found], to_string(best.preprocessing));
  }
  const auto worse =
      std::count_if(diagnosis.p_values.begin(), diagnosis.p_values.end(), [](double p) { return p < kSignificant; });
  if (diagnosis.found == 0) {
    return fmt::format("What was found fits best; {} of the {} others are worse beyond chance.\n", worse,
                       diagnosis.scores.size() - 1);
  }
  return fmt::format(
      "No candidate fits better than what was found beyond chance (best: p = {:.2g}); more images could "
      "tell.\n",
      diagnosis.p_values[diagnosis.found]);
}

}  // namespace

Proportion CandidateScore::top1() const {
  return {std::count(right.begin(), right.end(), true), static_cast<std::int64_t>(right.size())};
}

bool Diagnosis::should_change() const {
  return found != 0 && p_values[found] < kSignificant;
}

std::size_t candidate_count(const Preprocessing& found) {
  return preprocessing_candidates(found).size();
}

std::vector<CandidateScore> score_candidates(const Dataset& dataset, const ReaderOptions& options,
                                             Executable& executable, const Progress& progress) {
  const bool labelled = !dataset.entries.empty() && dataset.entries.front().record.label.has_value();
  if (!labelled) bad_input("the preprocessing can only be diagnosed on labelled images; give --labels");
  const std::vector<PreprocessingCandidate> candidates = preprocessing_candidates(options.preprocessing);
  const Variant variant{"float", &executable};
  std::vector<CandidateScore> scores;
  for (const PreprocessingCandidate& candidate : candidates) {
    progress.report(static_cast<double>(scores.size()) / static_cast<double>(candidates.size()), "trying");
    ReaderOptions candidate_options = options;
    candidate_options.preprocessing = candidate.preprocessing;
    const ImageRun run = run_images(dataset, candidate_options, {&variant, 1});
    scores.push_back(
        {candidate.title, candidate.preprocessing, scores.empty(), right_answers(dataset, run.evaluation)});
  }
  return scores;
}

Diagnosis diagnose(std::vector<CandidateScore> scores) {
  Diagnosis diagnosis;
  std::stable_sort(scores.begin(), scores.end(),
                   [](const CandidateScore& a, const CandidateScore& b) { return a.top1().hits > b.top1().hits; });
  std::vector<double> raw;  // of all but the best
  for (std::size_t i = 1; i < scores.size(); ++i) raw.push_back(p_value(scores.front(), scores[i]));
  diagnosis.p_values = holm_adjusted(raw);
  diagnosis.p_values.insert(diagnosis.p_values.begin(), 1.0);
  const auto found = std::find_if(scores.begin(), scores.end(), [](const CandidateScore& s) { return s.as_found; });
  diagnosis.found = static_cast<std::size_t>(found - scores.begin());
  diagnosis.scores = std::move(scores);
  return diagnosis;
}

std::string to_text(const Diagnosis& diagnosis) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < diagnosis.scores.size(); ++i) {
    const CandidateScore& score = diagnosis.scores[i];
    rows.push_back({score.title, fmt::format("{:.1f} %", 100 * score.top1().fraction()),
                    std::to_string(score.top1().hits), i == 0 ? "" : fmt::format("{:.2g}", diagnosis.p_values[i])});
  }
  return fmt::format("\n{}\n{}",
                     table_text({{"candidate", Align::left, kTitleWidth},
                                 {"top-1", Align::right},
                                 {fmt::format("right of {}", diagnosis.scores.front().top1().total), Align::right},
                                 {"p against best", Align::right}},
                                rows),
                     verdict(diagnosis));
}

nlohmann::ordered_json to_json(const Diagnosis& diagnosis) {
  nlohmann::ordered_json candidates = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < diagnosis.scores.size(); ++i) {
    const CandidateScore& score = diagnosis.scores[i];
    candidates.push_back({{"title", score.title},
                          {"preprocessing", to_json(score.preprocessing)},
                          {"as_found", score.as_found},
                          {"top1", score.top1().fraction()},
                          {"right", score.top1().hits},
                          {"images", score.top1().total},
                          {"p_against_best", diagnosis.p_values[i]}});
  }
  return {{"candidates", candidates}, {"should_change", diagnosis.should_change()}};
}

}  // namespace qs
