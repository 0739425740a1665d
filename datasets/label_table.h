// Text files that say which class each image shows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/class_labels.h"
#include "datasets/listing.h"

namespace qs {

struct LabelRow {
  std::string image;  ///< file name, with or without its folder
  std::string label;  ///< as `class_index` reads it
  int line = 0;       ///< in the file, from 1
};

struct LabelTable {
  std::string file;  ///< for messages
  std::vector<LabelRow> rows;
};

/// Rows of "image,label"; other columns are allowed when a first line names them. Fields may be quoted.
/// Throws `Error` (bad_input) naming file and line on a row with too few columns.
[[nodiscard]] LabelTable parse_label_csv(std::string_view text, std::string file);

/// Rows of "image label", separated by blanks; the label is the last word. Throws like `parse_label_csv`.
[[nodiscard]] LabelTable parse_label_list(std::string_view text, std::string file);

/// The same, by whether the first line holds a comma.
[[nodiscard]] LabelTable parse_label_table(std::string_view text, std::string file);

/// A label for each image of the listing, in its order, found by the image's name or else by its base name.
/// Throws `Error` (bad_input) when a label means no class or lies outside the context's classes, when an image has two
/// different labels, or when no row is about any image.
[[nodiscard]] std::vector<std::optional<int>> labels_from(const LabelTable& table, const Listing& listing,
                                                          const ClassContext& context);

/// Lines without their ends; a byte order mark is dropped.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

}  // namespace qs
