#include "datasets/training_source.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <numeric>
#include <optional>
#include <thread>

#include "core/base/rng.h"
#include "datasets/normalise.h"

namespace qs {
namespace {

/// An epoch and a batch in it.
struct Position {
  std::int64_t epoch = 0;
  std::int64_t index = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

/// The order of an epoch's images (Fisher and Yates).
std::vector<std::uint32_t> shuffled(std::int64_t count, std::uint64_t seed, std::int64_t epoch) {
  std::vector<std::uint32_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0U);
  const std::uint64_t own = random_bits(seed, static_cast<std::uint64_t>(epoch));
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[random_bits(own, i) % i]);  // the bias of % is below 2^-32
  return order;
}

class Batches {
 public:
  Batches(std::shared_ptr<const TrainingImages> images, const TrainingSourceOptions& options)
      : images_(std::move(images)),
        options_(options),
        levels_(levels_of(images_->preprocessing)),
        order_seed_(random_bits(options.seed, 0)),
        augment_seed_(random_bits(options.seed, 1)) {}

  [[nodiscard]] std::int64_t count() const { return images_->count() / options_.batch; }

  [[nodiscard]] TrainingBatch make(Position position) {
    const auto order = order_of(position.epoch);
    const ImageSize size = images_->size;
    TrainingBatch batch{Tensor(DType::f32, {options_.batch, 3, size.height, size.width}), {}};
    float* target = batch.images.mutable_values<float>().data();
    std::vector<std::uint8_t> changed(images_->image_bytes());
    for (std::int64_t i = 0; i < options_.batch; ++i) {
      const std::int64_t image = (*order)[static_cast<std::size_t>(position.index * options_.batch + i)];
      augment(images_->image(image), size, options_.augment, {augment_seed_, position.epoch, image}, changed);
      normalise_planes(changed, images_->preprocessing.channel_order, levels_, target);
      target += changed.size();
      batch.labels.push_back(images_->label(image));
    }
    return batch;
  }

 private:
  using Order = std::shared_ptr<const std::vector<std::uint32_t>>;

  /// Kept for two epochs: near the end of one, batches of the next are being made.
  Order order_of(std::int64_t epoch) {
    const std::lock_guard lock(mutex_);
    for (const auto& [known, order] : orders_)
      if (known == epoch) return order;
    if (orders_.size() == 2) orders_.pop_front();
    orders_.emplace_back(
        epoch, std::make_shared<const std::vector<std::uint32_t>>(shuffled(images_->count(), order_seed_, epoch)));
    return orders_.back().second;
  }

  const std::shared_ptr<const TrainingImages> images_;
  const TrainingSourceOptions options_;
  const std::array<Levels, 3> levels_;
  const std::uint64_t order_seed_, augment_seed_;
  std::mutex mutex_;
  std::deque<std::pair<std::int64_t, Order>> orders_;
};

/// Makes the batches that are likely to be asked for next on threads of its own.
class BatchesAhead {
 public:
  BatchesAhead(std::shared_ptr<const TrainingImages> images, const TrainingSourceOptions& options)
      : batches_(std::move(images), options), ahead_(static_cast<std::size_t>(options.threads) * 2) {
    for (int i = 0; i < options.threads; ++i)
      threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
  }

  TrainingBatch at(Position wanted) {
    QS_ASSERT(wanted.epoch >= 0 && wanted.index >= 0 && wanted.index < batches_.count());
    const std::shared_ptr<Slot> slot = claim(wanted);
    if (!slot) return batches_.make(wanted);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return slot->done; });
    if (slot->failure) std::rethrow_exception(slot->failure);
    return std::move(slot->batch);
  }

 private:
  struct Slot {
    Position position;
    bool started = false, done = false;
    TrainingBatch batch{};
    std::exception_ptr failure{};
  };

  /// Has the batches behind `wanted` made. Returns its slot when a thread makes or has made it, else null: then the
  /// caller does so, who would only wait otherwise.
  std::shared_ptr<Slot> claim(Position wanted) {
    const std::lock_guard lock(mutex_);
    std::deque<std::shared_ptr<Slot>> kept;
    std::shared_ptr<Slot> own = find(wanted);
    Position next = wanted;
    for (std::size_t i = 0; i < ahead_; ++i) {
      next = next.index + 1 < batches_.count() ? Position{next.epoch, next.index + 1} : Position{next.epoch + 1, 0};
      const std::shared_ptr<Slot> known = find(next);
      kept.push_back(known ? known : std::make_shared<Slot>(Slot{.position = next}));
    }
    slots_ = std::move(kept);
    changed_.notify_all();
    return own && own->started ? own : nullptr;
  }

  std::shared_ptr<Slot> find(Position position) const {
    const auto found = std::ranges::find(slots_, position, [](const auto& slot) { return slot->position; });
    return found == slots_.end() ? nullptr : *found;
  }

  void work(const std::stop_token& stop) {
    while (true) {
      std::shared_ptr<Slot> slot;
      {
        std::unique_lock lock(mutex_);
        const auto idle = [](const auto& each) { return !each->started; };
        if (!changed_.wait(lock, stop, [&] { return std::ranges::any_of(slots_, idle); })) return;
        slot = *std::ranges::find_if(slots_, idle);
        slot->started = true;
      }
      TrainingBatch batch;
      std::exception_ptr failure;
      try {
        batch = batches_.make(slot->position);
      } catch (...) {
        failure = std::current_exception();
      }
      const std::lock_guard lock(mutex_);
      slot->batch = std::move(batch);
      slot->failure = failure;
      slot->done = true;
      changed_.notify_all();
    }
  }

  Batches batches_;
  const std::size_t ahead_;
  std::mutex mutex_;  ///< guards what follows
  std::condition_variable_any changed_;
  std::deque<std::shared_ptr<Slot>> slots_;  ///< of the batches expected next, in order
  std::vector<std::jthread> threads_;
};

}  // namespace

TrainingSource training_source(std::shared_ptr<const TrainingImages> images, const TrainingSourceOptions& options) {
  QS_ASSERT(images && options.threads >= 0);
  check(options.augment, images->size);
  if (options.batch < 1) bad_input("a batch of {} images; it must have at least one", options.batch);
  if (images->count() < options.batch)
    bad_input("{} training images are less than one batch of {}; take smaller batches or more images", images->count(),
              options.batch);
  TrainingSource source{.images = images->count(),
                        .classes = images->classes,
                        .batch = options.batch,
                        .image = {3, images->size.height, images->size.width}};
  const auto batches = std::make_shared<BatchesAhead>(std::move(images), options);
  source.at = [batches](std::int64_t epoch, std::int64_t index) { return batches->at({epoch, index}); };
  return source;
}

}  // namespace qs
