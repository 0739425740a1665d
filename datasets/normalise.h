// From 8-bit pixels to what a network takes.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/tensor/tensor.h"
#include "datasets/image.h"

namespace qs {

/// What each of the 256 pixel values becomes.
using Levels = std::array<float, 256>;

/// (pixel - mean) / std rounded once to f32, for the channels in `preprocessing.channel_order`.
[[nodiscard]] std::array<Levels, 3> levels_of(const Preprocessing& preprocessing);

/// The images as one f32 tensor, [n, 3, H, W] or [n, H, W, 3], each value as `levels_of` has it.
/// All images must have the same size; there must be at least one.
[[nodiscard]] Tensor normalise(std::span<const Image> images, const Preprocessing& preprocessing);

/// One image given as planes R, G, B, as planes of f32 in `order`; `target` has room for as many values.
void normalise_planes(std::span<const std::uint8_t> planes, ChannelOrder order, const std::array<Levels, 3>& levels,
                      float* target);

}  // namespace qs
