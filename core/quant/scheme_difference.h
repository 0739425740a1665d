// Schemes side by side: which of their choices differ.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/quant/scheme.h"

namespace qs {

/// One key of the schemes' JSON, and what each scheme says there.
struct SchemeRow {
  std::string key;            ///< "weights.bits"
  std::string title;          ///< "weights: bits"
  std::string_view summary;   ///< one sentence about the key
  std::string_view citation;  ///< may be empty
  std::vector<std::string>
      values;  ///< by scheme, in words; empty where it has no meaning: the bits of weights that stay float

  [[nodiscard]] bool differs() const;
};

/// Every key but id, title and summary, in the order of the JSON.
[[nodiscard]] std::vector<SchemeRow> side_by_side(std::span<const Scheme> schemes);

/// The rows in which two schemes differ.
[[nodiscard]] std::vector<SchemeRow> differences(const Scheme& first, const Scheme& second);

}  // namespace qs
