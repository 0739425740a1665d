// What plots of weights show of a snapshot.
#pragma once

#include <optional>

#include "views/plots/channel_weights.h"
#include "views/plots/sqnr_histogram.h"
#include "views/snapshot.h"

namespace qs {

/// The selected layers under all shown schemes that quantize weights and whose weights are known.
[[nodiscard]] SqnrHistogramPlot sqnr_histogram_of(const Snapshot& snapshot);

/// The selected channel of the first selected layer under the same schemes; nothing where there is none.
[[nodiscard]] std::optional<ChannelWeightsPlot> channel_weights_of(const Snapshot& snapshot);

/// Whether a shown scheme's weights are still being computed: then what is drawn may stay a moment longer.
[[nodiscard]] bool weights_are_coming(const Snapshot& snapshot);

}  // namespace qs
