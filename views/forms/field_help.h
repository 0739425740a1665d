// What is said about a key or a parameter: what it does, its bounds, unit, default, and where it comes from.
#pragma once

#include <QString>

#include "views/models/scheme_fields.h"

namespace qs {

/// Plain text of a few sentences; `usual` is the field with its value in the preset or the default.
[[nodiscard]] QString help_of(const Field& field, const Field& usual);
/// "Percentile: the part … 50 to 100 %, default 99.99 %."
[[nodiscard]] QString help_of(const Param& param);

}  // namespace qs
