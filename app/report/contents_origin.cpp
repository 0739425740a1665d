// What the results were made from and with, and how to make them again.
#include <nlohmann/json.hpp>

#include "app/cli/output.h"
#include "app/report/contents.h"
#include "app/report/shell.h"
#include "app/run/evaluation_report.h"
#include "app/run/table.h"

namespace qs {

namespace {

struct Facts {
  TextTable table{{}, {{QObject::tr("what")}, {QObject::tr("value")}}, {}};

  void add(const QString& what, const QString& value) {
    if (!value.isEmpty()) table.rows.push_back({what, value});
  }
  void add(const QString& what, const std::string& value) { add(what, clean(value)); }
};

void add_model(const ModelReport& model, Facts& facts) {
  facts.add(QObject::tr("model"), model.name);
  facts.add(QObject::tr("model file"), model.path);
  facts.add(QObject::tr("SHA-256 of the file"), model.sha256);
  facts.add(QObject::tr("parameters"), grouped(model.parameters));
  facts.add(QObject::tr("multiply-accumulates per image"), grouped(model.multiply_accumulates));
  facts.add(QObject::tr("classes"), std::to_string(model.classes));
  facts.add(QObject::tr("outputs"),
            QString(model.probabilities ? QObject::tr("probabilities") : QObject::tr("logits")));
}

void add_data(const EvaluationReport& report, Facts& facts) {
  const DataReport& data = report.data;
  facts.add(QObject::tr("images"), data.path);
  facts.add(QObject::tr("layout"), data.summary.empty() ? data.layout : data.summary);
  facts.add(QObject::tr("images evaluated"),
            QObject::tr("%1 of %2")
                .arg(report.evaluation.results.front().top1.total > 0 ? report.evaluation.results.front().top1.total
                                                                      : data.selected)
                .arg(data.found));
  facts.add(QObject::tr("preprocessing"), data.preprocessing);
  facts.add(QObject::tr("preprocessing taken from"), data.preprocessing_source);
  for (const SkippedReport& each : data.skipped) {
    facts.add(QObject::tr("left out"), each.image + ": " + each.reason);
  }
  for (const std::string& note : data.notes) facts.add(QObject::tr("note"), note);
}

void add_environment(const ReportedRun& run, Facts& facts) {
  const Environment& environment = run.evaluation.environment;
  facts.add(QObject::tr("run started"), run.started);
  facts.add(QObject::tr("Quantoscope"), QStringLiteral(QS_VERSION));
  facts.add(QObject::tr("oneDNN"), environment.onednn);
  facts.add(QObject::tr("instruction set"), environment.isa);
  facts.add(QObject::tr("threads"), std::to_string(environment.threads));
  facts.add(QObject::tr("batch"), std::to_string(run.evaluation.batch));
  for (const VariantReport& variant : run.evaluation.variants) {
    if (!variant.details || variant.details->calibration.images == 0) continue;
    const CalibrationReport& calibration = variant.details->calibration;
    const QString numbers = QObject::tr("%1 images in batches of %2, seed %3")
                                .arg(calibration.images)
                                .arg(calibration.batch)
                                .arg(calibration.seed);
    facts.add(QObject::tr("calibration of %1").arg(clean(variant.scheme)),
              calibration.path.empty() ? numbers : QObject::tr("%1, of %2").arg(numbers, clean(calibration.path)));
  }
}

}  // namespace

void add_model_and_data(const ReportRequest& request, Blocks& blocks) {
  blocks.emplace_back(Heading{2, QObject::tr("Model, images and machine")});
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    if (request.runs.size() > 1) blocks.emplace_back(Heading{3, run_name(request, r)});
    Facts facts;
    add_model(request.runs[r].evaluation.model, facts);
    add_data(request.runs[r].evaluation, facts);
    add_environment(request.runs[r], facts);
    blocks.emplace_back(std::move(facts.table));
  }
}

void add_how_to_repeat(const ReportRequest& request, Blocks& blocks) {
  blocks.emplace_back(Heading{2, QObject::tr("How to make this again")});
  QString commands;
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    const std::string json = request.files.size() == request.runs.size() ? request.files[r]
                             : request.runs.size() == 1                  ? "results.json"
                                                                         : "results-" + std::to_string(r + 1) + ".json";
    commands += QString::fromStdString(evaluate_command_line(request.runs[r].evaluation, json)) + "\n";
  }
  commands += QString::fromStdString(report_command_line(request));
  blocks.emplace_back(Code{commands});
  for (const Scheme& scheme : schemes_of(request)) {
    if (is_preset(scheme)) continue;
    blocks.emplace_back(Paragraph{QObject::tr("%1.json, which no preset is:").arg(clean(scheme.id))});
    blocks.emplace_back(Code{clean(json_text(to_json(scheme)))});
  }
}

}  // namespace qs
