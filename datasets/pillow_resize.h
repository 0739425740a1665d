// Antialiased resampling that equals Pillow's for 8-bit images.
#pragma once

#include "datasets/image.h"

namespace qs {

/// Triangle (bilinear), and Keys' cubic with a = -1/2 (bicubic).
enum class PillowKernel { triangle, cubic };

/// The part `region` of `source` resized to `target`, without computing the rest. Equals Pillow's
/// `Image.resize(target, BILINEAR or BICUBIC).crop(region)` for RGB images, bit for bit (checked with Pillow 9.4
/// to 12.0; Pillow 13 resamples columns before rows in some pictures that are very tall, which changes roundings
/// there).
///
/// Along one axis with n source and m target pixels, ratio r = n / m, width s = max(r, 1), kernel k with radius R:
///   out[i] = sum_j w[j] * in[j] / sum_j w[j],  w[j] = k((j + 1/2 - (i + 1/2) * r) / s),
/// over the source pixels j whose centre rounds into (i + 1/2) * r ± R * s. The weights are rounded to 22 bits after
/// the point, the result to 8 bits, halves upwards; rows are resampled first, then columns, each with its own rounding.
/// `region` must lie inside `target`; `source` must not be empty.
[[nodiscard]] Image pillow_resize(const Image& source, ImageSize target, const ImageRegion& region,
                                  PillowKernel kernel);

}  // namespace qs
