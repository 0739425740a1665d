// An epoch of a training, read back from JSON.
#pragma once

#include "app/run/json_reading.h"
#include "core/train/checkpoint.h"

namespace qs {

/// What `to_json` made of a record. Throws `Error` (bad_input) naming the place of what is missing or wrong.
[[nodiscard]] EpochRecord read_epoch_record(const JsonPlace& place);

/// A number, or nothing where the key is missing or null.
[[nodiscard]] std::optional<double> number_if_there(const JsonPlace& place, std::string_view key);

}  // namespace qs
