// What the head and the foot of the model panel say.
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "views/models/layer_rows.h"

namespace qs {

/// About the model: size, cost, classes, BatchNorm; one fact each.
[[nodiscard]] QStringList model_facts(const LayerSources& sources);

/// What the importer did or ignored, one sentence each.
[[nodiscard]] QStringList model_notes(const OpenModel& model);

/// About all layers under the current scheme: how many run in int8, times, bytes of weights. `shown` of them pass the
/// filter.
[[nodiscard]] QStringList layer_totals(const LayerSources& sources, const std::vector<LayerRow>& rows,
                                       std::size_t shown);

}  // namespace qs
