// Table 6: 4-bit activations against 4-bit weights.
#include "app/study/studies.h"
#include "app/study/study_claims.h"
#include "app/study/study_recipes.h"

namespace qs {

namespace {

/// Bits are written (weights, activations), as in the paper.
PublishedTable published() {
  return {.id = "table6",
          .title = "Table 6: 4 bit activation quantization, (weights, activations)",
          .note = "",
          .columns = {{"Post\nTraining\n(8,4)", "ptq-8-4"},
                      {"Aware\nTraining\n(8,4)", "qat-8-4"},
                      {"Aware\nTraining\n(4,8)", "qat-4-8"},
                      {"Floating\nPoint", "float"}},
          .rows = {{"Mobilenet_v1_1_224", {0.48, 0.64, 0.65, 0.709}},
                   {"Mobilenet_v2_1_224", {0.07, 0.58, 0.62, 0.719}},
                   {"Resnet_v1_50", {0.36, 0.58, 0.732, 0.752}},
                   {"Nasnet_Mobile", {0.04, 0.4, 0.7, 0.74}},
                   {"Inception_v3", {0.59, 0.74, 0.76, 0.78}}}};
}

StudyJudgement training_helps(const NetworkResults& results) {
  return all_above({difference(results, "qat-8-4", "ptq-8-4", "trained over post-training")}, 0);
}

StudyJudgement activations_cost_more(const NetworkResults& results) {
  return all_above({difference(results, "qat-4-8", "qat-8-4", "(4,8) over (8,4)")}, 0);
}

std::vector<StudyClaim> claims() {
  return {{"training-helps-activations", "Fine tuning improves accuracy with 4-bit activations, too.",
           "section 3.2.4, experiment 3", "trained (8,4) is above post-training (8,4)", training_helps},
          {"activations-cost-more", "Losses of 4-bit activations are more severe than those of 4-bit weights.",
           "section 3.2.4, experiment 3", "trained (4,8) is above trained (8,4)", activations_cost_more}};
}

}  // namespace

Study study_table6() {
  const auto tuned = [](const char* preset) {
    return Trained{[preset](const StudyNetwork& network) { return fine_tuning_of(network, preset); }};
  };
  return {.id = "table6",
          .title = "Table 6: 4 bit activation quantization, (weights, activations)",
          .arms = {{"float", "float", FloatNetwork{}},
                   {"ptq-8-4", "post-training (8,4)", PostTraining{"w8a4-channel-sym"}},
                   {"qat-8-4", "trained (8,4)", tuned("qat_w8a4")},
                   {"qat-4-8", "trained (4,8)", tuned("qat_w4a8_per_channel")}},
          .claims = claims(),
          .published = published()};
}

}  // namespace qs
