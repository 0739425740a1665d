#include "app/run/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.h"

namespace qs {

namespace {

bool starts_code_point(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_code_point));
}

/// The first `count` code points.
std::string_view head(std::string_view text, std::size_t count) {
  std::size_t bytes = 0;
  for (std::size_t seen = 0; bytes < text.size(); ++bytes) {
    if (starts_code_point(text[bytes]) && seen++ == count) break;
  }
  return text.substr(0, bytes);
}

std::string padded(const std::string& text, std::size_t width, Align align) {
  const std::string spaces(width - std::min(width, width_of(text)), ' ');
  return align == Align::left ? text + spaces : spaces + text;
}

}  // namespace

std::string cut_middle(std::string_view text, std::size_t width) {
  const std::size_t have = width_of(text);
  if (have <= width || width < 4) return std::string(text);
  const std::size_t front = (width - 2) / 2;
  const std::size_t back = width - 2 - front;
  return fmt::format("{}..{}", head(text, front), text.substr(head(text, have - back).size()));
}

std::string table_text(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const Column& column : columns) widths.push_back(width_of(column.title));
  for (const auto& row : rows) {
    QS_ASSERT(row.size() == columns.size());
    for (std::size_t c = 0; c < row.size(); ++c) {
      widths[c] = std::max(widths[c], std::min(columns[c].max_width, width_of(row[c])));
    }
  }
  std::string text;
  const auto add_line = [&](const auto& cell) {
    std::string line;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (c > 0) line += "  ";
      line += padded(cut_middle(cell(c), widths[c]), widths[c], columns[c].align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  add_line([&](std::size_t c) { return columns[c].title; });
  for (const auto& row : rows) {
    add_line([&](std::size_t c) { return row[c]; });
  }
  return text;
}

std::string entry_text(std::string_view title, std::string_view text) {
  constexpr std::size_t kIndent = 14;
  constexpr std::size_t kWidth = 100;
  std::string result;
  std::string line = padded(std::string(title), kIndent, Align::left);
  bool has_word = false;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (has_word && width_of(line) + 1 + width_of(word) > kWidth) {
      result += line + "\n";
      line.assign(kIndent, ' ');
      has_word = false;
    }
    if (has_word) line += ' ';
    line += word;
    has_word = true;
  }
  return result + line + "\n";
}

std::string grouped(long long number) {
  std::string digits = std::to_string(number);
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > (number < 0 ? 1 : 0); place -= 3) {
    digits.insert(static_cast<std::size_t>(place), 1, ' ');
  }
  return digits;
}

std::string quantity_text(long long number) {
  const auto value = static_cast<double>(number);
  if (number < 1000) return std::to_string(number);
  if (value < 0.99995e6) return fmt::format("{:.1f} k", value / 1e3);
  if (value < 0.99995e9) return fmt::format("{:.1f} M", value / 1e6);
  return fmt::format("{:.2f} G", value / 1e9);
}

}  // namespace qs
