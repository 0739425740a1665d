#include <fmt/format.h>

#include <algorithm>

#include "app/cli/reproduce_report.h"
#include "app/run/table.h"
#include "app/study/paper_table.h"

namespace qs {

namespace {

std::string measured_cell(const MeasuredColumn& column) {
  const Interval wilson = wilson_interval(column.top1());
  return fmt::format("{} ±{}", accuracy_text(column.top1()), fraction_text((wilson.high - wilson.low) / 2));
}

const MeasuredColumn& column_of(const MeasuredRow& row, std::string_view scheme) {
  return *std::ranges::find(row.columns, scheme, &MeasuredColumn::scheme);
}

PaperRow measured_cells(const PublishedTable& table, const MeasuredRow& row, std::int64_t images) {
  const std::int64_t own = row.columns.front().top1().total;
  PaperRow cells{own == images ? row.network : fmt::format("{} ({} images)", row.network, own), {}};
  for (const PublishedColumn& column : table.columns) {
    cells.cells.push_back(measured_cell(column_of(row, column.scheme)));
  }
  return cells;
}

std::string cells_text(const ReproducedTable& reproduced, std::int64_t images) {
  std::vector<PaperRow> rows;
  for (const MeasuredRow& row : reproduced.rows) rows.push_back(measured_cells(reproduced.published, row, images));
  return paper_table_text(reproduced.published, rows);
}

/// How many images the activations' ranges come from; 0 where only weights are quantized.
std::int64_t calibration_images(const EvaluationReport& report) {
  std::int64_t most = 0;
  for (const VariantReport& variant : report.variants) {
    if (variant.details) most = std::max(most, variant.details->calibration.images);
  }
  return most;
}

/// Whether some scheme quantizes both weights and activations (or, for false, only one of them).
bool any_scheme(const EvaluationReport& report, bool quantizes_both) {
  return std::ranges::any_of(report.variants, [&](const VariantReport& variant) {
    if (!variant.details) return false;
    const Scheme& scheme = variant.details->scheme;
    return (scheme.weights.quantized && scheme.activations.quantized) == quantizes_both;
  });
}

std::string conditions_text(const ReproducedTable& reproduced, std::int64_t images) {
  const EvaluationReport& first = reproduced.evaluations.front();
  std::string text = entry_text(
      "measured",
      fmt::format("top-1 on {} images of {}, ± half of the 95 % (Wilson) interval", images, first.data.path));
  if (any_scheme(first, true)) text += entry_text("backend", "weights with activations: " + reproduced.backend);
  if (any_scheme(first, false)) {
    text += entry_text(any_scheme(first, true) ? "" : "backend",
                       "weights only, activations only: simulated (f32 on the integers' grids)");
  }
  if (const std::int64_t count = calibration_images(first); count > 0) {
    text += entry_text("calibration", fmt::format("ranges of activations from {} images", count));
  }
  if (!reproduced.published.note.empty()) text += entry_text("note", reproduced.published.note);
  text += entry_text("environment", fmt::format("oneDNN {}, {}, {} thread(s)", first.environment.onednn,
                                                first.environment.isa, first.environment.threads));
  if (const std::string note = saturation_note(first.environment); !note.empty()) text += entry_text("note", note);
  return text;
}

std::string claim_text(const Claim& claim, const std::vector<MeasuredRow>& rows) {
  std::vector<std::vector<std::string>> lines;
  for (const MeasuredRow& row : rows) {
    const std::optional<Judgement> judgement = claim.judge(row);
    if (!judgement) continue;
    lines.push_back({"  " + row.network, std::string(to_string(judgement->verdict)), judgement->numbers});
  }
  std::string text = fmt::format("\n{}\n", claim.text);
  text += entry_text("  paper", claim.source);
  text += entry_text("  rule", claim.rule);
  if (lines.empty()) return text + "  no network here is of this kind\n";
  return text + table_text({{"  network", Align::left, 24}, {"here"}, {"points"}}, lines);
}

}  // namespace

MeasuredRow measured_row(const EvaluationReport& report, bool depthwise) {
  MeasuredRow row{.network = report.model.name, .depthwise = depthwise, .columns = {}};
  const Evaluation& evaluation = report.evaluation;
  for (const VariantResult& result : evaluation.results) {
    MeasuredColumn column{.scheme = result.id, .right = {}};
    for (std::size_t i = 0; i < evaluation.images.size(); ++i) {
      const Prediction& prediction = result.predictions[i];
      const std::optional<int>& label = evaluation.images[i].label;
      if (label) column.right.push_back(prediction.finite && prediction.top1() == *label);
    }
    row.columns.push_back(std::move(column));
  }
  return row;
}

std::string accuracy_text(const Proportion& proportion) {
  return fraction_text(proportion.fraction());
}

std::string to_text(const ReproducedTable& table) {
  const std::int64_t images = table.rows.front().columns.front().top1().total;
  std::string text = fmt::format("\n{}\n\n", table.published.title);
  text += cells_text(table, images) + "\n" + conditions_text(table, images);
  text +=
      "\nWhat the paper says about it, judged on the networks measured here. \"too few images\": numbers\n"
      "that may be chance (p >= 0.05, McNemar's exact test on the same images).\n";
  for (const Claim& claim : claims()) {
    if (std::ranges::find(claim.tables, table.published.id) != claim.tables.end()) {
      text += claim_text(claim, table.rows);
    }
  }
  return text;
}

}  // namespace qs
