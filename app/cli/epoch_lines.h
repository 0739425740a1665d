// A training on the terminal: a line for each epoch, whose last column is the curves, running downwards.
#pragma once

#include <optional>
#include <string>

#include "core/train/checkpoint.h"

namespace qs {

/// "79.83 %"; empty for what was not measured.
[[nodiscard]] std::string percent(const std::optional<double>& fraction);

/// Titles of the columns, with the marks that the curves are drawn with.
[[nodiscard]] std::string epoch_titles();

/// For example
/// "   29  0.5890    79.83 %     83.10 %  0.08123   252 s  |                .o   |".
/// What was not measured is left blank. The curve's column is 21 places for 0, 5, ..., 100 %; where marks fall on the
/// same place, validation hides the average of weights, and that hides training.
[[nodiscard]] std::string epoch_line(const EpochRecord& record);

}  // namespace qs
