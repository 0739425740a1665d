// The layers that lose most under each scheme.
#include <algorithm>
#include <numeric>

#include "app/report/contents.h"
#include "app/run/scheme_report.h"

namespace qs {

namespace {

constexpr std::size_t kShownLayers = 10;  // all of them are in the JSON

std::vector<const LayerError*> noisiest(const std::vector<LayerError>& layers) {
  std::vector<const LayerError*> order;
  for (const LayerError& layer : layers) order.push_back(&layer);
  std::stable_sort(order.begin(), order.end(),
                   [](const LayerError* a, const LayerError* b) { return sqnr_db(a->local) < sqnr_db(b->local); });
  order.resize(std::min(order.size(), kShownLayers));
  return order;
}

QString bits(const LayerError& layer) {
  const auto one = [](int count) { return count > 0 ? QString::number(count) : QObject::tr("float"); };
  return QStringLiteral("%1 / %2").arg(one(layer.weight_bits), one(layer.activation_bits));
}

QString clipped(const LayerError& layer) {
  const double noise = layer.clipping.noise + layer.rounding.noise;
  return layer.activation_bits > 0 && noise > 0 ? QString::number(100 * layer.clipping.noise / noise, 'f', 1)
                                                : QString();
}

QString saturated(const LayerError& layer) {
  return layer.values > 0
             ? QString::number(100 * static_cast<double>(layer.saturated) / static_cast<double>(layer.values), 'f', 2)
             : QString();
}

TextTable table_of(const SchemeReport& details) {
  TextTable table{QObject::tr("%1, measured on %2 images").arg(clean(details.scheme.id)).arg(details.layer_images),
                  {{QObject::tr("layer")},
                   {QObject::tr("type")},
                   {QObject::tr("bits of weights / result"), true},
                   {QObject::tr("SQNR alone"), true},
                   {QObject::tr("SQNR so far"), true},
                   {QObject::tr("worst / median channel"), true},
                   {QObject::tr("range ratio"), true},
                   {QObject::tr("clipping (% of noise)"), true},
                   {QObject::tr("saturated (%)"), true},
                   {QObject::tr("kernel")}},
                  {}};
  for (const LayerError* layer : noisiest(details.layers)) {
    const QString weights =
        layer->weights ? clean(sqnr_text(layer->weights->min)) + " / " + clean(sqnr_text(layer->weights->median)) : "";
    table.rows.push_back({clean(layer->name), clean(layer->type), bits(*layer), clean(sqnr_text(sqnr_db(layer->local))),
                          clean(sqnr_text(sqnr_db(layer->accumulated))), weights,
                          layer->channel_ratio > 0 ? QString::number(layer->channel_ratio, 'g', 3) : "",
                          clipped(*layer), saturated(*layer),
                          clean(layer->reason.empty() ? layer->kernel : layer->kernel + ": " + layer->reason)});
  }
  return table;
}

}  // namespace

void add_layer_tables(const ReportRequest& request, Blocks& blocks) {
  bool first = true;
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    for (const VariantReport& variant : request.runs[r].evaluation.variants) {
      if (!variant.details || variant.details->layers.empty()) continue;
      if (first) {
        blocks.emplace_back(Heading{2, QObject::tr("Noisiest layers")});
        blocks.emplace_back(
            Paragraph{QObject::tr("At most %1 layers of each scheme, those that lose most when quantized "
                                  "alone first. The JSON has all.")
                          .arg(kShownLayers),
                      true});
        first = false;
      }
      TextTable table = table_of(*variant.details);
      if (request.runs.size() > 1) table.caption = run_name(request, r) + ": " + table.caption;
      blocks.emplace_back(std::move(table));
    }
  }
}

}  // namespace qs
