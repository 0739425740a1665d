#include "core/quant/ranges/rows.h"

namespace qs {

namespace {

std::string_view obstacle(const RangeQuestion& question) {
  if (question.trained == nullptr) return "finds no trained range for this in the model file";
  const Encoding& trained = *question.trained;
  if (trained.channels.size() != question.scales) {
    return trained.per_channel() ? "knows a range for each channel only" : "knows one range for all channels only";
  }
  if (trained.grid.bits != question.grid.bits) return "knows the range for another number of bits only";
  return trained.grid == question.grid ? "" : "knows the range on another grid only";
}

ScaleZeroPoint encoding(const RangeQuestion& question) {
  QS_ASSERT(obstacle(question).empty());
  return question.trained->channels[question.channel];
}

Range estimate(const RangeQuestion& question, const std::map<std::string, double>&) {
  if (!obstacle(question).empty()) return question.distribution.range;
  const ScaleZeroPoint trained = encoding(question);
  if (question.grid.kind == GridKind::affine || !question.grid.is_signed) return covered(trained, question.grid);
  const float reach = dequantize(question.grid.quant_max(), trained);  // what the scale is made of, see `cover`
  return {-reach, reach};
}

}  // namespace

const RangeEstimator trained_estimator = {
    .id = "trained",
    .title = "Trained",
    .summary = "The range that training with quantization learned, exactly; the model file holds it.",
    .citation = "Esser et al. 2020 (arXiv:1902.08153), section 2; Krishnamoorthi 2018 (arXiv:1806.08342), section 3.2",
    .params = {},
    .obstacle = obstacle,
    .estimate = estimate,
    .encoding = encoding,
};

}  // namespace qs
