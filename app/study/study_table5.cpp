// Table 5: how much of what 4-bit weights lose does training bring back?
#include "app/study/studies.h"
#include "app/study/study_claims.h"
#include "app/study/study_recipes.h"

namespace qs {

namespace {

PublishedTable published() {
  return {.id = "table5",
          .title = "Table 5: 4 bit weight quantization, activations at 8 bits",
          .note = "",
          .columns = {{"Asymmetric,\nper-layer\n(Post\nTraining)", "ptq-tensor-asym"},
                      {"Symmetric,\nper-channel\n(Post\nTraining)", "ptq-channel-sym"},
                      {"Symmetric,\nper-channel\n(Aware\nTraining)", "qat-channel-sym"},
                      {"Floating\nPoint", "float"}},
          .rows = {{"Mobilenet_v1_1_224", {0.02, 0.001, 0.65, 0.709}},
                   {"Mobilenet_v2_1_224", {0.001, 0.001, 0.62, 0.719}},
                   {"Nasnet_Mobile", {0.001, 0.36, 0.7, 0.74}},
                   {"Mobilenet_v2_1.4_224", {0.001, 0.001, 0.704, 0.749}},
                   {"Inception-v3", {0.5, 0.71, 0.76, 0.78}},
                   {"Resnet_v1_50", {0.002, 0.54, 0.732, 0.752}},
                   {"Resnet_v1_152", {0.001, 0.64, 0.725, 0.768}},
                   {"Resnet_v2_50", {0.18, 0.72, 0.73, 0.756}},
                   {"Resnet_v2_152", {0.18, 0.74, 0.74, 0.778}}}};
}

/// More than half of what was lost: above the middle between post-training and float.
StudyJudgement recovers_most(const NetworkResults& results) {
  Contrast gain = difference(results, "qat-channel-sym", "ptq-channel-sym", "above the middle");
  const Contrast loss = difference(results, "float", "ptq-channel-sym", "");
  for (double& points : gain.points) points -= loss.points.front() / 2;
  return all_above({gain}, 0);
}

StudyJudgement comes_close(const NetworkResults& results) {
  return all_above({difference(results, "qat-channel-sym", "float", "against float")}, -5);
}

std::vector<StudyClaim> claims() {
  return {{"four-bit-training-recovers", "Fine tuning recovers most of what 4-bit weights lose.",
           "section 3.2.4, experiment 2", "trained is above the middle between post-training per-channel and float",
           recovers_most},
          {"four-bit-comes-close", "With fine tuning, 4-bit weights are within 5 % of 8 bits.",
           "section 3.2.4, experiment 2 (there against 8-bit quantization)",
           "trained is less than 5 points below float", comes_close}};
}

}  // namespace

Study study_table5() {
  return {.id = "table5",
          .title = "Table 5: 4 bit weight quantization, activations at 8 bits",
          .arms = {{"float", "float", FloatNetwork{}},
                   {"ptq-tensor-asym", "post-training, per layer", PostTraining{"w4a8-tensor-asym"}},
                   {"ptq-channel-sym", "post-training, per channel", PostTraining{"w4a8-channel-sym"}},
                   {"qat-channel-sym", "trained, per channel", Trained{[](const StudyNetwork& network) {
                      return fine_tuning_of(network, "qat_w4a8_per_channel");
                    }}}},
          .claims = claims(),
          .published = published()};
}

}  // namespace qs
