// Training images changed at random, so that a network sees each in many ways.
#pragma once

#include <cstdint>
#include <span>

#include "datasets/preprocessing.h"

namespace qs {

/// What may happen to an image, in this order. The default does nothing.
struct AugmentOptions {
  /// Mirrored left to right with probability 1/2.
  bool flip = false;
  /// Surrounded by this many pixels and a part of its own size cut out anywhere, which shifts it by up to as many in
  /// both directions. What comes in at the border is the image mirrored about its outermost pixels (cba|bcd: the border
  /// pixel itself is not repeated). 0: off; less than the image's shorter side.
  int pad_crop = 0;
  /// Saturation, contrast (about the image's mean grey) and brightness are each multiplied by a factor uniform in
  /// [1 - colour, 1 + colour] and clamped to 0..255. 0: off; at most 1.
  float colour = 0;
  /// Side in pixels of a square that becomes grey (128); its middle lies on a pixel chosen uniformly, so that it may
  /// stick out (DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout", 2017).
  /// 0: off.
  int cutout = 0;
  friend bool operator==(const AugmentOptions&, const AugmentOptions&) = default;
};

/// Throws `Error` (bad_input) naming the first option that is out of range for images of this size, or NaN.
void check(const AugmentOptions& options, ImageSize size);

/// Everything an augmentation's random choices depend on.
struct AugmentKey {
  std::uint64_t seed = 0;
  std::int64_t epoch = 0;
  std::int64_t image = 0;
};

/// Writes `source` to `target` as `options`, which have been checked, and `key` change it. Both are planes R, G, B of
/// `size` pixels each, row by row, and must not overlap. Integer arithmetic only: the same bytes on every machine.
void augment(std::span<const std::uint8_t> source, ImageSize size, const AugmentOptions& options, const AugmentKey& key,
             std::span<std::uint8_t> target);

}  // namespace qs
