// Figures 14 and 15: what to do with batch normalization while training, and averages of weights.
#include "app/study/studies.h"
#include "app/study/study_claims.h"
#include "app/study/study_recipes.h"

namespace qs {

namespace {

constexpr int kEpochs = 6;
constexpr double kFreezeAfter = 3;

/// A constant rate as in the paper: one that falls to zero would end all jitter by itself.
Trained strategy(BatchNormTraining batch_norm, const char* name, double ema_decay = 0) {
  return {[=](const StudyNetwork& network) {
    Recipe recipe = with_curves(fine_tuning_of(network, "qat_w8a8_per_channel"));
    recipe.epochs = kEpochs;
    recipe.schedule = {"constant", {}};
    recipe.ema_decay = ema_decay;
    recipe.quantization->batch_norm = batch_norm;
    recipe.quantization->freeze_after_epochs = kFreezeAfter;
    recipe.id += std::string("_") + name;
    recipe.title += std::string(", ") + name;
    return recipe;
  }};
}

StudyJudgement freezing_calms(const NetworkResults& results) {
  return all_above({jitter_difference(results, "naive", "freezing", "naive over freezing"),
                    jitter_difference(results, "correction", "freezing", "correction over freezing")},
                   0);
}

StudyJudgement renormalization_calms(const NetworkResults& results) {
  return all_above({jitter_difference(results, "naive", "renormalization", "naive over renormalization")}, 0);
}

StudyJudgement freezing_is_best(const NetworkResults& results) {
  return all_above({difference(results, "freezing", "naive", "over naive"),
                    difference(results, "freezing", "renormalization", "over renormalization"),
                    difference(results, "freezing", "correction", "over correction")},
                   0);
}

StudyJudgement averages_hurt(const NetworkResults& results) {
  return all_above({difference(results, "freezing", "ema", "last weights over their average")}, 0);
}

std::vector<StudyClaim> claims() {
  const std::string jitter = " (jitter: standard deviation of the validation accuracy over the second half's epochs)";
  return {{"freezing-stops-jitter", "Correction with freezing stops the jitter of naive folding.",
           "section 3.2.2; figures 14 and 15",
           "naive folding and correction alone jitter more than correction and freezing" + jitter, freezing_calms},
          {"renormalization-calms", "Batch renormalization reduces the jitter.", "figure 14",
           "naive folding jitters more than batch renormalization" + jitter, renormalization_calms},
          {"freezing-is-best", "Correction with freezing gives the best accuracy.", "section 4, 3; figure 14",
           "it is above every other strategy on the test images", freezing_is_best},
          {"average-hurts", "Exponential moving averages of weights may hurt.", "section 4, 4; figure 15",
           "the last weights are above their average on the test images", averages_hurt}};
}

}  // namespace

Study study_figure14() {
  using Strategy = BatchNormTraining;
  return {.id = "figure14",
          .title = "Figures 14 and 15: batch normalization while training, and averages of weights",
          .arms = {{"float", "float", FloatNetwork{}},
                   {"naive", "naive folding", strategy(Strategy::batch_statistics, "naive")},
                   {"renormalization", "renormalization", strategy(Strategy::batch_renormalization, "renormalization")},
                   {"correction", "correction", strategy(Strategy::correction, "correction")},
                   {"freezing", "corr. + freezing", strategy(Strategy::correction_and_freezing, "freezing", 0.999)},
                   {"ema", "the same, EMA", AverageOf{"freezing"}}},
          .claims = claims(),
          .published = {},
          .note =
              "Constant learning rate; averages are frozen after half of the epochs. EMA: average of weights of "
              "the trainings with correction and freezing."};
}

}  // namespace qs
