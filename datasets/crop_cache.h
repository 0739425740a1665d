// Preprocessed images on disk, so that a second run decodes nothing.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "datasets/content_hash.h"
#include "datasets/image.h"

namespace qs {

struct CacheOptions {
  std::filesystem::path folder;
  std::uint64_t most_bytes = std::uint64_t{4} << 30;  ///< of all segments in the folder together
};

/// $QS_CACHE_DIR, else $XDG_CACHE_HOME/quantoscope, else ~/.cache/quantoscope; empty when none of them is set.
[[nodiscard]] std::filesystem::path default_cache_folder();

/// The crops of one geometry, by content of the image file. Colours are applied later, so that all channel orders and
/// scalings share them.
///
/// A run writes its new crops to one segment (`CropSegment`), which other processes see once the run has ended. Any
/// number of processes may use a folder at the same time: they never change a file that another can see, only add and
/// delete. Beyond `most_bytes` the segments used longest ago are deleted; many small ones are merged. Damaged segments
/// and those of killed writers are deleted. When the folder cannot be written to or the disk is full, the run goes on
/// without caching and `notes` says so. Nothing is thrown for the state of the disk. `find` and `add` may be called
/// from several threads.
class CropCache {
 public:
  CropCache(const CacheOptions& options, const Geometry& geometry);
  ~CropCache();  ///< finishes
  CropCache(const CropCache&) = delete;
  CropCache& operator=(const CropCache&) = delete;

  [[nodiscard]] std::optional<Image> find(const ContentHash& key);
  void add(const ContentHash& key, const Image& image);

  /// Publishes what was added and tidies the folder; `add` does nothing afterwards.
  void finish();

  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace qs
