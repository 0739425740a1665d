#include "views/plots/number_table.h"

#include <fmt/format.h>

#include <cmath>

#include "core/base/csv.h"

namespace qs {

namespace {

void add_row(const std::vector<std::string>& cells, std::string& csv) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) csv += ",";
    csv += csv_cell(cells[i]);
  }
  csv += "\n";
}

}  // namespace

std::string to_csv(const NumberTable& table) {
  std::string csv;
  add_row(table.columns, csv);
  for (const std::vector<std::string>& row : table.rows) add_row(row, csv);
  return csv;
}

std::string number_text(double value) {
  if (std::isnan(value)) return {};
  if (std::isinf(value)) return value > 0 ? "exact" : "noise only";
  return fmt::format("{}", value);
}

}  // namespace qs
