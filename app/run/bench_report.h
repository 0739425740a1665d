// Measured times as JSON and text. Plain values in, text out.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/bench.h"
#include "core/engine/environment.h"

namespace qs {

struct BenchReport {
  std::string path;
  std::string name;  ///< the file's name without its extension
  std::string sha256;
  Environment environment;
  BenchOptions options;
  std::vector<BenchResult> results;  ///< float first
};

/// The layout of the JSON is part of the command line's promise (README.md). What is unknown is null.
[[nodiscard]] nlohmann::ordered_json to_json(const BenchReport& report);

/// A table of totals; with layers, one more per result.
[[nodiscard]] std::string to_text(const BenchReport& report);

}  // namespace qs
