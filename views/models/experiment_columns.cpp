#include "views/models/experiment_columns.h"

#include <QDateTime>
#include <QObject>
#include <array>
#include <cmath>

#include "core/engine/executable.h"
#include "core/findings.h"
#include "views/models/plain_text.h"

namespace qs {

namespace {

QString percent(double fraction) {
  return QObject::tr("%1 %").arg(100 * fraction, 0, 'f', 1);
}

QString points(double fraction) {
  const QString number = QString::number(std::abs(100 * fraction), 'f', 1);
  if (number == "0.0") return number;
  return (fraction < 0 ? QString(QChar(0x2212)) : QString("+")) + number;
}

std::optional<double> p_of(const ExperimentRow& row) {
  return row.variant && *row.variant < row.run->p.size() ? row.run->p[*row.variant] : std::nullopt;
}

// ---- what variants say ----

QString title_text(const ExperimentRow& row) {
  return row.variant ? variant_title(row.view(), *row.variant) : QObject::tr("Run %1").arg(row.view().id);
}
QVariant title_value(const ExperimentRow& row) {
  return row.variant ? QVariant::fromValue(*row.variant) : QVariant::fromValue(row.view().id);
}

QString top1_text(const ExperimentRow& row) {
  const VariantResult* result = row.result();
  if (result == nullptr) return {};
  if (result->top1.total == 0) return QObject::tr("no labels");
  const Interval interval = wilson_interval(result->top1);
  return QObject::tr("%1  [%2, %3]")
      .arg(percent(result->top1.fraction()), QString::number(100 * interval.low, 'f', 1),
           QString::number(100 * interval.high, 'f', 1));
}
QVariant top1_value(const ExperimentRow& row) {
  const VariantResult* result = row.result();
  return result != nullptr && result->top1.total > 0 ? QVariant(result->top1.fraction()) : QVariant();
}

QVariant difference_value(const ExperimentRow& row) {
  if (row.result() == nullptr || *row.variant == 0 || row.result()->top1.total == 0) return {};
  return row.result()->top1.fraction() - row.reference()->top1.fraction();
}
QString difference_text(const ExperimentRow& row) {
  const QVariant difference = difference_value(row);
  if (!difference.isValid()) return {};
  const QString number = points(difference.toDouble());
  const std::optional<double> p = p_of(row);
  if (!p) return number;
  return *p < kSignificant ? QObject::tr("%1, differs").arg(number) : QObject::tr("%1, may be chance").arg(number);
}

QVariant agreement_value(const ExperimentRow& row) {
  const VariantResult* result = row.result();
  return result != nullptr && result->agreement && result->agreement->total > 0
             ? QVariant(result->agreement->fraction())
             : QVariant();
}
QString agreement_text(const ExperimentRow& row) {
  const QVariant value = agreement_value(row);
  return value.isValid() ? percent(value.toDouble()) : QString();
}

QVariant size_value(const ExperimentRow& row) {
  const VariantReport* report = row.report();
  return report != nullptr && report->model_bytes > 0 ? QVariant::fromValue(report->model_bytes) : QVariant();
}
QString size_text(const ExperimentRow& row) {
  const QVariant value = size_value(row);
  return value.isValid() ? QObject::tr("%1 MB").arg(value.toDouble() / 1e6, 0, 'f', 2) : QString();
}

/// Milliseconds of inference alone.
QVariant time_value(const ExperimentRow& row) {
  const VariantResult* result = row.result();
  if (result == nullptr || result->rows == 0) return {};
  return 1e3 * result->seconds / static_cast<double>(result->rows);
}
QString time_text(const ExperimentRow& row) {
  const QVariant value = time_value(row);
  return value.isValid() ? QObject::tr("%1 ms").arg(value.toDouble(), 0, 'f', 2) : QString();
}

// ---- what runs say ----

QVariant state_value(const ExperimentRow& row) {
  return static_cast<int>(row.view().state);
}
QString state_text(const ExperimentRow& row) {
  const RunView& run = row.view();
  const QString share = QObject::tr("%1 %").arg(std::floor(100 * run.fraction), 0, 'f', 0);
  switch (run.state) {
    case RunState::waiting: return QObject::tr("waiting");
    case RunState::running: return share;
    case RunState::done: return QObject::tr("done");
    case RunState::stopped: return run.fraction > 0 ? QObject::tr("stopped at %1").arg(share) : QObject::tr("stopped");
    case RunState::failed: return QObject::tr("failed: %1").arg(plain_text(run.message));
  }
  return {};
}

QVariant left_value(const ExperimentRow& row) {
  const RunView& run = row.view();
  return run.state == RunState::running && run.seconds_left >= 0 ? QVariant(run.seconds_left) : QVariant();
}
QString left_text(const ExperimentRow& row) {
  const QVariant value = left_value(row);
  return value.isValid() ? duration_text(value.toDouble()) : QString();
}

QVariant images_value(const ExperimentRow& row) {
  const auto& report = row.view().report;
  return report == nullptr ? QVariant() : QVariant::fromValue(evaluated_images(*report));
}
QString images_text(const ExperimentRow& row) {
  const QVariant value = images_value(row);
  return value.isValid() ? QString::number(value.toLongLong()) : QString();
}

QString model_text(const ExperimentRow& row) {
  return plain_text(row.view().model_name);
}
QString data_text(const ExperimentRow& row) {
  const QString path = plain_text(row.view().data_path);
  const QString name = path.section('/', -1, -1, QString::SectionSkipEmpty);
  return name.isEmpty() ? path : name;
}
QString backend_text(const ExperimentRow& row) {
  return plain_text(row.view().backend);
}
QString started_text(const ExperimentRow& row) {
  const QDateTime started = QDateTime::fromString(QString::fromStdString(row.view().started), Qt::ISODate);
  return started.isValid() ? started.toString("yyyy-MM-dd hh:mm") : QString();
}
template <QString (*text)(const ExperimentRow&)>
QVariant same_value(const ExperimentRow& row) {
  return text(row);
}
QVariant started_value(const ExperimentRow& row) {
  return QString::fromStdString(row.view().started);
}

constexpr std::array kColumns{
    ExperimentColumn{"scheme", QT_TR_NOOP("Run and scheme"), QT_TR_NOOP("Runs, newest first, and what they compared."),
                     false, false, "8-bit weights per channel, asymmetric, 8-bi", title_text, title_value},
    ExperimentColumn{"state", QT_TR_NOOP("State"), QT_TR_NOOP("How far the run is, or how it ended."), true, false,
                     "stopped at 50 %", state_text, state_value},
    ExperimentColumn{"top1", QT_TR_NOOP("Top-1"),
                     QT_TR_NOOP("Share of labelled images whose most likely class is right, with its 95 % interval "
                                "(Wilson)."),
                     false, true, "88.8 %  [88.8, 88.8]", top1_text, top1_value},
    ExperimentColumn{
        "difference", QT_TR_NOOP("Against float (points)"),
        QT_TR_NOOP("Top-1 less float's, in percentage points. \"differs\": by the exact McNemar test on the "
                   "same images, at 5 %, for all schemes of the run together (Holm)."),
        false, true, "−88.8, may be chance", difference_text, difference_value},
    ExperimentColumn{"agreement", QT_TR_NOOP("Agreement"),
                     QT_TR_NOOP("Share of images for which float says the same class; needs no labels."), false, true,
                     "88.8 %", agreement_text, agreement_value},
    ExperimentColumn{"size", QT_TR_NOOP("Weights"), QT_TR_NOOP("Bytes of the weights as they are stored."), false, true,
                     "888.88 MB", size_text, size_value},
    ExperimentColumn{"time", QT_TR_NOOP("Per image"),
                     QT_TR_NOOP("Inference alone, at the run's batch size. Measure latency for comparable times."),
                     false, true, "888.88 ms", time_text, time_value},
    ExperimentColumn{"left", QT_TR_NOOP("Time left"), QT_TR_NOOP("Estimated from the images finished so far."), true,
                     true, "10 min 20 s", left_text, left_value},
    ExperimentColumn{"images", QT_TR_NOOP("Images"), QT_TR_NOOP("Images finished."), true, true, "88 888", images_text,
                     images_value},
    ExperimentColumn{"model", QT_TR_NOOP("Model"), QT_TR_NOOP("The file's name."), true, false, "mobilenet_v1_0.75_224",
                     model_text, same_value<model_text>},
    ExperimentColumn{"data", QT_TR_NOOP("Data"), QT_TR_NOOP("The images' folder or archive."), true, false,
                     "imagenet-samples", data_text, same_value<data_text>},
    ExperimentColumn{"backend", QT_TR_NOOP("Backend"), QT_TR_NOOP("What computed the quantized networks."), true, false,
                     "simulated", backend_text, same_value<backend_text>},
    ExperimentColumn{"started", QT_TR_NOOP("Started"), QT_TR_NOOP("When the run began."), true, false,
                     "2024-12-28 20:28", started_text, started_value},
};

QString cell_in_full(const ExperimentColumn& column, const ExperimentRow& row) {
  if (column.of_runs || column.id == "scheme") return column.text(row);
  const QVariant value = column.value(row);
  return value.typeId() == QMetaType::Double ? QString::number(value.toDouble(), 'g', 9) : value.toString();
}

}  // namespace

ExperimentRun experiment_run(std::shared_ptr<const RunView> view) {
  ExperimentRun run{std::move(view), {}};
  if (run.view->report == nullptr) return run;
  const std::vector<VariantResult>& results = run.view->report->evaluation.results;
  const std::vector<double> raised = adjusted_p_values(*run.view->report);
  run.p.resize(results.size());
  for (std::size_t v = 1; v < results.size(); ++v) {
    if (results[v].top1.total > 0) run.p[v] = raised[v];
  }
  return run;
}

const VariantResult* ExperimentRow::result() const {
  if (!variant || view().report == nullptr) return nullptr;
  const std::vector<VariantResult>& results = view().report->evaluation.results;
  return *variant < results.size() ? &results[*variant] : nullptr;
}

const VariantResult* ExperimentRow::reference() const {
  return result() == nullptr ? nullptr : &view().report->evaluation.results.front();
}

const VariantReport* ExperimentRow::report() const {
  if (!variant || view().report == nullptr) return nullptr;
  const std::vector<VariantReport>& variants = view().report->variants;
  return *variant < variants.size() ? &variants[*variant] : nullptr;
}

std::span<const ExperimentColumn> experiment_columns() {
  return kColumns;
}

std::size_t variant_count(const RunView& run) {
  if (run.report != nullptr) return std::max(run.schemes.size() + 1, run.report->evaluation.results.size());
  return run.state == RunState::failed ? 0 : run.schemes.size() + 1;
}

QString variant_title(const RunView& run, std::size_t variant) {
  if (variant == 0) return QObject::tr("Float");
  return variant <= run.schemes.size() ? plain_text(run.schemes[variant - 1].title) : QObject::tr("unknown");
}

QString duration_text(double seconds) {
  if (!(seconds >= 0) || seconds > 1e7) return {};
  const auto whole = static_cast<qint64>(std::ceil(seconds));
  if (whole < 60) return QObject::tr("%1 s").arg(whole);
  if (whole < 3600) return QObject::tr("%1 min %2 s").arg(whole / 60).arg(whole % 60);
  return QObject::tr("%1 h %2 min").arg(whole / 3600).arg(whole / 60 % 60);
}

QString experiment_details(const ExperimentRow& row) {
  const RunView& run = row.view();
  if (!row.variant) {
    QString text = QObject::tr("Run %1: %2 on %3, %4.")
                       .arg(QString::number(run.id), model_text(row), plain_text(run.data_path), state_text(row));
    if (run.state == RunState::running && !run.stage.empty()) text += " " + plain_text(run.stage) + ".";
    if (run.state == RunState::stopped && !run.message.empty()) text += " " + plain_text(run.message);
    return text;
  }
  const VariantResult* result = row.result();
  const QString title = variant_title(run, *row.variant);
  if (result == nullptr) return QObject::tr("%1: nothing has come out yet.").arg(title);
  if (result->top1.total == 0) return QObject::tr("%1: the images have no labels; only agreement is known.").arg(title);
  QString text = QObject::tr("%1: %2 of %3 images right.").arg(title).arg(result->top1.hits).arg(result->top1.total);
  if (const std::optional<double> p = p_of(row)) {
    text += QObject::tr(" Float alone is right on %1, this scheme alone on %2: p = %3.")
                .arg(result->only_first_right)
                .arg(result->only_this_right)
                .arg(*p, 0, 'g', 2);
  }
  return text;
}

QString experiment_table_text(const std::vector<ExperimentRow>& rows) {
  QStringList lines;
  QStringList heads;
  for (const ExperimentColumn& column : kColumns) heads << QObject::tr(column.title);
  lines << heads.join('\t');
  for (const ExperimentRow& row : rows) {
    QStringList cells;
    for (const ExperimentColumn& column : kColumns) cells << cell_in_full(column, row).replace('\t', ' ');
    lines << cells.join('\t');
  }
  return lines.join('\n') + '\n';
}

}  // namespace qs
