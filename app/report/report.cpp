#include "app/report/report.h"

#include <QFileInfo>
#include <nlohmann/json.hpp>
#include <set>

#include "app/cli/output.h"
#include "app/report/contents.h"
#include "app/report/html.h"
#include "app/report/pdf.h"
#include "app/report/results_file.h"
#include "core/base/error.h"

namespace qs {

namespace {

void check(const ReportRequest& request) {
  if (request.runs.empty()) bad_input("there is no experiment to report; run or select some");
  for (const ReportedRun& run : request.runs) {
    if (run.evaluation.evaluation.results.empty())
      bad_input("{}: there is no result to report", run.evaluation.model.path);
  }
}

QString joined(const std::vector<QString>& words) {
  QString text;
  for (const QString& word : words) text += (text.isEmpty() ? "" : ", ") + word;
  return text;
}

/// Each once, in order.
std::vector<QString> models_of(const ReportRequest& request) {
  std::vector<QString> names;
  for (const ReportedRun& run : request.runs) {
    const QString name = clean(run.evaluation.model.name);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

QString title_of(const ReportRequest& request) {
  return request.title.empty() ? QObject::tr("Quantization of %1").arg(joined(models_of(request)))
                               : clean(request.title);
}

QString subtitle_of(const ReportRequest& request) {
  std::vector<QString> schemes;
  for (const Scheme& scheme : schemes_of(request)) schemes.push_back(clean(scheme.id));
  const std::int64_t images = request.runs.front().evaluation.data.selected;
  const QString compared = schemes.empty() ? QObject::tr("float alone") : QObject::tr("float and ") + joined(schemes);
  return request.runs.size() == 1
             ? QObject::tr("%1 on %2 images: %3").arg(joined(models_of(request))).arg(images).arg(compared)
             : QObject::tr("%1 runs of %2: %3").arg(request.runs.size()).arg(joined(models_of(request)), compared);
}

}  // namespace

QString run_name(const ReportRequest& request, std::size_t run) {
  const EvaluationReport& report = request.runs[run].evaluation;
  return QObject::tr("Run %1: %2 on %3").arg(run + 1).arg(clean(report.model.name), clean(report.data.path));
}

std::vector<Scheme> schemes_of(const ReportRequest& request) {
  std::vector<Scheme> schemes;
  std::set<std::string> ids;
  for (const ReportedRun& run : request.runs) {
    for (const VariantReport& variant : run.evaluation.variants) {
      if (variant.details && ids.insert(variant.details->scheme.id).second) schemes.push_back(variant.details->scheme);
    }
  }
  return schemes;
}

Document report_document(const ReportRequest& request) {
  check(request);
  Document document{title_of(request), subtitle_of(request), {}};
  if (!request.notes.empty()) {
    document.blocks.emplace_back(Heading{2, QObject::tr("Question")});
    document.blocks.emplace_back(Paragraph{clean(request.notes), false});
  }
  add_findings(request, document.blocks);
  add_results(request, document.blocks);
  add_schemes(request, document.blocks);
  add_figures(request, document.blocks);
  add_images(request, document.blocks);
  add_layer_tables(request, document.blocks);
  add_model_and_data(request, document.blocks);
  add_how_to_repeat(request, document.blocks);
  add_glossary(request, document.blocks);
  return document;
}

QByteArray report_html(const ReportRequest& request) {
  return to_html(report_document(request));
}

void write_report(const ReportRequest& request, const std::filesystem::path& out) {
  check(request);
  const std::string path = out.string();
  const QString suffix = QFileInfo(QString::fromStdString(path)).suffix().toLower();
  if (suffix == "html" || suffix == "htm") return write_output(path, report_html(request).toStdString());
  if (suffix == "pdf") return write_output(path, to_pdf(report_document(request)).toStdString());
  if (suffix == "csv") return write_output(path, report_csv(request));
  if (suffix == "json") return write_output(path, json_text(report_json(request)));
  check_report_path(path);  // refuses all others
}

}  // namespace qs
