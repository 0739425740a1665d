// The layout of the whitepaper's tables: measured rows above published ones.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/study/published_tables.h"

namespace qs {

struct PaperRow {
  std::string network;
  std::vector<std::string> cells;  ///< by column of the table
};

/// Headings in the paper's words, the measured rows, then the published ones under a heading of their own.
[[nodiscard]] std::string paper_table_text(const PublishedTable& table, const std::vector<PaperRow>& measured);

/// A fraction as the paper prints it, but with all three digits: ".412".
[[nodiscard]] std::string fraction_text(double fraction);

/// As the paper prints fractions, without the 0 in front: ".591", ".75".
[[nodiscard]] std::string without_zero(std::string text);

}  // namespace qs
