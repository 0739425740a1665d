// Images on disk, and which class each shows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/tensor/batch.h"
#include "datasets/class_labels.h"

namespace qs {

struct DatasetEntry {
  ImageRecord record;
  std::filesystem::path path;  ///< of the file; empty inside an archive and for built-in images
  std::int64_t position = 0;   ///< inside an archive: number of entries before it; of a built-in image: its number
};

struct Dataset {
  std::filesystem::path root;
  bool in_archive = false;
  std::string kind;     ///< id of the `DatasetKind`
  std::string summary;  ///< "ILSVRC validation layout: 650 images, 427 classes, labels from val.txt"
  /// In natural order of names; inside an archive in its own order, so that it is read from front to back once.
  /// Either all have a label or none has.
  std::vector<DatasetEntry> entries;
  std::vector<std::string> class_names{};  ///< in class order, where folders name every class; else empty
  std::vector<std::string> notes{};        ///< for the screen: what was left out, what was assumed
};

struct DatasetOptions {
  std::string kind{};                   ///< id of a `DatasetKind`; recognised when empty
  std::filesystem::path labels_file{};  ///< overrides the kind's labels; a list or CSV (`parse_label_table`)
  ClassContext classes{};               ///< of the network, so that labels can be mapped and checked
};

/// Opens a folder, an archive (.tar, .tar.gz, .tar.xz, .tar.zst, .tar.bz2, .zip; read in place) or a single image;
/// "builtin:shapes" and "builtin:shapes/train" are drawn by the program (`builtin_datasets`).
/// Throws `Error` (bad_input) when it is missing, damaged or holds no image, when labels are wrong, or when some images
/// have a label and others have none; `Error` (usage) on an unknown kind; `Error` (stopped).
[[nodiscard]] Dataset open_dataset(const std::filesystem::path& root, const DatasetOptions& options = {},
                                   const Progress& progress = {});

/// `limit` entries spread evenly over the names in natural order, so that class folders give all their classes; the
/// same whether the images lie in a folder or an archive, and the data set's order is kept. All when there are not
/// more.
[[nodiscard]] Dataset select(const Dataset& dataset, std::int64_t limit);

}  // namespace qs
