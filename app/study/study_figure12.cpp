// Figure 12: stochastic against deterministic rounding while training.
#include "app/study/studies.h"
#include "app/study/study_claims.h"
#include "app/study/study_recipes.h"

namespace qs {

namespace {

Trained deterministic(const char* preset) {
  return {[preset](const StudyNetwork& network) { return with_curves(fine_tuning_of(network, preset)); }};
}

Trained stochastic(const char* preset) {
  return {[preset](const StudyNetwork& network) {
    return with_stochastic_rounding(with_curves(fine_tuning_of(network, preset)));
  }};
}

StudyJudgement deterministic_wins(const NetworkResults& results, const char* bits) {
  const std::string id = bits;
  return all_above({difference(results, "deterministic-" + id, "stochastic-" + id, "deterministic over stochastic")},
                   0);
}

std::vector<StudyClaim> claims() {
  const std::string source = "section 4, 1";
  const std::string rule = "deterministic is above stochastic on the test images";
  return {{"stochastic-loses", "Stochastic quantization underperforms deterministic quantization, at 8 bits.", source,
           rule, [](const NetworkResults& results) { return deterministic_wins(results, "8"); }},
          {"stochastic-loses-four-bits", "The same with 4-bit weights.", source, rule,
           [](const NetworkResults& results) { return deterministic_wins(results, "4"); }}};
}

}  // namespace

Study study_figure12() {
  return {.id = "figure12",
          .title = "Figure 12: stochastic and deterministic quantization during training",
          .arms = {{"float", "float", FloatNetwork{}},
                   {"deterministic-8", "deterministic (8,8)", deterministic("qat_w8a8_per_channel")},
                   {"stochastic-8", "stochastic (8,8)", stochastic("qat_w8a8_per_channel")},
                   {"deterministic-4", "deterministic (4,8)", deterministic("qat_w4a8_per_channel")},
                   {"stochastic-4", "stochastic (4,8)", stochastic("qat_w4a8_per_channel")}},
          .claims = claims(),
          .published = {},
          .note =
              "The paper shows one network and does not say with how many bits; here 8-bit and 4-bit weights, per "
              "channel, with 8-bit activations."};
}

}  // namespace qs
