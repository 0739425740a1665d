// Aligned columns of text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace qs {

enum class Align { left, right };

struct Column {
  std::string title;
  Align align = Align::left;
  std::size_t max_width = 100;  ///< longer cells are cut in the middle
};

/// `text` cut to `width` columns, its middle replaced by "..": both ends of a layer's name tell it apart.
/// Widths count code points; text is UTF-8.
[[nodiscard]] std::string cut_middle(std::string_view text, std::size_t width);

/// A header line, then one line per row, columns two spaces apart, no trailing spaces. Every row has a cell per column.
[[nodiscard]] std::string table_text(const std::vector<Column>& columns,
                                     const std::vector<std::vector<std::string>>& rows);

/// "title         text", broken between words so that no line is wider than 100 columns; further lines are indented
/// like the text. A word that is longer stays whole.
[[nodiscard]] std::string entry_text(std::string_view title, std::string_view text);

/// 1234567 as "1 234 567".
[[nodiscard]] std::string grouped(long long number);

/// Three or four digits and a unit: 950, "12.3 k", "568.7 M", "4.09 G".
[[nodiscard]] std::string quantity_text(long long number);

}  // namespace qs
