// A small report of a run, with everything in it that can be kept.
#pragma once

#include "core/evaluation_report.h"

namespace qs {

/// Float and one preset over four images of which three have a label; counted by hand.
[[nodiscard]] EvaluationReport small_report();

}  // namespace qs
