// Kinds of layers that `add_convolution` chooses between.
#pragma once

#include <memory>

#include "core/engine/training/operation.h"
#include "core/graph/op.h"

namespace qs {

/// Whether every channel of an image x [N,C,H,W] is convolved with a window of its own, into one channel.
[[nodiscard]] bool is_depthwise(const Conv& op, const Shape& x, const Shape& weights);

/// Such a convolution in f32; inputs are x, weights [C,1,kh,kw] and perhaps bias [C].
[[nodiscard]] std::unique_ptr<Operation> depthwise_convolution(const Conv& op, const Shape& x, const Shape& result);

}  // namespace qs
