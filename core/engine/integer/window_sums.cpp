#include "core/engine/integer/window_sums.h"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <vector>

#include "core/base/parallel.h"
#include "core/base/wide.h"

namespace qs {

namespace {

/// The sum of 8 neighbours, which are one word: bytes to four pairs, pairs to one number. Signed ones are moved up by
/// 128 first.
template <class T>
[[gnu::always_inline]] inline std::int32_t sum_of_eight(const T* numbers) {
  constexpr std::uint64_t kEvenBytes = 0x00ff00ff00ff00ff;
  constexpr std::uint64_t kSumsPairs = 0x0001000100010001;
  constexpr bool kSigned = std::is_signed_v<T>;
  std::uint64_t word = 0;
  std::memcpy(&word, numbers, sizeof(word));
  if constexpr (kSigned) word ^= 0x8080808080808080;
  const std::uint64_t pairs = (word & kEvenBytes) + (word >> 8 & kEvenBytes);
  return static_cast<std::int32_t>(pairs * kSumsPairs >> 48) - (kSigned ? 8 * 128 : 0);
}

template <class T>
void sum_channels(const T* pixels, std::int64_t count, std::int64_t channels, std::int32_t* sums) {
  if (channels == 3) {
#pragma omp simd
    for (std::int64_t i = 0; i < count; ++i) sums[i] = pixels[3 * i] + pixels[3 * i + 1] + pixels[3 * i + 2];
    return;
  }
  for (std::int64_t i = 0; i < count; ++i, pixels += channels) {
    std::int32_t sum = 0;
    std::int64_t c = 0;
    for (; c + 8 <= channels; c += 8) sum += sum_of_eight(pixels + c);
    for (; c < channels; ++c) sum += pixels[c];
    sums[i] = sum;
  }
}

template <class T>
void add_to(std::int32_t* sums, const T* more, std::int64_t count) {
#pragma omp simd
  for (std::int64_t i = 0; i < count; ++i) sums[i] += more[i];
}

/// Where along an axis tap `k` of output `at` reads; negative or too large outside of the image.
std::int64_t place(const WindowSums& how, std::size_t axis, std::int64_t at, std::int64_t k) {
  return at * how.strides[axis] - how.begin[axis] + k * how.dilations[axis];
}

/// Adds up the rows under the window at output (d, h): `column_sums` [W, groups].
template <class T>
void sum_rows(const WindowSums& how, const T* image, std::int64_t d, std::int64_t h, std::int32_t* column_sums) {
  const std::int64_t row = how.input[2] * how.groups;
  std::fill_n(column_sums, row, 0);
  for (std::int64_t kd = 0; kd < how.kernel[0]; ++kd) {
    const std::int64_t z = place(how, 0, d, kd);
    if (z < 0 || z >= how.input[0]) continue;
    for (std::int64_t kh = 0; kh < how.kernel[1]; ++kh) {
      const std::int64_t y = place(how, 1, h, kh);
      if (y < 0 || y >= how.input[1]) continue;
      add_to(column_sums, image + (z * how.input[1] + y) * row, row);
    }
  }
}

/// Adds up the columns under the window along one row of the output.
void sum_columns(const WindowSums& how, const std::int32_t* column_sums, std::int32_t* sums) {
  const std::int64_t groups = how.groups;
  const std::int64_t stride = how.strides[2];
  std::fill_n(sums, how.output[2] * groups, 0);
  for (std::int64_t k = 0; k < how.kernel[2]; ++k) {
    const std::int64_t offset = place(how, 2, 0, k);
    // Outputs `first` to `last` read inside of the image.
    const std::int64_t first = offset < 0 ? (-offset + stride - 1) / stride : 0;
    const std::int64_t last =
        std::min(how.output[2], offset >= how.input[2] ? 0 : (how.input[2] - 1 - offset) / stride + 1);
    if (first >= last) continue;
    const std::int32_t* from = column_sums + (first * stride + offset) * groups;
    std::int32_t* to = sums + first * groups;
    if (stride == 1) {
      add_to(to, from, (last - first) * groups);
    } else if (groups == 1) {
      for (std::int64_t i = 0; i < last - first; ++i) to[i] += from[i * stride];
    } else {
      for (std::int64_t i = 0; i < last - first; ++i) add_to(to + i * groups, from + i * stride * groups, groups);
    }
  }
}

/// Over images that have one number per group and pixel.
template <class T>
void slide(const WindowSums& how, const T* input, std::int32_t* sums) {
  const std::int64_t rows = how.output[0] * how.output[1];
  constexpr std::int64_t kRows = 8;
  const std::int64_t blocks = (rows + kRows - 1) / kRows;
  const std::int64_t image_size = how.input[0] * how.input[1] * how.input[2] * how.groups;
  parallel_for(how.images * blocks, [&](std::int64_t block) {
    const std::int64_t image = block / blocks;
    const std::int64_t first = block % blocks * kRows;
    std::vector<std::int32_t> column_sums(static_cast<std::size_t>(how.input[2] * how.groups));
    on_wide_vectors([&] {
      for (std::int64_t row = first; row < std::min(rows, first + kRows); ++row) {
        sum_rows(how, input + image * image_size, row / how.output[1], row % how.output[1], column_sums.data());
        sum_columns(how, column_sums.data(), sums + (image * rows + row) * how.output[2] * how.groups);
      }
    });
  });
}

}  // namespace

template <class T>
void sum_windows(const WindowSums& how, const T* input, std::int32_t* channel_sums, std::int32_t* sums) {
  if (how.channels == 1) return slide(how, input, sums);
  const std::int64_t count = how.pixels() * how.groups;
  constexpr std::int64_t kPixels = 256;
  const bool is_pointwise = how.kernel == WindowSums::Extents{1, 1, 1} && how.input == how.output;
  std::int32_t* to = is_pointwise ? sums : channel_sums;
  parallel_for((count + kPixels - 1) / kPixels, [&](std::int64_t block) {
    const std::int64_t first = block * kPixels;
    on_wide_vectors([&] {
      sum_channels(input + first * how.channels, std::min(kPixels, count - first), how.channels, to + first);
    });
  });
  if (!is_pointwise) slide(how, static_cast<const std::int32_t*>(channel_sums), sums);
}

template void sum_windows(const WindowSums&, const std::uint8_t*, std::int32_t*, std::int32_t*);
template void sum_windows(const WindowSums&, const std::int8_t*, std::int32_t*, std::int32_t*);

}  // namespace qs
