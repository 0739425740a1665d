// What the table of experiments says of a run, and of each of its variants.
#pragma once

#include <QString>
#include <QVariant>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "views/snapshot.h"

namespace qs {

/// A run and what is counted from it once, when it changes.
struct ExperimentRun {
  std::shared_ptr<const RunView> view;
  /// By variant: exact McNemar test against float, raised by Holm's method for all schemes of the run. Empty for float
  /// and without labels.
  std::vector<std::optional<double>> p;
};
[[nodiscard]] ExperimentRun experiment_run(std::shared_ptr<const RunView> view);

/// One row: a run, or (`variant`; 0: float) what one way of computing the network gave in it.
struct ExperimentRow {
  const ExperimentRun* run = nullptr;
  std::optional<std::size_t> variant;

  [[nodiscard]] const RunView& view() const { return *run->view; }
  /// Null for runs, and where nothing has come out yet.
  [[nodiscard]] const VariantResult* result() const;
  [[nodiscard]] const VariantResult* reference() const;
  [[nodiscard]] const VariantReport* report() const;
};

struct ExperimentColumn {
  std::string_view id;
  const char* title;
  const char* tip;
  bool of_runs = false;    ///< runs say it; else their variants do
  bool is_number = false;  ///< aligned to the right
  const char* wide = "";   ///< a text as wide as most
  QString (*text)(const ExperimentRow&);
  QVariant (*value)(const ExperimentRow&);  ///< to sort by, and in full for spreadsheets; invalid where unknown
};
[[nodiscard]] std::span<const ExperimentColumn> experiment_columns();

/// How many variants a run has or will have. Runs that failed before anything came out have none.
[[nodiscard]] std::size_t variant_count(const RunView& run);

/// "Float", or the scheme's title.
[[nodiscard]] QString variant_title(const RunView& run, std::size_t variant);

/// One to three sentences about a row, with all counts.
[[nodiscard]] QString experiment_details(const ExperimentRow& row);

/// Rows as tab-separated text for a spreadsheet: headings, then numbers in full; what only runs say stands in each row.
[[nodiscard]] QString experiment_table_text(const std::vector<ExperimentRow>& rows);

/// "3 min 20 s", "40 s"; empty for less than 0.
[[nodiscard]] QString duration_text(double seconds);

}  // namespace qs
