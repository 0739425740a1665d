// final + (1 - final) (1 + cos(pi epoch / epochs)) / 2, the first period of equation 5 of the paper.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/train/schedules/rows.h"

namespace qs {

namespace {

constexpr Param kFinalShare = {.id = "final_share",
                               .title = "Final share",
                               .unit = "",
                               .summary = "Share of the learning rate that is left at the end.",
                               .default_value = 0,
                               .min = 0,
                               .max = 1,
                               .whole = false};

double factor(double epoch, double epochs, const std::map<std::string, double>& settings) {
  const double share = setting(settings, kFinalShare);
  const double time = std::clamp(epoch / epochs, 0.0, 1.0);
  return share + (1 - share) * (1 + std::cos(std::numbers::pi * time)) / 2;
}

}  // namespace

const Schedule cosine_schedule = {
    .id = "cosine",
    .title = "Cosine",
    .summary = "The learning rate falls along half a wave, slowly at both ends.",
    .citation = "Loshchilov, Hutter, SGDR, ICLR 2017 (arXiv:1608.03983), equation 5",
    .params = {kFinalShare},
    .factor = factor,
};

}  // namespace qs
