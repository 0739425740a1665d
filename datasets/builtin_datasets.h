// Data sets the program makes itself, for machines that have none: opened by name instead of by path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/image.h"
#include "datasets/listing.h"

namespace qs {

/// One of them. Images are numbered from 0; the same number is the same image on every machine.
struct BuiltinDataset {
  std::string_view name;  ///< "builtin:shapes/train"; persistent
  std::string_view title;
  std::string_view summary;
  std::int64_t images;
  const std::vector<std::string>& (*classes)();  ///< in class order
  int (*label)(std::int64_t image);
  Image (*draw)(std::int64_t image);
};

/// All of them, in the order in which they are offered.
[[nodiscard]] std::span<const BuiltinDataset> builtin_datasets();

/// Whether `root` starts with "builtin:", whatever follows: it names one of them, not a path.
[[nodiscard]] bool is_builtin(const std::filesystem::path& root);

/// The one of this name; throws `Error` (bad_input) listing what there is.
[[nodiscard]] const BuiltinDataset& builtin_dataset(const std::filesystem::path& root);

/// Its images as if they were files in class folders: "striped disc/00042.ppm" is image 42, which `position` says too.
[[nodiscard]] Listing list_builtin(const BuiltinDataset& dataset);

/// An image as the bytes of a binary PPM file.
[[nodiscard]] std::vector<std::byte> builtin_file(const BuiltinDataset& dataset, std::int64_t image);

}  // namespace qs
