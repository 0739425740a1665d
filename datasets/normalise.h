// From 8-bit pixels to what a network takes.
#pragma once

#include <span>

#include "core/tensor/tensor.h"
#include "datasets/image.h"

namespace qs {

/// The images as one f32 tensor, [n, 3, H, W] or [n, H, W, 3], each value (pixel - mean) / std rounded once to f32.
/// All images must have the same size; there must be at least one.
[[nodiscard]] Tensor normalise(std::span<const Image> images, const Preprocessing& preprocessing);

}  // namespace qs
