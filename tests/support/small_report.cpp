#include "tests/support/small_report.h"

#include "core/quant/scheme.h"

namespace qs {

namespace {

Prediction answer(std::array<int, kTopClasses> top, float best, std::optional<float> label_logit) {
  Prediction prediction;
  prediction.top = top;
  for (std::size_t rank = 0; rank < prediction.logits.size(); ++rank) {
    prediction.logits[rank] = best - static_cast<float>(rank);
  }
  prediction.label_logit = label_logit;
  return prediction;
}

Prediction no_answer() {
  Prediction prediction;
  prediction.finite = false;
  return prediction;
}

SchemeReport details() {
  LayerError layer;
  layer.name = "conv1";
  layer.type = "Conv";
  layer.weight_bits = 8;
  layer.activation_bits = 8;
  layer.weights = SqnrSummary{.channels = 15, .dead = 1, .min = 12.5, .median = 33, .max = 41};
  layer.local = {.signal = 100, .noise = 1};
  layer.accumulated = {.signal = 100, .noise = 0};
  layer.clipping = {.signal = 100, .noise = 25};
  layer.rounding = {.signal = 100, .noise = 0.5};
  layer.values = 640;
  layer.saturated = 32;
  layer.channel_ratio = 16;
  layer.headroom_bits = 9.5;
  layer.kernel = "jit_int8";
  layer.seconds = 0.001;
  LayerError plain;
  plain.name = "softmax";
  plain.type = "Softmax";
  plain.kernel = "jit";
  plain.reason = "not linear";
  SchemeReport details;
  details.scheme = find_scheme("w8a8-channel-sym");
  details.backend = "integer";
  details.model_bytes = 100;
  details.calibration = {.images = 64, .batch = 8, .seed = 1, .from_cache = true, .seconds = 0.5, .note = ""};
  details.remarks = {{"conv1", "channel 3 is dead"}};
  details.layer_images = 8;
  details.layers = {layer, plain};
  return details;
}

}  // namespace

EvaluationReport small_report() {
  EvaluationReport report;
  report.model = {.path = "m/tiny.onnx", .name = "tiny", .sha256 = "00ff", .parameters = 1234567, .classes = 6};
  report.data.path = "pictures";
  report.data.layout = "folders";
  report.data.found = 9;
  report.data.selected = 4;
  report.data.classes = 6;
  report.data.skipped = {{"bad.jpg", "no image"}};
  report.environment = {.isa = "avx2", .onednn = "2.6.3", .threads = 2};
  report.variants = {{.scheme = "float", .backend = "float", .model_bytes = 400, .details = {}},
                     {.scheme = "w8a8-channel-sym", .backend = "integer", .model_bytes = 100, .details = details()}};
  report.evaluation.images = {{"a, b.png", 1}, {"say \"c\".png", std::nullopt}, {"d.png", 0}, {"\xC3\xA9.png", 5}};
  VariantResult first;
  first.id = "float";
  first.predictions = {answer({1, 2, 3, 4, 5}, 2.5F, 2.5F), answer({0, 1, 2, 3, 4}, 1.0F, {}), no_answer(),
                       answer({5, 4, 3, 2, 1}, 8.0F, 8.0F)};
  first.top1 = {2, 3};
  first.top5 = {2, 3};
  first.seconds = 2;
  first.rows = 4;
  VariantResult second = first;
  second.id = "w8a8-channel-sym";
  second.predictions[3] = answer({4, 5, 3, 2, 1}, 8.0F, 7.0F);
  second.top1 = {1, 3};
  second.agreement = Proportion{2, 4};
  second.only_first_right = 1;
  second.difference = {.images = 3, .exact = 1, .sqnr_sum = 40, .divergence_sum = 0.75};
  second.seconds = 0.5;
  report.evaluation.results = {first, second};
  report.batch = 4;
  report.seconds = 3;
  report.peak_memory_bytes = 1 << 20;
  return report;
}

}  // namespace qs
