// Are images prepared as the network was trained?
#include "app/guide/guide.h"
#include "app/run/diagnosis.h"

namespace qs {

namespace {

constexpr std::int64_t kImages = 100;  // for each of about 25 candidates
constexpr std::size_t kShown = 6;

GuideAnswer answer(const GuideInput& input, const Progress& progress) {
  const PreparedEvaluation prepared = input.session.prepare(kImages, 0);
  if (prepared.report.data.classes == 0) {
    return {{GuideJudgement::look,
             "The images have no labels, so that other ways to prepare them cannot be compared. In use: " +
                 prepared.report.data.preprocessing + ".",
             {},
             {}},
            input.facts};
  }
  const std::unique_ptr<Executable> network = compile_float_variant(prepared);
  const Diagnosis diagnosis = diagnose(score_candidates(prepared.chosen, prepared.reading, *network, progress));
  GuideVerdict verdict;
  verdict.numbers.columns = {"preprocessing", "top-1", "p against the best"};
  for (std::size_t i = 0; i < diagnosis.scores.size(); ++i) {
    if (i >= kShown && i != diagnosis.found) continue;
    const CandidateScore& score = diagnosis.scores[i];
    verdict.numbers.rows.push_back(
        {score.title, share_text(score.top1().fraction()), i == 0 ? "" : fmt::format("{:.3f}", diagnosis.p_values[i])});
  }
  const CandidateScore& best = diagnosis.scores.front();
  if (diagnosis.should_change()) {
    verdict.judgement = GuideJudgement::trouble;
    verdict.sentence =
        fmt::format("\"{}\" fits better than what is in use: {} against {} of {} images right.", best.title,
                    best.top1().hits, diagnosis.scores[diagnosis.found].top1().hits, best.top1().total);
    verdict.actions = {{.label = "Prepare images like this", .preprocessing = to_string(best.preprocessing)}};
  } else {
    verdict.sentence = fmt::format(
        "Of {} ways to prepare images, none is better than the one in use beyond chance "
        "({} images).",
        diagnosis.scores.size(), best.top1().total);
  }
  return {verdict, input.facts};
}

}  // namespace

const GuideStep preprocessing_step = {
    "preprocessing", "Are images prepared as the network was trained?",
    "Wrong channel order, scale or crop costs float accuracy, and gives activations ranges they should not have.",
    "Nagel et al., arXiv:2106.08295, section 3.7: FP32 sanity check", answer};

}  // namespace qs
