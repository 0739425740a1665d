// One file of the crop cache.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "datasets/content_hash.h"
#include "datasets/image.h"

namespace qs {

/// Where a crop lies in a segment. Written to disk as it is, in the machine's byte order: a cache is not moved.
struct CropRecord {
  ContentHash key;
  std::uint64_t offset = 0;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint64_t check = 0;  ///< `checksum` of the pixels
};

/// A finished segment: pixels, records, and a footer with a checksum over the records, so that a file that was cut off
/// or damaged is told from a whole one. Mapped into memory; several threads may read.
class CropSegment {
 public:
  /// Nothing when the file cannot be opened or is not a whole segment of this geometry (`geometry` is its hash); in the
  /// latter case it is deleted.
  [[nodiscard]] static std::optional<CropSegment> open(const std::filesystem::path& file, ContentHash geometry);
  ~CropSegment();
  CropSegment(CropSegment&& other) noexcept;
  CropSegment& operator=(CropSegment&& other) noexcept;

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] std::uint64_t bytes() const { return size_; }
  [[nodiscard]] const std::vector<CropRecord>& records() const { return records_; }

  /// A copy of the pixels; nothing when they are damaged. The mapped pages are given back to the system.
  [[nodiscard]] std::optional<Image> read(const CropRecord& record) const;

 private:
  CropSegment() = default;

  std::filesystem::path file_;
  std::byte* data_ = nullptr;
  std::uint64_t size_ = 0;
  std::vector<CropRecord> records_;
};

/// A segment being written, under a temporary name and with a lock that tells that its writer lives. It becomes visible
/// all at once with `publish`; without that it is deleted.
class CropSegmentWriter {
 public:
  /// Creates `folder`/`stem`.tmp; nothing when that is not possible, with the reason in `why`.
  [[nodiscard]] static std::optional<CropSegmentWriter> create(const std::filesystem::path& folder,
                                                               const std::string& stem, std::string& why);
  ~CropSegmentWriter();
  CropSegmentWriter(CropSegmentWriter&& other) noexcept;
  CropSegmentWriter& operator=(CropSegmentWriter&& other) noexcept;

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  /// False, with the reason in `why`, when the disk does not take it; the writer is useless then.
  [[nodiscard]] bool append(ContentHash key, const Image& image, std::string& why);
  /// Writes records and footer, waits until they are on the disk and renames the file to `stem`.crops.
  [[nodiscard]] bool publish(ContentHash geometry, std::string& why);

 private:
  CropSegmentWriter(int handle, std::filesystem::path temporary) : handle_(handle), temporary_(std::move(temporary)) {}
  [[nodiscard]] bool write(std::span<const std::byte> bytes, std::string& why);

  int handle_ = -1;
  std::filesystem::path temporary_;
  std::uint64_t bytes_ = 0;
  std::vector<CropRecord> records_;
};

/// Deletes a temporary file whose writer is gone.
void remove_if_abandoned(const std::filesystem::path& temporary);

}  // namespace qs
