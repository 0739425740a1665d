// The cosine of cosine.cpp again and again, each cycle `growth` times as long as the one before; equation 5 of the
// paper. Cycles fill the training: the first lasts epochs / (1 + growth + growth^2 + ...), so that it ends where a
// cycle ends, however many epochs it has.
#include "core/train/schedules/rows.h"

namespace qs {

namespace {

constexpr Param kCycles = {.id = "cycles",
                           .title = "Cycles",
                           .unit = "",
                           .summary = "How often the learning rate falls from its height to nothing.",
                           .default_value = 2,
                           .min = 1,
                           .max = 20,
                           .whole = true};
constexpr Param kGrowth = {.id = "growth",
                           .title = "Growth",
                           .unit = "",
                           .summary = "How many times as long a cycle is as the one before.",
                           .default_value = 2,
                           .min = 1,
                           .max = 10,
                           .whole = false};

/// The last cycle ends at 0; a moment at which a cycle ends and another begins belongs to the one that begins.
double factor(double epoch, double epochs, const std::map<std::string, double>& settings) {
  const double growth = setting(settings, kGrowth);
  double length = 1;
  double all = 0;
  for (int i = 0; i < setting(settings, kCycles); ++i, length *= growth) all += length;
  double begin = 0;
  length = epochs / all;
  while (epoch >= begin + length && begin + 1.5 * length < epochs) {
    begin += length;
    length *= growth;
  }
  return cosine_schedule.factor(epoch - begin, length, {});
}

}  // namespace

const Schedule cosine_restarts_schedule = {
    .id = "cosine_restarts",
    .title = "Cosine with restarts",
    .summary = "The learning rate falls along half a wave several times, more slowly each time.",
    .citation = "Loshchilov, Hutter, SGDR, ICLR 2017 (arXiv:1608.03983), equation 5 and section 3",
    .params = {kCycles, kGrowth},
    .factor = factor,
};

}  // namespace qs
