#include "datasets/reader.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "datasets/decode.h"
#include "datasets/file_fetcher.h"
#include "datasets/framing.h"
#include "datasets/normalise.h"

namespace qs {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

constexpr std::int64_t kMostWaitingBytes = std::int64_t{256} << 20;  // of files fetched but not decoded

/// One image on its way. Fetcher, then one worker, then the consumer own it, handed over under the pipeline's mutex.
struct Slot {
  const DatasetEntry* entry = nullptr;
  std::vector<std::byte> file;
  std::int64_t file_bytes = 0;
  Image crop;
  std::string failure;  ///< why there is no crop
  bool done = false;
};

}  // namespace

class ImageReader::Pipeline {
 public:
  Pipeline(Dataset dataset, const ReaderOptions& options, const Progress& progress)
      : dataset_(std::move(dataset)),
        options_(options),
        most_slots_(static_cast<std::size_t>(options.batch + 2 * worker_count(options))),
        size_(options.size ? options.size : output_size(options.preprocessing.geometry)),
        on_user_stop_(progress.stop_token(), [this] { stop_.request_stop(); }) {
    if (options.cache && !options.cache->folder.empty()) cache_.emplace(*options.cache, options.preprocessing.geometry);
    threads_.emplace_back([this] { fetch_all(); });
    for (int i = 0; i < worker_count(options); ++i) threads_.emplace_back([this] { work(); });
  }

  ~Pipeline() { finish(); }

  std::optional<Batch> next() {
    std::vector<Image> crops;
    Batch batch;
    while (std::ssize(crops) < options_.batch) {
      const std::shared_ptr<Slot> slot = take();
      if (stop_.stop_requested()) return std::nullopt;
      if (!slot) break;
      if (slot->failure.empty()) check_size(*slot);
      if (!slot->failure.empty()) {
        const std::lock_guard lock(mutex_);
        statistics_.skipped.push_back({slot->entry->record.name, slot->failure});
        continue;
      }
      crops.push_back(std::move(slot->crop));
      batch.images.push_back(slot->entry->record);
    }
    if (crops.empty()) {
      finish();
      return std::nullopt;
    }
    batch.tensor = normalise(crops, options_.preprocessing);
    return batch;
  }

  ReadStatistics statistics() const {
    const std::lock_guard lock(mutex_);
    ReadStatistics result = statistics_;
    if (cache_) result.notes = cache_->notes();
    return result;
  }

 private:
  static int worker_count(const ReaderOptions& options) {
    if (options.threads > 0) return options.threads;
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / 2);
  }

  void fetch_all() {
    FileFetcher fetcher(dataset_);
    for (const DatasetEntry& entry : dataset_.entries) {
      auto slot = std::make_shared<Slot>();
      slot->entry = &entry;
      {
        std::unique_lock lock(mutex_);
        const bool room = changed_.wait(lock, stop_.get_token(), [this] {
          return in_order_.size() < most_slots_ && waiting_bytes_ <= kMostWaitingBytes;
        });
        if (!room || stop_.stop_requested()) return;
      }
      capture(*slot, [&] { slot->file = fetcher.fetch(entry); });
      slot->file_bytes = std::ssize(slot->file);
      const std::lock_guard lock(mutex_);
      waiting_bytes_ += slot->file_bytes;
      in_order_.push_back(slot);
      to_do_.push_back(std::move(slot));
      changed_.notify_all();
    }
    const std::lock_guard lock(mutex_);
    fetched_all_ = true;
    changed_.notify_all();
  }

  void work() {
    while (true) {
      std::shared_ptr<Slot> slot;
      {
        std::unique_lock lock(mutex_);
        const bool woken = changed_.wait(lock, stop_.get_token(), [this] { return !to_do_.empty() || fetched_all_; });
        if (!woken || to_do_.empty() || stop_.stop_requested()) return;
        slot = std::move(to_do_.front());
        to_do_.pop_front();
      }
      if (slot->failure.empty()) capture(*slot, [&] { make_crop(*slot); });
      const std::lock_guard lock(mutex_);
      waiting_bytes_ -= slot->file_bytes;
      slot->file = {};
      slot->done = true;
      statistics_.wall_seconds = seconds_since(start_);
      changed_.notify_all();
    }
  }

  /// Whatever goes wrong with one image is the reason it is skipped.
  template <class Body>
  static void capture(Slot& slot, Body&& body) {
    try {
      body();
    } catch (const std::exception& error) {
      slot.failure = error.what();
      if (slot.failure.empty()) slot.failure = "unknown error";
    }
  }

  void make_crop(Slot& slot) {
    ContentHash key;
    if (cache_) {
      key = content_hash(slot.file);
      if (auto known = cache_->find(key)) {
        slot.crop = std::move(*known);
        const std::lock_guard lock(mutex_);
        ++statistics_.from_cache;
        return;
      }
    }
    const auto start = Clock::now();
    slot.crop = frame(decode_image(slot.file), options_.preprocessing.geometry);
    const double seconds = seconds_since(start);
    if (cache_) cache_->add(key, slot.crop);
    const std::lock_guard lock(mutex_);
    ++statistics_.decoded;
    statistics_.decode_seconds += seconds;
  }

  /// The next slot in order once it is done; null at the end and when stopped.
  std::shared_ptr<Slot> take() {
    const auto start = Clock::now();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop_.get_token(),
                  [this] { return in_order_.empty() ? fetched_all_ : in_order_.front()->done; });
    statistics_.waiting_seconds += seconds_since(start);
    if (in_order_.empty() || !in_order_.front()->done) return nullptr;
    std::shared_ptr<Slot> slot = std::move(in_order_.front());
    in_order_.pop_front();
    changed_.notify_all();
    return slot;
  }

  void check_size(Slot& slot) {
    if (!size_) size_ = slot.crop.size;
    if (slot.crop.size != *size_)
      slot.failure = fmt::format("{} x {} pixels, but the network takes {} x {}", slot.crop.size.width,
                                 slot.crop.size.height, size_->width, size_->height);
  }

  void finish() {
    stop_.request_stop();
    threads_.clear();  // joins
    if (cache_) cache_->finish();
  }

  const Dataset dataset_;
  const ReaderOptions options_;
  const std::size_t most_slots_;
  std::optional<ImageSize> size_;  ///< of the consumer alone
  std::optional<CropCache> cache_;
  const Clock::time_point start_ = Clock::now();

  mutable std::mutex mutex_;  ///< guards what follows
  std::condition_variable_any changed_;
  std::deque<std::shared_ptr<Slot>> in_order_;  ///< fetched and not yet taken
  std::deque<std::shared_ptr<Slot>> to_do_;     ///< of these, those no worker has begun
  std::int64_t waiting_bytes_ = 0;
  bool fetched_all_ = false;
  ReadStatistics statistics_;

  std::stop_source stop_;
  std::vector<std::jthread> threads_;
  std::stop_callback<std::function<void()>> on_user_stop_;
};

ImageReader::ImageReader(Dataset dataset, const ReaderOptions& options, const Progress& progress) {
  QS_ASSERT(options.batch > 0);
  pipeline_ = std::make_unique<Pipeline>(std::move(dataset), options, progress);
}

ImageReader::~ImageReader() = default;

std::optional<Batch> ImageReader::next() {
  return pipeline_->next();
}

BatchSource ImageReader::source() {
  return [this] { return next(); };
}

ReadStatistics ImageReader::statistics() const {
  return pipeline_->statistics();
}

}  // namespace qs
