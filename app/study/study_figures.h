// The curves of a study as pictures.
#pragma once

#include <string>
#include <vector>

#include "app/study/study_run.h"
#include "views/plots/seed_curves.h"

namespace qs {

/// Validation accuracy by epoch, a curve for each arm that was trained; no curves for a study without any.
[[nodiscard]] SeedCurves study_curves(const StudyReport& report, const NetworkResults& network);

/// Writes `STUDY-NETWORK.svg` and the numbers as `.csv` into the study's folder for every network with curves, where
/// the study shows curves rather than a table. Returns their paths. Throws `Error` (bad_input) naming a
/// file that cannot be written.
[[nodiscard]] std::vector<std::string> write_study_figures(const StudyReport& report);

}  // namespace qs
