// Images on their way into a network that is being trained.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/tensor/tensor.h"

namespace qs {

/// Images of one training step.
struct TrainingBatch {
  Tensor images;                     ///< f32 [N, C, H, W], preprocessed
  std::vector<std::int32_t> labels;  ///< class of each
};

/// Training images in random access: the same (epoch, index) gives the same bytes however often and in whatever order
/// it is asked.
struct TrainingSource {
  std::int64_t images = 0;
  std::int64_t classes = 0;
  std::int64_t batch =
      0;          ///< images of each batch; what is left over at an epoch's end waits for another epoch's order
  Shape image{};  ///< [C, H, W]
  std::function<TrainingBatch(std::int64_t epoch, std::int64_t index)> at{};

  /// Batches of an epoch.
  [[nodiscard]] std::int64_t batches() const { return images / batch; }
};

}  // namespace qs
