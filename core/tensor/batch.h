// Images on their way into a network.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/tensor/tensor.h"

namespace qs {

/// One image of a data set.
struct ImageRecord {
  std::string name;          ///< path inside the data set, '/' separated
  std::optional<int> label;  ///< class index; empty when unknown
};

/// Preprocessed images: `tensor` is f32, [images.size(), C, H, W] (or NHWC where the network asks for it).
struct Batch {
  Tensor tensor;
  std::vector<ImageRecord> images;
};

/// Yields batches in data-set order, each of the asked size but for the last; nothing when there are no more.
using BatchSource = std::function<std::optional<Batch>()>;

/// `tensor` ([1 to rows, ...]) with copies of its last row added until it has `rows` of them: networks are compiled for
/// one batch size.
[[nodiscard]] Tensor filled_to(const Tensor& tensor, std::int64_t rows);

}  // namespace qs
