#include "views/models/layer_columns.h"

#include <QObject>
#include <QStringList>
#include <algorithm>
#include <array>
#include <cmath>

#include "views/models/plain_text.h"

namespace qs {

namespace {

constexpr double kHarmlessDb = 40;
constexpr double kWorstDb = 10;
constexpr const char* kDb = "dB";
constexpr const char* kMilliseconds = "ms";

LayerCell decibels(const std::optional<double>& db) {
  if (!db) return {};
  if (std::isinf(*db)) return {*db > 0 ? QObject::tr("exact") : QObject::tr("noise only"), db};
  return {QString::number(*db, 'f', 1), db};
}

LayerCell milliseconds(const std::optional<double>& seconds) {
  if (!seconds) return {};
  const double ms = *seconds * 1e3;
  return {QString::number(ms, 'f', ms < 10 ? 3 : 1), ms};
}

LayerCell count(std::int64_t number, const QString& text) {
  return number == 0 ? LayerCell{} : LayerCell{text, static_cast<double>(number)};
}

LayerCell text_cell(const std::string& text) {
  return {plain_text(text), std::nullopt};
}

LayerCell name(const LayerRow& row) {
  return text_cell(row.name);
}
LayerCell type(const LayerRow& row) {
  return text_cell(row.type);
}
LayerCell sqnr_min(const LayerRow& row) {
  return decibels(row.numbers.sqnr_min);
}
LayerCell sqnr_median(const LayerRow& row) {
  return decibels(row.numbers.sqnr_median);
}
LayerCell accumulated(const LayerRow& row) {
  return decibels(row.numbers.accumulated);
}
LayerCell local(const LayerRow& row) {
  return decibels(row.numbers.local);
}
LayerCell float_time(const LayerRow& row) {
  return milliseconds(row.numbers.float_seconds);
}
LayerCell int8_time(const LayerRow& row) {
  return milliseconds(row.numbers.int8_seconds);
}
LayerCell shape(const LayerRow& row) {
  std::vector<std::int64_t> dims = row.output.dims();
  if (dims.size() > 1) dims.erase(dims.begin());  // images
  const Shape of_one(std::move(dims));
  const QString text = QString::fromStdString(to_string(of_one)).replace('x', QChar(0x00d7));
  return {text, static_cast<double>(of_one.elements())};
}
LayerCell parameters(const LayerRow& row) {
  return count(row.parameters, grouped_digits(row.parameters));
}
LayerCell macs(const LayerRow& row) {
  return count(row.multiply_accumulates, short_quantity(row.multiply_accumulates));
}

LayerCell execution(const LayerRow& row) {
  switch (row.numbers.execution) {
    case Execution::unknown: return {};
    case Execution::integer: return {QObject::tr("int8"), 0};
    case Execution::floating: return {QObject::tr("float: %1").arg(plain_text(row.numbers.why_float)), 1};
    case Execution::fused: return {QObject::tr("fused"), std::nullopt};
  }
  return {};
}

constexpr std::array kColumns = {
    LayerColumn{"name", "Layer", "Layer", "", "A node of the network, with the nodes that are fused into it below.",
                Worse::none, true, name},
    LayerColumn{"weight_sqnr_min", "Weight SQNR, minimum", "SQNR min.\n(dB)", kDb,
                "Signal over quantization noise of the weights in the worst output channel, under the current scheme. "
                "Higher is better; 6 dB are worth one bit. Dead channels do not count.",
                Worse::low, true, sqnr_min},
    LayerColumn{"weight_sqnr_median", "Weight SQNR, median", "SQNR med.\n(dB)", kDb,
                "Signal over quantization noise of the weights in the middle one of the output channels. Where the "
                "minimum is far below, few channels suffer.",
                Worse::low, true, sqnr_median},
    LayerColumn{"type", "Type", "Type", "", "Operators that are computed in one step.", Worse::none, true, type},
    LayerColumn{"accumulated_sqnr", "Accumulated SQNR", "Accumulated\nSQNR (dB)", kDb,
                "Signal over noise of the layer's result when the network is quantized up to here. Measured on images.",
                Worse::low, true, accumulated},
    LayerColumn{"local_sqnr", "Local SQNR", "Local\nSQNR (dB)", kDb,
                "Signal over noise of the layer's result when this layer alone is quantized. Measured on images.",
                Worse::low, false, local},
    LayerColumn{"runs_in", "Runs in", "Runs in", "",
                "Whether the layer is computed in int8, or why it stays float. Follows from the scheme; where latency "
                "or layer errors were measured, it is what that run did.",
                Worse::high, true, execution},
    LayerColumn{"float_time", "Time float", "Time float\n(ms)", kMilliseconds,
                "Of one batch in f32, the fastest of several runs.", Worse::high, true, float_time},
    LayerColumn{"int8_time", "Time int8", "Time int8\n(ms)", kMilliseconds,
                "Of one batch under the current scheme, the fastest of several runs.", Worse::high, true, int8_time},
    LayerColumn{"shape", "Output shape", "Output", "",
                "Shape of the result for one image: channels × height × width. Sorts by the number of elements.",
                Worse::none, true, shape},
    LayerColumn{"parameters", "Parameters", "Parameters", "",
                "Numbers in f32 that the layer reads: its weights, bias and BatchNorm.", Worse::high, true, parameters},
    LayerColumn{"macs", "MACs", "MACs", "", "Multiply-accumulate operations per image.", Worse::high, true, macs},
};

}  // namespace

QString LayerColumn::heading() const {
  const QString text = QObject::tr(title);
  return *unit == '\0' ? text : QStringLiteral("%1 (%2)").arg(text, QLatin1String(unit));
}

std::span<const LayerColumn> layer_columns() {
  return kColumns;
}

int layer_column_index(std::string_view id) {
  const auto found =
      std::find_if(kColumns.begin(), kColumns.end(), [&](const LayerColumn& column) { return column.id == id; });
  return found == kColumns.end() ? -1 : static_cast<int>(found - kColumns.begin());
}

const LayerColumn* find_layer_column(std::string_view id) {
  const int index = layer_column_index(id);
  return index < 0 ? nullptr : &kColumns[static_cast<std::size_t>(index)];
}

double DamageScale::share(double number) const {
  if (worst == harmless) return 0;
  return std::clamp((number - harmless) / (worst - harmless), 0.0, 1.0);
}

DamageScale damage_scale(const LayerColumn& column, const std::vector<LayerRow>& rows) {
  if (std::string_view(column.unit) == kDb) {
    return {kHarmlessDb, kWorstDb, QObject::tr("%1 dB or more").arg(kHarmlessDb),
            QObject::tr("%1 dB or less").arg(kWorstDb)};
  }
  if (column.id == "runs_in") return {0, 1, QObject::tr("int8"), QObject::tr("float")};
  DamageScale scale{0, 0, QStringLiteral("0"), {}};
  for (const LayerRow& row : rows) {
    const LayerCell cell = column.cell(row);
    if (!cell.number || *cell.number < scale.worst) continue;
    scale.worst = *cell.number;
    scale.worst_text = cell.text;
  }
  if (*column.unit != '\0' && !scale.worst_text.isEmpty()) scale.worst_text += QLatin1Char(' ') + QString(column.unit);
  return scale;
}

std::optional<double> damage(const LayerColumn& column, const DamageScale& scale, const LayerRow& row) {
  if (!column.can_color()) return std::nullopt;
  const LayerCell cell = column.cell(row);
  if (!cell.number) return std::nullopt;
  return scale.share(*cell.number);
}

QString layer_description(const LayerRow& row) {
  QStringList lines;
  for (const LayerColumn& column : kColumns) {
    const LayerCell cell = column.cell(row);
    if (cell.text.isEmpty()) continue;
    const bool has_unit = *column.unit != '\0' && cell.number && std::isfinite(*cell.number);
    const QString unit = has_unit ? QLatin1Char(' ') + QString(column.unit) : QString();
    lines += QStringLiteral("%1: %2%3").arg(QObject::tr(column.title), cell.text, unit);
  }
  if (row.numbers.dead_channels > 0) lines += QObject::tr("Dead channels: %1").arg(row.numbers.dead_channels);
  if (!row.numbers.kernel.empty()) lines += QObject::tr("Kernel: %1").arg(plain_text(row.numbers.kernel));
  return lines.join('\n');
}

QString grouped_digits(std::int64_t number) {
  QString text = QString::number(number);
  for (qsizetype at = text.size() - 3; at > 0; at -= 3) text.insert(at, QChar(0x202f));
  return text;
}

QString short_quantity(std::int64_t number) {
  constexpr std::array kUnits = {"", " k", " M", " G", " T", " P"};
  auto scaled = static_cast<double>(number);
  std::size_t unit = 0;
  while (scaled >= 999.5 && unit + 1 < kUnits.size()) {
    scaled /= 1000;
    ++unit;
  }
  const int decimals = unit == 0 || scaled >= 99.95 ? 0 : (scaled >= 9.995 ? 1 : 2);
  return QString::number(scaled, 'f', decimals) + QLatin1String(kUnits[unit]);
}

}  // namespace qs
