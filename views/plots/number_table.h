// The numbers behind a plot, as rows and columns.
#pragma once

#include <string>
#include <vector>

namespace qs {

struct NumberTable {
  std::vector<std::string> columns;  ///< with units, e.g. "sqnr_db"
  std::vector<std::vector<std::string>> rows;
};

/// RFC 4180, with a heading.
[[nodiscard]] std::string to_csv(const NumberTable& table);

/// A number as tables hold it: the shortest text that reads back to the same; "exact" for +infinity, empty for NaN.
[[nodiscard]] std::string number_text(double value);

}  // namespace qs
