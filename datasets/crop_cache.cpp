#include "datasets/crop_cache.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include "datasets/crop_segment.h"
#include "datasets/decode.h"

namespace qs {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostSegments = 16;                         // of a geometry before small ones are merged
constexpr std::uint64_t kSmallSegment = std::uint64_t{64} << 20;  // merging these costs little

ContentHash hash_of(const Geometry& geometry) {
  const std::string text = fmt::format("{}; pixels {}", to_string(geometry), kPixelVersion);
  return content_hash(std::as_bytes(std::span(text)));
}

std::string unique_stem(const std::string& prefix) {
  static std::atomic<int> count{0};
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return fmt::format("{}-{}-{}-{}", prefix, std::chrono::duration_cast<std::chrono::nanoseconds>(now).count(), getpid(),
                     count++);
}

/// Files of the folder with this extension; none when it cannot be read.
std::vector<fs::path> files_with(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().extension() == extension) files.push_back(entry->path());
  std::ranges::sort(files);
  return files;
}

/// Deletes the segments used longest ago until the rest fits.
void evict(const fs::path& folder, std::uint64_t most_bytes) {
  struct Dated {
    fs::file_time_type used;
    std::uint64_t bytes;
    fs::path file;
  };
  std::vector<Dated> segments;
  for (const fs::path& file : files_with(folder, ".crops")) {
    std::error_code gone;
    const auto used = fs::last_write_time(file, gone);
    const std::uint64_t bytes = gone ? 0 : fs::file_size(file, gone);
    if (!gone) segments.push_back({used, bytes, file});
  }
  std::ranges::sort(segments, std::greater(), &Dated::used);
  std::uint64_t total = 0;
  for (const Dated& segment : segments) {
    total += segment.bytes;
    std::error_code ignored;
    if (total > most_bytes) fs::remove(segment.file, ignored);
  }
}

}  // namespace

fs::path default_cache_folder() {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? fs::path(value) : fs::path();
  };
  if (!set("QS_CACHE_DIR").empty()) return set("QS_CACHE_DIR");
  if (!set("XDG_CACHE_HOME").empty()) return set("XDG_CACHE_HOME") / "quantoscope";
  if (!set("HOME").empty()) return set("HOME") / ".cache" / "quantoscope";
  return {};
}

struct CropCache::Impl {
  struct Known {
    std::size_t segment = 0;
    CropRecord record;
  };

  CacheOptions options;
  ContentHash geometry;
  std::string prefix;  ///< of the file names of this geometry's segments
  std::vector<CropSegment> segments;
  std::unordered_map<ContentHash, Known> known;
  std::vector<std::atomic<bool>> used, damaged;  ///< by segment

  mutable std::mutex mutex;  ///< guards what follows
  std::optional<CropSegmentWriter> writer;
  std::unordered_set<ContentHash> added;
  bool writing = true;
  std::vector<std::string> notes;

  void open_segments() {
    for (const fs::path& temporary : files_with(options.folder, ".tmp")) remove_if_abandoned(temporary);
    for (const fs::path& file : files_with(options.folder, ".crops")) {
      if (!file.filename().string().starts_with(prefix)) continue;
      auto segment = CropSegment::open(file, geometry);
      if (!segment) continue;
      for (const CropRecord& record : segment->records()) known.try_emplace(record.key, Known{segments.size(), record});
      segments.push_back(std::move(*segment));
    }
    used = std::vector<std::atomic<bool>>(segments.size());
    damaged = std::vector<std::atomic<bool>>(segments.size());
  }

  void stop_writing(std::string note) {
    writer.reset();
    writing = false;
    notes.push_back(std::move(note));
  }

  /// Bytes this run has written and of segments it reads from: what must fit at the same time.
  [[nodiscard]] std::uint64_t bytes_in_use() const {
    std::uint64_t bytes = writer ? writer->bytes() : 0;
    for (std::size_t i = 0; i < segments.size(); ++i)
      if (used[i]) bytes += segments[i].bytes();
    return bytes;
  }

  bool start_writing() {
    std::error_code error;
    fs::create_directories(options.folder, error);
    std::string why = error.message();
    if (!error) writer = CropSegmentWriter::create(options.folder, unique_stem(prefix), why);
    if (!writer) stop_writing(fmt::format("nothing is cached: {}: {}", options.folder.string(), why));
    return writer.has_value();
  }

  void append(const ContentHash& key, const Image& image) {
    if (!writing || added.contains(key)) return;
    if (!writer && !start_writing()) return;
    if (bytes_in_use() + image.bytes() > options.most_bytes) {
      writing = false;  // what is written already stays of use
      notes.push_back(
          fmt::format("the cache holds only a part of the images: its bound is {} MB", options.most_bytes >> 20));
      return;
    }
    std::string why;
    if (writer->append(key, image, why))
      added.insert(key);
    else
      stop_writing(fmt::format("caching was switched off: {}: {}", options.folder.string(), why));
  }

  /// Copies small segments into the new one; returns those that are no longer needed.
  std::vector<fs::path> merge_small_segments() {
    std::vector<fs::path> merged;
    if (segments.size() < kMostSegments) return merged;
    for (const CropSegment& segment : segments) {
      if (segment.bytes() > kSmallSegment) continue;
      for (const CropRecord& record : segment.records())
        if (const auto image = segment.read(record)) append(record.key, *image);
      if (!writing) return {};
      merged.push_back(segment.file());
    }
    return merged;
  }

  void finish() {
    const std::lock_guard lock(mutex);
    std::error_code ignored;
    if (writer && !added.empty()) {
      const std::vector<fs::path> merged = merge_small_segments();
      std::string why;
      if (writer && writer->publish(geometry, why)) {
        for (const fs::path& file : merged) fs::remove(file, ignored);
      } else if (writer) {
        stop_writing(fmt::format("caching was switched off: {}: {}", options.folder.string(), why));
      }
    }
    writer.reset();
    writing = false;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (used[i]) fs::last_write_time(segments[i].file(), fs::file_time_type::clock::now(), ignored);
      if (damaged[i]) fs::remove(segments[i].file(), ignored);
    }
    evict(options.folder, options.most_bytes);
  }
};

CropCache::CropCache(const CacheOptions& options, const Geometry& geometry) : impl_(std::make_unique<Impl>()) {
  impl_->options = options;
  impl_->geometry = hash_of(geometry);
  impl_->prefix = fmt::format("{:016x}", impl_->geometry.low);
  impl_->open_segments();
}

CropCache::~CropCache() {
  finish();
}

std::optional<Image> CropCache::find(const ContentHash& key) {
  const auto found = impl_->known.find(key);
  if (found == impl_->known.end()) return std::nullopt;
  const auto& [segment, record] = found->second;
  std::optional<Image> image = impl_->segments[segment].read(record);
  (image ? impl_->used : impl_->damaged)[segment] = true;
  return image;
}

void CropCache::add(const ContentHash& key, const Image& image) {
  const std::lock_guard lock(impl_->mutex);
  impl_->append(key, image);
}

void CropCache::finish() {
  impl_->finish();
}

std::vector<std::string> CropCache::notes() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->notes;
}

}  // namespace qs
