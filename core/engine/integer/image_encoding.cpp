#include "core/engine/integer/image_encoding.h"

#include <algorithm>
#include <bit>

#include "core/base/parallel.h"
#include "core/base/wide.h"
#include "core/quant/rounding.h"

namespace qs {

namespace {

/// The grid less the zero point, in floats.
struct Steps {
  float inverse_scale;
  float low;
  float high;
  float zero_point;
};

/// The low byte of the code, which is the code as u8 and as s8.
[[gnu::always_inline]] inline std::uint8_t code(float x, const Steps& k) {
  float steps = x * k.inverse_scale;
  steps = steps > k.low ? steps : k.low;
  steps = steps < k.high ? steps : k.high;
  return static_cast<std::uint8_t>(std::bit_cast<std::uint32_t>(steps + kRounder) +
                                   static_cast<std::uint32_t>(static_cast<std::int32_t>(k.zero_point)));
}

void encode_row(const float* const* planes, std::size_t channels, std::size_t width, const Steps& k,
                std::uint8_t* pixels) {
  if (channels == 3) {
    const float* red = planes[0];
    const float* green = planes[1];
    const float* blue = planes[2];
#pragma omp simd
    for (std::size_t x = 0; x < width; ++x) {
      pixels[3 * x] = code(red[x], k);
      pixels[3 * x + 1] = code(green[x], k);
      pixels[3 * x + 2] = code(blue[x], k);
    }
    return;
  }
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t x = 0; x < width; ++x) pixels[channels * x + c] = code(planes[c][x], k);
  }
}

}  // namespace

void encode_images(const ImageEncoding& how, const float* planes, std::uint8_t* pixels) {
  const auto zero_point = static_cast<float>(how.encoding.zero_point);
  const Steps steps{1 / how.encoding.scale, static_cast<float>(how.grid.quant_min()) - zero_point,
                    static_cast<float>(how.grid.quant_max()) - zero_point, zero_point};
  constexpr std::int64_t kRows = 16;
  const std::int64_t blocks = (how.height + kRows - 1) / kRows;
  const std::int64_t plane = how.height * how.width;
  parallel_for(how.images * blocks, [&](std::int64_t i) {
    const std::int64_t image = i / blocks;
    const std::int64_t begin = i % blocks * kRows;
    on_wide_vectors([&] {
      std::vector<const float*> rows(static_cast<std::size_t>(how.channels));
      for (std::int64_t y = begin; y < std::min(how.height, begin + kRows); ++y) {
        for (std::size_t c = 0; c < rows.size(); ++c) {
          rows[c] = planes + (image * how.channels + static_cast<std::int64_t>(c)) * plane + y * how.width;
        }
        encode_row(rows.data(), rows.size(), static_cast<std::size_t>(how.width), steps,
                   pixels + how.first + image * how.image_stride + y * how.row_stride);
      }
    });
  });
}

}  // namespace qs
