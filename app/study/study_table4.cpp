// Table 4: does training close the gap that 8 bits leave?
#include "app/study/studies.h"
#include "app/study/study_claims.h"
#include "app/study/study_recipes.h"

namespace qs {

namespace {

constexpr double kGap = 1;  // points; "reducing the gap to floating point to 1% at 8-bit precision"

PublishedTable published() {
  return {.id = "table4",
          .title = "Table 4: quantization aware training, 8 bits",
          .note = "",
          .columns = {{"Asymmetric,\nper-layer\n(Post\nTraining)", "ptq-tensor-asym"},
                      {"Symmetric,\nper-channel\n(Post\nTraining)", "ptq-channel-sym"},
                      {"Asymmetric,\nper-layer\n(Aware\nTraining)", "qat-tensor-asym"},
                      {"Symmetric,\nper-channel\n(Aware\nTraining)", "qat-channel-sym"},
                      {"Floating\nPoint", "float"}},
          .rows = {{"Mobilenet-v1_1_224", {0.001, 0.591, 0.70, 0.707, 0.709}},
                   {"Mobilenet-v2_1_224", {0.001, 0.698, 0.709, 0.711, 0.719}},
                   {"Nasnet-Mobile", {0.722, 0.721, 0.73, 0.73, 0.74}},
                   {"Mobilenet-v2_1.4_224", {0.004, 0.74, 0.735, 0.745, 0.749}},
                   {"Inception-v3", {0.78, 0.78, 0.78, 0.78, 0.78}},
                   {"Resnet-v1_50", {0.75, 0.751, 0.75, 0.75, 0.752}},
                   {"Resnet-v2_50", {0.75, 0.75, 0.75, 0.75, 0.756}},
                   {"Resnet-v1_152", {0.766, 0.762, 0.765, 0.762, 0.768}},
                   {"Resnet-v2_152", {0.761, 0.76, 0.76, 0.76, 0.778}}}};
}

StudyJudgement closes_the_gap(const NetworkResults& results) {
  return all_above({difference(results, "qat-tensor-asym", "float", "per-layer"),
                    difference(results, "qat-channel-sym", "float", "per-channel")},
                   -kGap);
}

StudyJudgement beats_post_training(const NetworkResults& results) {
  return all_above({difference(results, "qat-tensor-asym", "ptq-tensor-asym", "per-layer"),
                    difference(results, "qat-channel-sym", "ptq-channel-sym", "per-channel")},
                   0);
}

StudyJudgement schemes_come_close(const NetworkResults& results) {
  return all_within({difference(results, "qat-channel-sym", "qat-tensor-asym", "per-channel over per-layer")}, kGap);
}

std::vector<StudyClaim> claims() {
  return {{"qat-closes-gap", "Quantization-aware training closes the gap to floating point, even per layer.",
           "section 3.2.3; abstract: \"reducing the gap to floating point to 1% at 8-bit precision\"",
           "both trained columns are less than 1 point below float", closes_the_gap},
          {"qat-is-best", "Quantization-aware training provides the best accuracy.", "caption of table 4",
           "both trained columns are above their post-training twins", beats_post_training},
          {"qat-evens-schemes", "Training closes the gap between symmetric and asymmetric quantization.",
           "section 3.2.3, note 1", "the trained columns are less than 1 point apart", schemes_come_close}};
}

}  // namespace

Study study_table4() {
  const auto tuned = [](const char* preset) {
    return Trained{[preset](const StudyNetwork& network) { return fine_tuning_of(network, preset); }};
  };
  return {.id = "table4",
          .title = "Table 4: quantization aware training, 8 bits",
          .arms = {{"float", "float", FloatNetwork{}},
                   {"ptq-tensor-asym", "post-training, per layer", PostTraining{"w8a8-tensor-asym"}},
                   {"ptq-channel-sym", "post-training, per channel", PostTraining{"w8a8-channel-sym"}},
                   {"qat-tensor-asym", "trained, per layer", tuned("qat_w8a8_per_tensor")},
                   {"qat-channel-sym", "trained, per channel", tuned("qat_w8a8_per_channel")}},
          .claims = claims(),
          .published = published()};
}

}  // namespace qs
