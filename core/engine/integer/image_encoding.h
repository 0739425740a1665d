// A network's input from planes of f32 to interleaved integers, in one go.
#pragma once

#include <cstdint>
#include <vector>

#include "core/quant/encoding.h"

namespace qs {

/// Images of few channels on their way into the first layer.
struct ImageEncoding {
  std::int64_t images = 0;
  std::int64_t channels = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;
  /// Elements of the integers' memory from one image to the next and from one row to the next, which leave room for a
  /// border; and where the first pixel is.
  std::int64_t image_stride = 0;
  std::int64_t row_stride = 0;
  std::int64_t first = 0;
  ScaleZeroPoint encoding;
  Grid grid;  ///< of at most 8 bits
};

/// From dense f32 [N, C, H, W] to u8 or s8 [N, H, W, C]: clamp(round(x * (1 / scale)) + zero point), ties to even, as
/// oneDNN's reorder does, which takes four times as long. x is finite. The border is not touched.
void encode_images(const ImageEncoding& how, const float* planes, std::uint8_t* pixels);

}  // namespace qs
