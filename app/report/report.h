// A report of selected experiments: what was asked, what came out, what it means, and how to get it again.
#pragma once

#include <QImage>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "app/report/document.h"
#include "core/base/progress.h"
#include "core/findings.h"
#include "views/snapshot.h"

namespace qs {

/// One run and what else is known of its model. What is not known stays empty, and the report says what is missing.
struct ReportedRun {
  EvaluationReport evaluation;      ///< float first, then the schemes to report
  std::vector<SchemeView> schemes;  ///< what is known of them beside the run, by their ids; see `add_weights`
  std::shared_ptr<const BenchResult> float_latency;
  std::string started;                   ///< ISO 8601; may be empty
  std::vector<std::string> class_names;  ///< in class order, as far as the model brings them
  /// Of images that the report shows, by name, at most `kThumbnailSide` pixels; see `add_thumbnails`.
  std::map<std::string, QImage> thumbnails;
  std::string no_thumbnails;  ///< why there are none
};

struct ReportRequest {
  std::string title;  ///< empty: made from the models' names
  std::string notes;  ///< the question, in the user's words; may be empty
  std::vector<ReportedRun> runs;
  std::vector<std::string> layers;  ///< that plots of single layers show; empty: the one that suffers most
  std::vector<std::string> plots;   ///< ids of `report_plots`; empty: all
  /// Files the results are in, for the command that makes the report again; empty: the JSON of the evaluate command.
  std::vector<std::string> files;
};

/// The run with float and these variants only (indices into `variants`; float need not be among them).
[[nodiscard]] EvaluationReport with_variants(const EvaluationReport& report, const std::vector<std::size_t>& variants);

/// The experiments that are chosen (`chosen_experiments`), with what is known of their schemes if they are unchanged
/// and the model is still open; without title and notes.
[[nodiscard]] ReportRequest report_request(const Snapshot& snapshot);

/// What the run's schemes do to weights, where that is known.
[[nodiscard]] WeightFacts weight_facts(const ReportedRun& run);

/// Null when nothing but the run is known of it.
[[nodiscard]] const SchemeView* find_scheme(const ReportedRun& run, std::string_view id);

/// Reads the model and looks at its weights under each scheme. Throws `Error` (bad_input) when it cannot be read or
/// is not the file the run was made with (SHA-256).
void add_weights(ReportedRun& run, const std::filesystem::path& model);

constexpr int kThumbnailSide = 96;  // pixels

/// Reads the images that the report shows (shown_images.h) from where the results were made, where they are still
/// there; `no_thumbnails` says why not otherwise. A large archive takes a while; stops quietly when asked to.
void add_thumbnails(ReportRequest& request, const Progress& progress = {});

/// Needs a QApplication: plots are drawn. Throws `Error` (bad_input) when there is no run, or no result in one.
[[nodiscard]] Document report_document(const ReportRequest& request);

/// The whole page.
[[nodiscard]] QByteArray report_html(const ReportRequest& request);

/// {"format": "quantoscope.report", "version": 1, title, notes, runs: [what `evaluate --json` writes, and `weights`,
/// `latency` and `findings` where known]}.
[[nodiscard]] nlohmann::ordered_json report_json(const ReportRequest& request);

/// One line per run and variant, with a heading (RFC 4180).
[[nodiscard]] std::string report_csv(const ReportRequest& request);

/// Writes HTML, PDF, CSV or JSON by the file's extension (.html or .htm, .pdf, .csv, .json), whole or not at all. HTML
/// and PDF need a QApplication. Throws `Error`: (usage) for another extension, (bad_input) when it cannot be written.
void write_report(const ReportRequest& request, const std::filesystem::path& out);

}  // namespace qs
