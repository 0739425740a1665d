// Images decoded ahead of the network that consumes them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/tensor/batch.h"
#include "datasets/crop_cache.h"
#include "datasets/dataset.h"
#include "datasets/preprocessing.h"

namespace qs {

struct ReaderOptions {
  Preprocessing preprocessing{};
  std::int64_t batch = 1;
  int threads = 0;  ///< that decode; 0: half of the machine's, at least one
  /// What the network takes; images that come out differently are skipped. When empty, and neither crop nor squash
  /// fixes it, the first image decides.
  std::optional<ImageSize> size{};
  std::optional<CacheOptions> cache{};  ///< empty: nothing is cached
};

struct SkippedImage {
  std::string name;
  std::string reason;
};

struct ReadStatistics {
  std::int64_t decoded = 0;
  std::int64_t from_cache = 0;
  std::vector<SkippedImage> skipped;  ///< in data-set order
  double decode_seconds = 0;          ///< of decoding, resizing and cropping, summed over threads
  double waiting_seconds = 0;         ///< that `next` had to wait for images
  double wall_seconds = 0;            ///< from the start to the last image
  std::vector<std::string> notes;     ///< from the cache
};

/// Reads a data set once, in order. One thread fetches files or streams the archive, others look into the cache,
/// decode, resize and crop; the caller of `next` turns pixels to f32. Two batches of crops, and 256 MiB of files beyond
/// the first, are held at most. An image that cannot be used never ends the run: it is skipped and listed.
class ImageReader {
 public:
  /// Starts at once. The stop token of `progress` ends the reading within one image's time.
  ImageReader(Dataset dataset, const ReaderOptions& options, const Progress& progress = {});
  /// Stops the threads, wherever they are, and publishes what was cached.
  ~ImageReader();
  ImageReader(const ImageReader&) = delete;
  ImageReader& operator=(const ImageReader&) = delete;

  /// The next batch; nothing at the end, and nothing once the user has asked to stop.
  [[nodiscard]] std::optional<Batch> next();

  /// `next` as a function; the reader must outlive it.
  [[nodiscard]] BatchSource source();

  /// So far; complete once `next` has returned nothing.
  [[nodiscard]] ReadStatistics statistics() const;

 private:
  class Pipeline;
  std::unique_ptr<Pipeline> pipeline_;
};

}  // namespace qs
