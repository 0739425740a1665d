// Two networks on the same inputs: what a rewrite does to the outputs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/analysis/sqnr.h"
#include "core/base/progress.h"
#include "core/engine/executable.h"

namespace qs {

/// One output over all inputs. Differences are in the output's own units.
struct OutputDifference {
  std::string name;
  double max_absolute = 0;
  double mean_absolute = 0;
  SquaredError error;           ///< of `after`, with `before` as the signal: `sqnr_db`
  std::int64_t elements = 0;    ///< compared
  std::int64_t not_finite = 0;  ///< left out of all this: NaN or infinity on either side
};

/// In the order of the networks' outputs.
struct PassComparison {
  std::vector<OutputDifference> outputs;
  /// Every number is the same one, and none is NaN or infinite.
  [[nodiscard]] bool identical() const;
};

/// Runs both networks on each set of inputs. Both take the same inputs and have the same outputs, as before and after a
/// graph pass; otherwise throws `Error` (bad_input) naming what differs. `engine` computes them in float: the reference
/// by default, since others rewrite the network once more before they run it. Inputs have the graphs' batch size.
/// Memory: one set of outputs of each. Cost: two runs for each set.
[[nodiscard]] PassComparison compare_outputs(const Graph& before, const Graph& after,
                                             std::span<const std::vector<Tensor>> inputs,
                                             const Backend& engine = backend("reference"),
                                             const Progress& progress = {});

/// Inputs for a graph whose data are unknown: uniform in [-2, 2), the same for one seed. Throws `Error` (bad_input) for
/// an input that is not f32.
[[nodiscard]] std::vector<Tensor> random_inputs(const Graph& graph, std::uint64_t seed);

}  // namespace qs
