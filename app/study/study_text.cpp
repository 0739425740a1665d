#include <fmt/format.h>

#include <algorithm>

#include "app/run/table.h"
#include "app/study/paper_table.h"
#include "app/study/study_claims.h"
#include "app/study/study_report.h"

namespace qs {

namespace {

Spread accuracy_of(const ArmResults& arm) {
  std::vector<double> accuracies;
  for (const ArmRun& run : arm.runs) accuracies.push_back(run.accuracy);
  return spread_of(accuracies);
}

/// ".912 ±.002"; without the spread for a single run.
std::string cell(const ArmResults& arm) {
  const Spread spread = accuracy_of(arm);
  if (spread.count < 2) return fraction_text(spread.mean);
  return fmt::format("{} ±{}", fraction_text(spread.mean), fraction_text(spread.deviation));
}

std::string paper_text(const StudyReport& report, const PublishedTable& published) {
  std::vector<PaperRow> rows;
  for (const NetworkResults& network : report.networks) {
    PaperRow row{network.network, {}};
    for (const PublishedColumn& column : published.columns) row.cells.push_back(cell(arm_of(network, column.scheme)));
    rows.push_back(std::move(row));
  }
  return paper_table_text(published, rows);
}

/// Mean validation accuracy of an arm after its epoch; empty where no run has got so far.
std::string curve_cell(const ArmResults& arm, std::size_t epoch) {
  std::vector<double> accuracies;
  for (const ArmRun& run : arm.runs) {
    if (epoch >= run.curves.size()) continue;
    if (const auto& accuracy = run.curves[epoch].validation_accuracy) accuracies.push_back(*accuracy);
  }
  if (accuracies.empty()) return "";
  const Spread spread = spread_of(accuracies);
  if (spread.count < 2) return fraction_text(spread.mean);
  return fmt::format("{} ±{}", fraction_text(spread.mean), fraction_text(spread.deviation));
}

std::string jitter_cell(const ArmResults& arm) {
  std::vector<double> jitters;
  for (const ArmRun& run : arm.runs) jitters.push_back(jitter(run.curves));
  const Spread spread = spread_of(jitters);
  return std::isfinite(spread.mean) ? fmt::format("{:.2f} pt", spread.mean) : "";
}

std::string curves_text(const Study& study, const NetworkResults& network) {
  std::vector<Column> columns = {{network.network, Align::left, 30}};
  std::size_t epochs = 0;
  std::vector<const ArmResults*> arms;
  for (const StudyArm& arm : study.arms) {
    const ArmResults& results = arm_of(network, arm.id);
    if (results.runs.empty() || results.runs.front().curves.empty()) continue;
    arms.push_back(&results);
    columns.push_back({arm.title});
    for (const ArmRun& run : results.runs) epochs = std::max(epochs, run.curves.size());
  }
  std::vector<std::vector<std::string>> rows;
  const auto add = [&](const std::string& title, const auto& cell_of) {
    rows.push_back({title});
    for (const ArmResults* arm : arms) rows.back().push_back(cell_of(*arm));
  };
  for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
    add(fmt::format("epoch {}", epoch + 1), [&](const ArmResults& arm) { return curve_cell(arm, epoch); });
  }
  add("jitter, second half", jitter_cell);
  add("test images", cell);
  std::string text = table_text(columns, rows);
  for (const StudyArm& arm : study.arms) {
    if (!std::holds_alternative<FloatNetwork>(arm.kind)) continue;
    text += fmt::format("the float network is right on {} of the test images\n", cell(arm_of(network, arm.id)));
  }
  return text;
}

std::string conditions_text(const StudyReport& report) {
  const bool curves = !report.study.published;
  const StudySettings& settings = report.settings;
  std::string text = entry_text(
      "measured",
      fmt::format("top-1 on {} images of {}; where trained, {} {} seed{}{}", report.test_images, settings.test,
                  settings.seeds > 1 ? "mean ± standard deviation of" : "of", settings.seeds,
                  settings.seeds > 1 ? "s" : "",
                  curves ? "; by epoch on images set aside from training, which a given float network may know" : ""));
  text += entry_text(
      "trained with",
      settings.train + (settings.train_limit ? fmt::format(", {} images", *settings.train_limit) : std::string()));
  text += entry_text("backend", "integer");
  if (!report.study.note.empty()) text += entry_text("note", report.study.note);
  if (settings.quick) text += entry_text("note", quick_notice(settings));
  text += entry_text("environment", fmt::format("oneDNN {}, {}, {} thread(s)", report.environment.onednn,
                                                report.environment.isa, report.environment.threads));
  return text;
}

std::string claim_text(const StudyClaim& claim, const std::vector<NetworkResults>& networks) {
  std::string text = fmt::format("\n{}\n", claim.text);
  text += entry_text("  paper", claim.source);
  text += entry_text("  rule", claim.rule);
  for (const NetworkResults& network : networks) {
    const StudyJudgement judgement = claim.judge(network);
    text += entry_text(
        "  here", fmt::format("{}: {}; points: {}", network.network, to_string(judgement.verdict), judgement.numbers));
  }
  return text;
}

}  // namespace

std::string quick_notice(const StudySettings& settings) {
  return fmt::format(
      "A shortened version (--quick): {} seed{}, a quarter of the epochs, at most {} training and {} test images. Its "
      "numbers prove little.",
      settings.seeds, settings.seeds > 1 ? "s" : "", settings.train_limit.value_or(0), settings.test_limit.value_or(0));
}

std::string to_text(const StudyReport& report) {
  std::string text = fmt::format("\n{}\n\n", report.study.title);
  if (report.study.published) {
    text += paper_text(report, *report.study.published) + "\n";
  } else {
    for (const NetworkResults& network : report.networks) text += curves_text(report.study, network) + "\n";
  }
  text += conditions_text(report);
  text +=
      "\nWhat the paper says about it, judged on the networks and test images here, by differences of runs\n"
      "with the same seed: mean (smallest to largest). \"too few runs\": fewer than three, or the 95 %\n"
      "interval of the mean (Student's t) allows either answer.\n";
  for (const StudyClaim& claim : report.study.claims) text += claim_text(claim, report.networks);
  return text;
}

}  // namespace qs
