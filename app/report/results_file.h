// Files that hold results.
#pragma once

#include <string>
#include <vector>

#include "app/report/report.h"

namespace qs {

/// Adds the runs in a file: one of what `evaluate --json` wrote, all of a report's JSON, and those of a project that
/// came to results. Throws `Error` (bad_input) naming the file when it cannot be read, is none of these, or holds no
/// result. Projects need a QCoreApplication.
void read_results(const std::string& path, std::vector<ReportedRun>& runs);

/// Whether this is the file (by SHA-256) that the run was made with. Throws `Error` (bad_input) when it cannot be read.
[[nodiscard]] bool was_made_with(const ReportedRun& run, const std::string& model);

/// `add_weights` with the file that the results name, where it is there, unchanged and can be read; nothing otherwise.
void add_weights_if_there(ReportedRun& run);

/// Throws `Error` (usage) for a path that `write_report` cannot tell the format of.
void check_report_path(const std::string& path);

}  // namespace qs
