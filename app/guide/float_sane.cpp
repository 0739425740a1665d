// Is the float network right in the first place?
#include <algorithm>
#include <set>

#include "app/guide/guide.h"
#include "core/statistics.h"

namespace qs {

namespace {

/// Networks on ImageNet reach more; one on two classes reaches it by chance, which is looked at too.
constexpr double kLowAccuracy = 0.4;

GuideVerdict judge_labelled(const EvaluationReport& report) {
  const Proportion top1 = report.evaluation.results[0].top1;
  const double chance = 1.0 / static_cast<double>(report.model.classes);
  const Interval interval = wilson_interval(top1);
  if (interval.low <= chance) {
    return {GuideJudgement::trouble,
            fmt::format("In float the network is right on {} of {} images: no better than guessing one of {} classes "
                        "({}). Before quantization can be judged, labels and preprocessing have to fit the network.",
                        top1.hits, top1.total, report.model.classes, share_text(chance)),
            {},
            {}};
  }
  if (top1.fraction() < kLowAccuracy) {
    return {GuideJudgement::look,
            fmt::format("In float the network is right on {} of {} images ({}). That is more than chance, but little "
                        "for a trained classifier: the next question is whether images are prepared as it was trained.",
                        top1.hits, top1.total, share_text(top1.fraction())),
            {},
            {}};
  }
  return {GuideJudgement::fine,
          fmt::format("In float the network is right on {} of {} images ({}): what is lost beyond that is "
                      "quantization's doing.",
                      top1.hits, top1.total, share_text(top1.fraction())),
          {},
          {}};
}

GuideVerdict judge_unlabelled(const EvaluationReport& report) {
  std::set<int> classes;
  for (const Prediction& prediction : report.evaluation.results[0].predictions) classes.insert(prediction.top1());
  const std::size_t images = report.evaluation.images.size();
  const bool varied_answers = classes.size() > 1 || images < 2;
  return {varied_answers ? GuideJudgement::look : GuideJudgement::trouble,
          fmt::format("The images have no labels, so nobody can say whether float is right; it names {} different "
                      "classes for {} images. Quantization is judged by whether its answers stay those of float.",
                      classes.size(), images),
          {},
          {}};
}

GuideAnswer answer(const GuideInput& input, const Progress& progress) {
  const EvaluationReport report = guide_run(input, {}, progress);
  const VariantResult& result = report.evaluation.results[0];
  GuideVerdict verdict = result.top1.total > 0 ? judge_labelled(report) : judge_unlabelled(report);
  const auto broken = std::count_if(result.predictions.begin(), result.predictions.end(),
                                    [](const Prediction& prediction) { return !prediction.finite; });
  if (broken > 0) {
    verdict.judgement = GuideJudgement::trouble;
    verdict.sentence = fmt::format(
                           "In float the network puts out NaN or infinity for {} of {} images: the model file "
                           "is damaged, or images are prepared with a wrong scale. ",
                           broken, result.predictions.size()) +
                       verdict.sentence;
  }
  verdict.numbers = {result_columns(), {result_row("float", report, 0, 1)}};
  return {verdict, input.facts};
}

}  // namespace

const GuideStep float_sane_step = {"float_sane", "Is the float network right in the first place?",
                                   "A quantized network can hardly be better than the float one it was made of.",
                                   "Nagel et al., arXiv:2106.08295, section 3.7: FP32 sanity check", answer};

}  // namespace qs
