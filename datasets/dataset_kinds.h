// The ways a data set is laid out.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/class_labels.h"
#include "datasets/listing.h"

namespace qs {

struct Labelling {
  std::vector<std::optional<int>> labels;  ///< one per image of the listing
  std::string source;                      ///< "labels from val.txt"; empty when there are none
  std::vector<std::string> class_names{};  ///< in class order; empty unless every class has one
};

/// A layout. Kinds are asked in order; the first that recognises a listing labels it.
struct DatasetKind {
  std::string_view id;  ///< persistent
  std::string_view title;
  std::string_view summary;
  std::vector<std::string_view> text_names;  ///< files the kind wants to read, by base name
  bool (*recognises)(const Listing&);
  /// May leave images without a label; throws `Error` (bad_input) saying what is wrong or missing.
  Labelling (*label)(const Listing&, const ClassContext&);
};

/// All kinds in the order they are asked; the last recognises everything.
[[nodiscard]] std::span<const DatasetKind* const> dataset_kinds();

/// The kind with this id; throws `Error` (usage) listing the known ones.
[[nodiscard]] const DatasetKind& dataset_kind(std::string_view id);

/// The text file with this base name that lies least deep, or nothing.
[[nodiscard]] std::optional<std::string> find_text(const Listing& listing, std::string_view base);

extern const DatasetKind builtin_kind;
extern const DatasetKind val_txt_kind;
extern const DatasetKind ground_truth_kind;
extern const DatasetKind labels_csv_kind;
extern const DatasetKind class_folders_kind;
extern const DatasetKind wordnet_names_kind;
extern const DatasetKind unlabelled_kind;

}  // namespace qs
