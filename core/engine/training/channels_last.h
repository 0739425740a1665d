// Images between the order of tensors, [N,C,H,W], and that of a tape, [N,H,W,C]: the layout in which oneDNN's forward
// and backward kernels all run without reordering, and in which a loop over channels is a loop over memory.
#pragma once

#include "core/engine/training/operation.h"
#include "core/tensor/tensor.h"

namespace qs {

/// Copies a dense tensor to where a tape keeps it. Below rank 3 the orders are the same.
void to_channels_last(const Tensor& tensor, float* to);

/// Copies a tape's value to a dense tensor of its logical shape.
[[nodiscard]] Tensor from_channels_last(const float* from, const Shape& shape);

}  // namespace qs
