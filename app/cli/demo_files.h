// What the demo leaves behind.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/run/evaluation_run.h"

namespace qs {

struct DemoFiles {
  std::filesystem::path report;   ///< HTML
  std::filesystem::path results;  ///< JSON, as `evaluate --json` writes it
  std::filesystem::path project;
};

/// Their places in `folder`, which is made. Throws `Error` (bad_input) when one of them cannot be written: asked before
/// the run, so that its result is not lost. A project that is there already must be one, and must not be open
/// elsewhere.
[[nodiscard]] DemoFiles demo_files(const std::filesystem::path& folder);

/// Report and results appear whole and replace those that are there. To a project that is there the run is added, so
/// that nothing somebody did with it is lost. `started`: ISO 8601, local time.
void write_demo(const DemoFiles& files, const PreparedEvaluation& prepared, const std::vector<SchemeChoice>& schemes,
                const EvaluationReport& report, const std::string& started, const Progress& progress);

}  // namespace qs
