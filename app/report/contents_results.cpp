// What came out: in sentences, and as tables of accuracy, size and speed.
#include <algorithm>

#include "app/report/contents.h"
#include "app/run/scheme_report.h"

namespace qs {

namespace {

/// One row of the tables.
struct Row {
  const ReportRequest& request;
  std::size_t run;
  std::size_t variant;

  [[nodiscard]] const ReportedRun& reported() const { return request.runs[run]; }
  [[nodiscard]] const VariantReport& report() const { return reported().evaluation.variants[variant]; }
  [[nodiscard]] const VariantResult& result() const { return reported().evaluation.evaluation.results[variant]; }
  [[nodiscard]] const VariantResult& reference() const { return reported().evaluation.evaluation.results.front(); }
  [[nodiscard]] const BenchResult* latency() const {
    if (variant == 0) return reported().float_latency.get();
    const SchemeView* known = find_scheme(reported(), report().scheme);
    return known == nullptr ? nullptr : known->latency.get();
  }
};

std::vector<Row> rows_of(const ReportRequest& request) {
  std::vector<Row> rows;
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    for (std::size_t v = 0; v < request.runs[r].evaluation.variants.size(); ++v) rows.push_back({request, r, v});
  }
  return rows;
}

/// A column of a table: its heading, and what stands in each row.
struct ColumnOf {
  QString title;
  bool numeric;
  QString (*text)(const Row&);
};

TextTable table_of(const ReportRequest& request, const QString& caption, std::vector<ColumnOf> columns) {
  if (request.runs.size() > 1) {
    columns.insert(columns.begin(), {QObject::tr("run"), false, [](const Row& row) {
                                       return clean(row.reported().evaluation.model.name) +
                                              QStringLiteral(" (%1)").arg(row.run + 1);
                                     }});
  }
  TextTable table{caption, {}, {}};
  for (const ColumnOf& column : columns) table.columns.push_back({column.title, column.numeric});
  for (const Row& row : rows_of(request)) {
    std::vector<QString> cells;
    for (const ColumnOf& column : columns) cells.push_back(column.text(row));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

QString fixed(double value, int decimals) {
  return QString::number(value, 'f', decimals);
}
QString percent(double share) {
  return fixed(100 * share, 2);
}

QString scheme_name(const Row& row) {
  return clean(row.report().scheme);
}
QString backend_name(const Row& row) {
  return clean(row.report().backend);
}

QString top1(const Row& row) {
  return row.result().top1.total > 0 ? percent(row.result().top1.fraction()) : QString();
}
QString interval(const Row& row) {
  if (row.result().top1.total == 0) return {};
  const Interval wilson = wilson_interval(row.result().top1);
  return QObject::tr("%1 to %2").arg(percent(wilson.low), percent(wilson.high));
}
QString top5(const Row& row) {
  return row.result().top5.total > 0 ? percent(row.result().top5.fraction()) : QString();
}
double difference(const Row& row) {
  return row.result().top1.fraction() - row.reference().top1.fraction();
}
QString signed_difference(const Row& row) {
  if (row.variant == 0 || row.result().top1.total == 0) return {};
  const double points = 100 * difference(row);
  return (points > 0 ? QStringLiteral("+") : QString()) + fixed(points, 2);
}
double p_value(const Row& row) {
  return mcnemar_p_value(row.result().only_first_right, row.result().only_this_right);
}
QString short_p(double value) {
  return value < 0.001 ? QStringLiteral("< 0.001") : fixed(value, 3);
}
QString p(const Row& row) {
  return row.variant == 0 || row.result().top1.total == 0 ? QString() : short_p(p_value(row));
}
double adjusted(const Row& row) {
  return adjusted_p_values(row.reported().evaluation)[row.variant];
}
QString holm_p(const Row& row) {
  return row.variant == 0 || row.result().top1.total == 0 ? QString() : short_p(adjusted(row));
}
QString verdict_words(const Row& row) {
  if (row.variant == 0 || row.result().top1.total == 0) return {};
  return clean(verdict(difference(row), adjusted(row)));
}
QString agreement(const Row& row) {
  return row.result().agreement ? percent(row.result().agreement->fraction()) : QString();
}
QString logit_sqnr(const Row& row) {
  if (row.variant == 0) return {};
  return clean(sqnr_text(row.result().difference.mean_sqnr()));
}

QString megabytes(const Row& row) {
  return fixed(static_cast<double>(row.report().model_bytes) / 1e6, 3);
}
QString part_of_float(const Row& row) {
  const auto whole = static_cast<double>(row.reported().evaluation.variants.front().model_bytes);
  return whole > 0 ? fixed(100 * static_cast<double>(row.report().model_bytes) / whole, 1) : QString();
}
QString bit_operations(const Row& row) {
  const std::int64_t count = row.report().bit_operations;
  return count > 0 ? fixed(static_cast<double>(count) / 1e9, 2) : QString();
}
QString images_per_second(const Row& row) {
  return fixed(row.result().images_per_second(), 1);
}
QString speed_up(const Row& row) {
  const double whole = row.reference().images_per_second();
  return whole > 0 ? fixed(row.result().images_per_second() / whole, 2) : QString();
}
QString milliseconds(const BenchResult* latency, double seconds) {
  return latency == nullptr ? QString() : fixed(1e3 * seconds / static_cast<double>(latency->batch), 3);
}
QString milliseconds(const Row& row) {
  const BenchResult* latency = row.latency();
  return milliseconds(latency, latency == nullptr ? 0 : latency->seconds);
}
QString chain_milliseconds(const Row& row) {
  const BenchResult* latency = row.latency();
  return milliseconds(latency, latency == nullptr ? 0 : latency->chain_seconds);
}

bool any(const ReportRequest& request, bool (*has)(const ReportedRun&)) {
  return std::any_of(request.runs.begin(), request.runs.end(), has);
}

std::vector<ColumnOf> accuracy_columns(bool labelled) {
  std::vector<ColumnOf> columns = {{QObject::tr("scheme"), false, scheme_name}};
  if (labelled) {
    columns.insert(columns.end(), {{QObject::tr("top-1 (%)"), true, top1},
                                   {QObject::tr("95 % interval"), true, interval},
                                   {QObject::tr("top-5 (%)"), true, top5},
                                   {QObject::tr("difference to float (points)"), true, signed_difference},
                                   {QObject::tr("p"), true, p},
                                   {QObject::tr("p (Holm)"), true, holm_p},
                                   {QObject::tr("verdict"), false, verdict_words}});
  }
  columns.insert(columns.end(), {{QObject::tr("agreement with float (%)"), true, agreement},
                                 {QObject::tr("SQNR of outputs"), true, logit_sqnr}});
  return columns;
}

std::vector<ColumnOf> speed_columns(bool measured) {
  std::vector<ColumnOf> columns = {{QObject::tr("scheme"), false, scheme_name},
                                   {QObject::tr("backend"), false, backend_name},
                                   {QObject::tr("weights (MB)"), true, megabytes},
                                   {QObject::tr("of float (%)"), true, part_of_float},
                                   {QObject::tr("bit operations (10⁹/image)"), true, bit_operations},
                                   {QObject::tr("images/s"), true, images_per_second},
                                   {QObject::tr("times float"), true, speed_up}};
  if (measured) {
    columns.insert(columns.end(), {{QObject::tr("latency (ms/image)"), true, milliseconds},
                                   {QObject::tr("primitives alone (ms/image)"), true, chain_milliseconds}});
  }
  return columns;
}

}  // namespace

void add_findings(const ReportRequest& request, Blocks& blocks) {
  blocks.emplace_back(Heading{2, QObject::tr("Findings")});
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    const std::vector<Finding> all = findings(request.runs[r].evaluation, weight_facts(request.runs[r]));
    if (request.runs.size() > 1) blocks.emplace_back(Heading{3, run_name(request, r)});
    for (const Subject subject : {Subject::accuracy, Subject::layers, Subject::weights, Subject::cost}) {
      FindingList list;
      std::copy_if(all.begin(), all.end(), std::back_inserter(list.findings),
                   [&](const Finding& finding) { return finding.subject == subject; });
      if (list.findings.empty()) continue;
      blocks.emplace_back(Heading{request.runs.size() > 1 ? 4 : 3, clean(word_of(subject))});
      blocks.emplace_back(std::move(list));
    }
  }
}

void add_results(const ReportRequest& request, Blocks& blocks) {
  const bool labelled =
      any(request, [](const ReportedRun& run) { return run.evaluation.evaluation.results.front().top1.total > 0; });
  const bool measured = any(request, [](const ReportedRun& run) { return run.float_latency != nullptr; });
  blocks.emplace_back(Heading{2, QObject::tr("Accuracy")});
  blocks.emplace_back(table_of(request, {}, accuracy_columns(labelled)));
  if (labelled) {
    blocks.emplace_back(Paragraph{
        QObject::tr("Intervals are Wilson's at 95 %. p is the exact two-sided McNemar test against float on the same "
                    "images; raised by Holm's method for having looked at all schemes of a run, it decides the verdict "
                    "and stands in the findings: below %1 a difference counts as more than chance.")
            .arg(kSignificant),
        true});
  }
  blocks.emplace_back(Heading{2, QObject::tr("Size and speed")});
  blocks.emplace_back(table_of(request, {}, speed_columns(measured)));
  blocks.emplace_back(
      Paragraph{QObject::tr("images/s is inference alone, without reading images. Only the integer backend "
                            "shows how fast a quantized network is; the others show what comes out."),
                true});
}

}  // namespace qs
