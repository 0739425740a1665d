// What plots of weights show of a snapshot.
#pragma once

#include <optional>

#include "views/plots/channel_ranges.h"
#include "views/plots/channel_weights.h"
#include "views/plots/sqnr_histogram.h"
#include "views/plots/weight_power.h"
#include "views/snapshot.h"

namespace qs {

/// The selected layers under all shown schemes that quantize weights and whose weights are known.
[[nodiscard]] SqnrHistogramPlot sqnr_histogram_of(const Snapshot& snapshot);

/// The selected channel of the first selected layer under the same schemes; nothing where there is none.
[[nodiscard]] std::optional<ChannelWeightsPlot> channel_weights_of(const Snapshot& snapshot);

/// The first selected layer as the current scheme has it, and before folding; then under shown schemes with other
/// passes. Nothing where its power is not known yet.
[[nodiscard]] std::optional<WeightPowerPlot> weight_power_of(const Snapshot& snapshot);

/// The same layer's channels under the current scheme. `before` is what `ranges_before_folding` says of it.
[[nodiscard]] std::optional<ChannelRangesPlot> channel_ranges_of(const Snapshot& snapshot, std::vector<Range> before);

/// Whether a shown scheme's weights are still being computed: then what is drawn may stay a moment longer.
[[nodiscard]] bool weights_are_coming(const Snapshot& snapshot);

}  // namespace qs
