// From a layer of a snapshot to what plot 5 draws.
#include "core/quant/layer_rules.h"
#include "core/quant/placement.h"
#include "core/quant/trained_encodings.h"
#include "core/quant/weight_quantizer.h"
#include "views/models/layer_weights.h"
#include "views/plots/range_sweep_plot.h"

namespace qs {

namespace {

constexpr int kSteps = 60;
constexpr int kBins = 128;

QString kept_float(const std::string& layer, const std::string& why) {
  return QObject::tr("%1 stays float (%2), so there is no range to choose.")
      .arg(QString::fromStdString(layer), QString::fromStdString(why));
}

RangeSweepResult problem(const QString& why) {
  RangeSweepResult result;
  result.problem = why;
  return result;
}

RangeSweepResult swept(const RangeSubject& subject, const RangeSweepRequest& request, const std::string& layer,
                       bool choices, const Progress& progress) {
  RangeSweepResult result;
  RangeSweepPlot& plot = result.plot;
  plot.layer = layer;
  plot.what = request.what;
  plot.color = request.color;
  plot.sweep = range_sweep(subject, kSteps, kBins, progress);
  plot.current = plot.sweep.current;
  if (plot.sweep.points.empty()) {
    return problem(QObject::tr("All values of %1 are 0: any range will do.").arg(QString::fromStdString(layer)));
  }
  if (layer != request.layer) {
    plot.remark = QObject::tr("What %1 puts out takes the range of %2, which reads it.")
                      .arg(QString::fromStdString(request.layer), QString::fromStdString(layer));
  }
  if (choices) plot.choices = range_choices(subject, progress);
  return result;
}

RangeSweepResult of_weights(const RangeSweepRequest& request, bool choices, const Progress& progress) {
  const Graph& graph = request.network->graph;
  const auto layer = layer_weights(graph, request.layer);
  if (!layer) return problem(QObject::tr("%1 has no weights.").arg(QString::fromStdString(request.layer)));
  const LayerRules rules(graph, request.scheme);
  if (rules.keeps_float(layer->id)) return problem(kept_float(request.layer, rules.why_float(layer->id)));
  Tensor weights = weights_by_channel(layer->node->op, *layer->weights);
  if (request.scheme.weights.granularity == Granularity::tensor) weights = weights.reshaped({1, weights.elements()});
  const Grid grid = weight_grid(request.scheme.weights, rules.weight_bits(layer->id));
  const TrainedEncodings trained = trained_encodings(graph, request.scheme);
  const Encoding* learned = trained.layer_weights(request.layer);
  return swept(RangeSubject::of_weights(std::move(weights), grid, rules.weight_range(layer->id),
                                        learned == nullptr ? std::nullopt : std::optional(*learned)),
               request, request.layer, choices, progress);
}

RangeSweepResult of_activations(const RangeSweepRequest& request, bool choices, const Progress& progress) {
  const QuantizedGraph& quantized = request.calibrated->quantized;
  const Placement placement = place_quantizers(quantized.graph, quantized.scheme);
  const auto asked =
      output_question(quantized.graph, placement, *request.calibrated->calibration, quantized.scheme, request.layer);
  if (!asked) return problem(kept_float(request.layer, "its output is not encoded"));
  const std::string layer = asked->layer;
  return swept(RangeSubject::of_activation(*asked), request, layer, choices, progress);
}

}  // namespace

RangeSweepResult range_sweep_of(const RangeSweepRequest& request, bool choices, const Progress& progress) {
  return request.what == RangeOf::weights ? of_weights(request, choices, progress)
                                          : of_activations(request, choices, progress);
}

}  // namespace qs
