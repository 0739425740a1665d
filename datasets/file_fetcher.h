// The bytes of a data set's files, one after the other.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "datasets/archive.h"
#include "datasets/dataset.h"

namespace qs {

/// Fetches the entries of one data set in their order; built-in images are drawn. An archive is read from front to back
/// once.
class FileFetcher {
 public:
  explicit FileFetcher(const Dataset& dataset) : dataset_(dataset) {}

  /// Contents of the next entry, which must be asked for in order. Throws `Error` (bad_input) with the reason when it
  /// cannot be read or is larger than `kMaxFileBytes`; when an archive is damaged, every later entry fails too.
  [[nodiscard]] std::vector<std::byte> fetch(const DatasetEntry& entry);

 private:
  [[nodiscard]] std::vector<std::byte> fetch_from_archive(const DatasetEntry& entry);

  const Dataset& dataset_;
  std::optional<ArchiveReader> archive_;
  std::string archive_failure_;
};

}  // namespace qs
