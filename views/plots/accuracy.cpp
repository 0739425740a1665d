#include "views/plots/accuracy.h"

#include "core/findings.h"

namespace qs {

namespace {

bool is_right(const Prediction& prediction, int label, AccuracyMeasure measure) {
  return measure == AccuracyMeasure::top5 ? prediction.top5_has(label) : prediction.top1() == label;
}

/// Fills in who alone is right, and how likely that is without any difference.
void test_against_float(const Evaluation& evaluation, const VariantResult& result, AccuracyMeasure measure,
                        AccuracyBar& bar) {
  if (measure == AccuracyMeasure::agreement) return;
  if (measure == AccuracyMeasure::top1) {  // counted during the run
    bar.only_float = result.only_first_right;
    bar.only_this = result.only_this_right;
  } else {
    const std::vector<Prediction>& first = evaluation.results.front().predictions;
    const std::size_t images = evaluation.images.size();
    if (first.size() != images || result.predictions.size() != images) return;
    for (std::size_t i = 0; i < images; ++i) {
      if (!evaluation.images[i].label) continue;
      const bool float_right = is_right(first[i], *evaluation.images[i].label, measure);
      const bool this_right = is_right(result.predictions[i], *evaluation.images[i].label, measure);
      if (float_right && !this_right) ++bar.only_float;
      if (this_right && !float_right) ++bar.only_this;
    }
  }
  bar.p = mcnemar_p_value(bar.only_float, bar.only_this);
}

bool is_partial(const EvaluationReport& report) {
  const auto skipped = static_cast<std::int64_t>(report.data.skipped.size());
  return report.evaluation.stopped || evaluated_images(report) + skipped < report.data.selected;
}

AccuracyGroup group(const AccuracySource& source, AccuracyMeasure measure, const SchemeColor& color) {
  const EvaluationReport& report = *source.report;
  AccuracyGroup group;
  group.reference = proportion(report.evaluation, 0, measure);
  group.partial = is_partial(report);
  const auto images = static_cast<qlonglong>(group.reference.total);
  group.title = QObject::tr("%1 · %2 images").arg(QString::fromStdString(report.model.name)).arg(images);
  for (const std::size_t v : source.variants) {
    const VariantResult& result = report.evaluation.results[v];
    AccuracyBar bar{.scheme = variant_title(report.variants[v]),
                    .color = v == 0 ? 0 : color(report.variants[v].scheme),
                    .is_float = v == 0,
                    .value = proportion(report.evaluation, v, measure),
                    .p = {}};
    if (v > 0) test_against_float(report.evaluation, result, measure, bar);
    group.bars.push_back(std::move(bar));
  }
  return group;
}

}  // namespace

Proportion proportion(const Evaluation& evaluation, std::size_t variant, AccuracyMeasure measure) {
  const VariantResult& result = evaluation.results[variant];
  if (measure == AccuracyMeasure::top1) return result.top1;
  if (measure == AccuracyMeasure::top5) return result.top5;
  if (result.agreement) return *result.agreement;
  // Results that were read from a file have no predictions, but others know how many images there were.
  auto images = static_cast<std::int64_t>(result.predictions.size());
  for (const VariantResult& other : evaluation.results) {
    if (other.agreement) images = other.agreement->total;
  }
  return {images, images};
}

QString title_of(AccuracyMeasure measure) {
  if (measure == AccuracyMeasure::top1) return QObject::tr("Top-1 accuracy");
  if (measure == AccuracyMeasure::top5) return QObject::tr("Top-5 accuracy");
  return QObject::tr("Agreement with float");
}

QString variant_title(const VariantReport& variant) {
  if (!variant.details) return QObject::tr("Float");
  const std::string& title = variant.details->scheme.title;
  return QString::fromStdString(title.empty() ? variant.scheme : title);
}

QString verdict_text(const AccuracyBar& bar) {
  if (!bar.p) return {};
  const QString p = QString::fromStdString(p_text(*bar.p));
  return *bar.p < kSignificant ? QObject::tr("differs (%1)").arg(p) : QObject::tr("no difference shown (%1)").arg(p);
}

AccuracyPlot accuracy_plot(std::span<const AccuracySource> sources, AccuracyMeasure measure, const SchemeColor& color) {
  AccuracyPlot plot;
  plot.measure = measure;
  std::vector<double> p_values;
  for (const AccuracySource& source : sources) {
    if (source.report->evaluation.results.empty()) continue;
    AccuracyGroup bars = group(source, measure, color);
    if (bars.reference.total == 0 || bars.bars.empty()) continue;
    for (const AccuracyBar& bar : bars.bars) {
      if (bar.p) p_values.push_back(*bar.p);
    }
    plot.groups.push_back(std::move(bars));
  }
  const std::vector<double> raised = holm_adjusted(p_values);
  std::size_t next = 0;
  for (AccuracyGroup& each : plot.groups) {
    for (AccuracyBar& bar : each.bars) {
      if (bar.p) bar.p = raised[next++];
    }
  }
  plot.comparisons = static_cast<std::int64_t>(p_values.size());
  return plot;
}

}  // namespace qs
