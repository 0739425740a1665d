// Files inside a tar or zip, read in place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace qs {

/// A larger file is no image.
constexpr std::int64_t kMaxFileBytes = std::int64_t{256} << 20;
constexpr std::int64_t kMaxDatasetFiles = 10'000'000;

struct ArchiveEntry {
  std::string name;           ///< as `clean_name` makes it; may be empty
  std::int64_t position = 0;  ///< number of entries before it
};

/// Reads .tar, also compressed with gzip, bzip2, xz or zstd, and .zip from front to back. Nothing is ever written to
/// disk, so that names cannot escape; sizes are bounded: `kMaxFileBytes` an entry, `kMaxDatasetFiles` entries, and in
/// all 1000 times the archive's own size or 1 GiB, whichever is more.
class ArchiveReader {
 public:
  /// Throws `Error` (bad_input), prefixed with the file's name as all errors of this class are, when the file is
  /// missing or no such archive.
  explicit ArchiveReader(const std::filesystem::path& file);
  ~ArchiveReader();
  ArchiveReader(ArchiveReader&&) noexcept;
  ArchiveReader& operator=(ArchiveReader&&) noexcept;

  /// The next regular file; nothing at the end. Throws `Error` (bad_input) when the archive is damaged here, encrypted
  /// or beyond a bound; it cannot be read further then.
  [[nodiscard]] std::optional<ArchiveEntry> next();

  /// The contents of the entry `next` returned last; once per entry. Throws `Error` (bad_input) when that entry is
  /// damaged; `next` may still find others.
  [[nodiscard]] std::vector<std::byte> read();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// `name` without empty, "." and ".." components and leading slashes, as valid UTF-8 ('?' for each byte that is not).
[[nodiscard]] std::string clean_name(std::string_view name);

}  // namespace qs
