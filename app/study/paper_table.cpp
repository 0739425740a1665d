#include "app/study/paper_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/run/table.h"

namespace qs {

namespace {

constexpr std::string_view kPublished = "published, ImageNet, 50,000 images";

/// The line of a column's title; empty beyond its last.
std::string title_line(std::string_view title, std::size_t line) {
  for (; line > 0; --line) {
    const std::size_t end = title.find('\n');
    if (end == std::string_view::npos) return "";
    title.remove_prefix(end + 1);
  }
  return std::string(title.substr(0, title.find('\n')));
}

std::size_t title_lines(const PublishedTable& table) {
  std::ptrdiff_t most = 0;
  for (const PublishedColumn& column : table.columns) most = std::max(most, std::ranges::count(column.title, '\n'));
  return static_cast<std::size_t>(most) + 1;
}

}  // namespace

std::string without_zero(std::string text) {
  return text.starts_with("0.") ? text.substr(1) : text;
}

std::string fraction_text(double fraction) {
  return without_zero(fmt::format("{:.3f}", fraction));
}

std::string paper_table_text(const PublishedTable& table, const std::vector<PaperRow>& measured) {
  std::vector<Column> columns = {{"Network", Align::left, 36}};
  for (const PublishedColumn& column : table.columns) columns.push_back({title_line(column.title, 0)});
  std::vector<std::vector<std::string>> rows;
  for (std::size_t line = 1; line < title_lines(table); ++line) {
    rows.push_back({""});
    for (const PublishedColumn& column : table.columns) rows.back().push_back(title_line(column.title, line));
  }
  for (const PaperRow& row : measured) {
    rows.push_back({row.network});
    rows.back().insert(rows.back().end(), row.cells.begin(), row.cells.end());
  }
  rows.emplace_back(table.columns.size() + 1);
  rows.back().front() = kPublished;
  for (const PublishedRow& row : table.rows) {
    rows.push_back({fmt::format("  {}", row.network)});
    for (double accuracy : row.accuracy) rows.back().push_back(without_zero(fmt::format("{:g}", accuracy)));
  }
  return table_text(columns, rows);
}

}  // namespace qs
