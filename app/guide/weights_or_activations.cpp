// Is it the weights or the activations?
#include "app/guide/guide.h"
#include "core/statistics.h"

namespace qs {

namespace {

/// Of accuracy, or of agreement where there are no labels: less is not worth a search.
constexpr double kSmall = 0.01;

GuideAnswer answer(const GuideInput& input, const Progress& progress) {
  Scheme weights = varied(input.scheme, "weights-only", "weights only");
  weights.activations.quantized = false;
  Scheme activations = varied(input.scheme, "activations-only", "activations only");
  activations.weights.quantized = false;
  const EvaluationReport report = guide_run(input, {input.scheme, weights, activations}, progress);
  const std::vector<double> p = p_values_against(report, 0);
  GuideVerdict verdict;
  verdict.numbers.columns = result_columns();
  const char* titles[] = {"float", "all quantized", "weights only", "activations only"};
  for (std::size_t v = 0; v < 4; ++v) verdict.numbers.rows.push_back(result_row(titles[v], report, v, p[v]));
  const double before = quality(report, 0);
  const double lost = before - quality(report, 1);
  const double by_weights = before - quality(report, 2);
  const double by_activations = before - quality(report, 3);
  const bool labelled = report.evaluation.results[0].top1.total > 0;
  const bool shown = labelled ? p[1] < kSignificant && lost > 0 : lost > kSmall;
  const std::string what = labelled ? "top-1" : "agreement with float";
  const auto points = [](double fraction) { return fmt::format("{:.1f} points", 100 * fraction); };
  if (!shown) {
    verdict.sentence = fmt::format(
        "Quantized, the network is {} off in {}: no difference beyond chance on {} images. "
        "There is nothing to repair here.",
        points(lost), what, report.evaluation.images.size());
    return {verdict, input.facts};
  }
  verdict.judgement = GuideJudgement::trouble;
  const bool both = by_weights > lost / 4 && by_activations > lost / 4;
  const std::string who = both                           ? "both the weights and the activations"
                          : by_weights >= by_activations ? "the weights"
                                                         : "the activations";
  verdict.sentence =
      fmt::format("The loss of {} in {} comes from {}: quantized alone, weights lose {} and activations {}.",
                  points(lost), what, who, points(by_weights), points(by_activations));
  return {verdict, input.facts};
}

}  // namespace

const GuideStep weights_or_activations_step = {
    "weights_or_activations", "Is it the weights or the activations?",
    "The two are mended by different means, so each is quantized alone.",
    "Nagel et al., arXiv:2106.08295, section 3.7: weights or activations quantization", answer};

}  // namespace qs
