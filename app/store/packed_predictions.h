// What the networks said about each image, as bytes.
#pragma once

#include <QByteArray>

#include "core/evaluation_report.h"

namespace qs {

/// Images and predictions, column by column, compressed; about 20 bytes per prediction. Empty where there are none.
[[nodiscard]] QByteArray pack_predictions(const Evaluation& evaluation);

/// Puts them back into the report that `read_evaluation_report` made of the same run. Throws `Error` (bad_input) when
/// the bytes are damaged or those of another report, which is then unchanged.
void unpack_predictions(const QByteArray& packed, EvaluationReport& report);

}  // namespace qs
