// What lies in a folder or archive, before anyone knows what it means.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/progress.h"

namespace qs {

struct ListedImage {
  std::string name;            ///< inside the data set, '/' separated, valid UTF-8
  std::filesystem::path path;  ///< of the file; empty inside an archive
  std::int64_t position = 0;   ///< inside an archive (`ArchiveEntry::position`); of a built-in data set: its number
};

struct Listing {
  std::filesystem::path root;
  bool in_archive = false;
  /// Files whose extension is that of an image, in natural order of their names; inside an archive in its own order,
  /// so that it can be read from front to back.
  std::vector<ListedImage> images;
  /// Contents of the text files asked for, by name inside the data set.
  std::map<std::string, std::string> texts;
  std::vector<std::string> notes;  ///< what was left out and why
};

/// Lists a folder with its sub-folders, an archive, a single image, or a built-in data set. Hidden files and folders
/// are left out; links are followed, each folder once; unreadable folders, and files of other kinds, are counted in a
/// note. `text_names` are the file names (without folder) whose contents are wanted. Throws `Error` (bad_input) when
/// `root` is missing, unreadable, or an archive that is damaged anywhere.
[[nodiscard]] Listing list_images(const std::filesystem::path& root, std::span<const std::string_view> text_names,
                                  const Progress& progress = {});

/// Behind the last '/'.
[[nodiscard]] std::string_view base_name(std::string_view name);
/// Before the last '/'; empty when there is none.
[[nodiscard]] std::string_view folder_name(std::string_view name);

}  // namespace qs
