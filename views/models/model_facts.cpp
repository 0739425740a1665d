#include "views/models/model_facts.h"

#include <QObject>
#include <algorithm>

#include "views/models/layer_columns.h"
#include "views/models/plain_text.h"

namespace qs {

namespace {

constexpr double kMegabyte = 1e6;

QString batch_norm_fact(const LayerSources& sources) {
  const int found = sources.model->summary.batch_norms;
  if (found == 0) return QObject::tr("no BatchNorm in the file: there was none, or it is folded already");
  const BatchNormState state = sources.network == nullptr ? BatchNormState::none : sources.network->batch_norm;
  switch (state) {
    case BatchNormState::none: return QObject::tr("%1 BatchNorm, not folded").arg(found);
    case BatchNormState::trivial:
      return QObject::tr("%1 BatchNorm with mean 0 and variance 1: their statistics were folded before").arg(found);
    case BatchNormState::real: return QObject::tr("%1 BatchNorm, folded by the scheme").arg(found);
  }
  return {};
}

QString time_fact(const LayerSources& sources) {
  if (sources.float_latency == nullptr) return {};
  const double float_ms = sources.float_latency->seconds * 1e3;
  if (sources.latency == nullptr || sources.latency->seconds <= 0) {
    return QObject::tr("%1 ms in float").arg(float_ms, 0, 'f', 2);
  }
  const double int8_ms = sources.latency->seconds * 1e3;
  return QObject::tr("%1 ms in float, %2 ms in int8 (%3×)")
      .arg(float_ms, 0, 'f', 2)
      .arg(int8_ms, 0, 'f', 2)
      .arg(float_ms / int8_ms, 0, 'f', 1);
}

}  // namespace

QStringList model_facts(const LayerSources& sources) {
  const ModelReport& report = sources.model->report;
  QStringList facts;
  facts += QObject::tr("%1 parameters").arg(grouped_digits(report.parameters));
  facts += QObject::tr("%1 MACs per image").arg(short_quantity(report.multiply_accumulates));
  if (report.classes > 0) facts += QObject::tr("%1 classes").arg(grouped_digits(report.classes));
  if (report.probabilities) facts += QObject::tr("ends in a softmax");
  for (QString& fact : facts) fact.replace(' ', QChar::Nbsp);  // lines break between facts
  facts += batch_norm_fact(sources);
  return facts;
}

QStringList model_notes(const OpenModel& model) {
  QStringList notes;
  for (const std::string& note : model.graph.notes) notes += plain_text(note);
  return notes;
}

QStringList layer_totals(const LayerSources& sources, const std::vector<LayerRow>& rows, std::size_t shown) {
  const auto all = static_cast<qsizetype>(rows.size());
  const auto in = [&](Execution execution) {
    return std::count_if(rows.begin(), rows.end(),
                         [&](const LayerRow& row) { return row.numbers.execution == execution; });
  };
  QStringList totals;
  totals +=
      shown == rows.size() ? QObject::tr("%1 layers").arg(all) : QObject::tr("%1 of %2 layers").arg(shown).arg(all);
  if (in(Execution::unknown) < all) {
    totals += QObject::tr("%1 in int8, %2 in float").arg(in(Execution::integer)).arg(in(Execution::floating));
  }
  if (const QString time = time_fact(sources); !time.isEmpty()) totals += time;
  if (sources.calibrated != nullptr) {
    totals += QObject::tr("weights: %1 MB, %2 MB in float")
                  .arg(static_cast<double>(model_bytes(sources.calibrated->quantized)) / kMegabyte, 0, 'f', 2)
                  .arg(static_cast<double>(sources.model->report.parameters) * 4 / kMegabyte, 0, 'f', 2);
  }
  return totals;
}

}  // namespace qs
