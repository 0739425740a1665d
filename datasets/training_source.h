// Shuffled, augmented and normalised training images, made ahead of the training that consumes them.
#pragma once

#include <cstdint>
#include <memory>

#include "core/tensor/training_batch.h"
#include "datasets/augment.h"
#include "datasets/training_images.h"

namespace qs {

struct TrainingSourceOptions {
  AugmentOptions augment{};
  std::int64_t batch = 128;
  std::uint64_t seed = 1;
  int threads = 1;  ///< that make batches ahead; the batches do not depend on it
};

/// Each epoch has every image at most once, in an order of its own that depends on (seed, epoch); what happens to an
/// image depends on (seed, epoch, image). Whoever asks for one batch is expected to ask for the next ones, which a few
/// threads make meanwhile; any other order works too, only slower. `at` may be called from one thread at a time; the
/// threads end with the last copy of the source.
///
/// Throws `Error` (bad_input) when there are fewer images than one batch takes, or an option is out of range.
[[nodiscard]] TrainingSource training_source(std::shared_ptr<const TrainingImages> images,
                                             const TrainingSourceOptions& options);

}  // namespace qs
