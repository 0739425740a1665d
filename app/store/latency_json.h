// Measured times of one way of computing a network, as projects keep them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/bench.h"

namespace qs {

[[nodiscard]] nlohmann::ordered_json latency_json(const BenchResult& result);

/// Throws `Error` (bad_input) naming the key.
[[nodiscard]] BenchResult latency_from_json(const nlohmann::ordered_json& json);

}  // namespace qs
