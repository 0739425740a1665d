#include "datasets/label_table.h"

#include <algorithm>
#include <unordered_map>

#include "core/base/error.h"
#include "datasets/archive.h"

namespace qs {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

/// Fields of one line of CSV; "" inside quotes is a quote.
std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
      fields.back() += line[++i];
    else if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      fields.emplace_back();
    else
      fields.back() += c;
  }
  for (std::string& field : fields) field = std::string(trimmed(field));
  return fields;
}

std::optional<std::size_t> column_named(const std::vector<std::string>& header,
                                        std::initializer_list<std::string_view> names) {
  for (std::size_t i = 0; i < header.size(); ++i) {
    std::string name = header[i];
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (std::ranges::count(names, name) > 0) return i;
  }
  return std::nullopt;
}

int checked_class(const LabelRow& row, const std::string& file, const ClassContext& context) {
  const auto index = class_index(row.label, context);
  if (!index)
    bad_input("{} line {}: \"{}\" is neither a number nor a class that is known", file, row.line,
              clean_name(row.label));
  if (*index < 0 || (context.count > 0 && *index >= context.count))
    bad_input("{} line {}: label {} lies outside the network's classes 0..{} (labels count from 0)", file, row.line,
              *index, context.count > 0 ? std::to_string(context.count - 1) : "");
  return *index;
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

LabelTable parse_label_csv(std::string_view text, std::string file) {
  LabelTable table{std::move(file), {}};
  std::size_t image_column = 0, label_column = 1;
  int line_number = 0;
  for (std::string_view line : lines_of(text)) {
    ++line_number;
    if (trimmed(line).empty()) continue;
    const std::vector<std::string> fields = fields_of(line);
    if (line_number == 1) {
      const auto image = column_named(fields, {"image", "file", "filename", "name", "path"});
      const auto label = column_named(fields, {"label", "class", "target"});
      if (image && label) {
        image_column = *image;
        label_column = *label;
        continue;
      }
    }
    if (fields.size() <= std::max(image_column, label_column))
      bad_input("{} line {}: image and label separated by a comma are expected", table.file, line_number);
    table.rows.push_back({clean_name(fields[image_column]), fields[label_column], line_number});
  }
  return table;
}

LabelTable parse_label_list(std::string_view text, std::string file) {
  LabelTable table{std::move(file), {}};
  int line_number = 0;
  for (std::string_view line : lines_of(text)) {
    ++line_number;
    line = trimmed(line);
    if (line.empty()) continue;
    const std::size_t blank = line.find_last_of(kBlanks);
    if (blank == std::string_view::npos)
      bad_input("{} line {}: image and label separated by a blank are expected", table.file, line_number);
    table.rows.push_back(
        {clean_name(trimmed(line.substr(0, blank))), std::string(line.substr(blank + 1)), line_number});
  }
  return table;
}

LabelTable parse_label_table(std::string_view text, std::string file) {
  const bool csv = text.substr(0, text.find('\n')).find(',') != std::string_view::npos;
  return csv ? parse_label_csv(text, std::move(file)) : parse_label_list(text, std::move(file));
}

std::vector<std::optional<int>> labels_from(const LabelTable& table, const Listing& listing,
                                            const ClassContext& context) {
  std::unordered_map<std::string_view, int> by_name;
  for (const LabelRow& row : table.rows) {
    if (row.label.empty()) continue;  // an image that is listed without a class
    const int label = checked_class(row, table.file, context);
    const auto [known, added] = by_name.emplace(row.image, label);
    if (!added && known->second != label)
      bad_input("{} line {}: {} has label {} here and {} before", table.file, row.line, row.image, label,
                known->second);
  }

  std::vector<std::optional<int>> labels;
  bool any = false;
  for (const ListedImage& image : listing.images) {
    auto found = by_name.find(image.name);
    if (found == by_name.end()) found = by_name.find(base_name(image.name));
    labels.push_back(found == by_name.end() ? std::nullopt : std::optional<int>(found->second));
    any = any || labels.back();
  }
  if (!any && !listing.images.empty())
    bad_input("{}: none of its {} rows names an image in {}", table.file, table.rows.size(), listing.root.string());
  return labels;
}

}  // namespace qs
