// Sums of a layer's input over each position of a window: what asymmetric weights multiply with their zero point
// (spec/methods.md section 1).
#pragma once

#include <array>
#include <cstdint>

namespace qs {

/// A window sliding over [N, C, D, H, W] with channels last; axes the network has not are of extent 1. Outside of the
/// image there are zeros.
struct WindowSums {
  using Extents = std::array<std::int64_t, 3>;
  std::int64_t images = 1;
  std::int64_t groups = 1;
  std::int64_t channels = 1;  ///< in a group
  Extents input{1, 1, 1};
  Extents output{1, 1, 1};
  Extents kernel{1, 1, 1};
  Extents strides{1, 1, 1};
  Extents dilations{1, 1, 1};
  Extents begin{0, 0, 0};  ///< pads

  [[nodiscard]] std::int64_t pixels() const { return images * input[0] * input[1] * input[2]; }
};

/// `sums` [N, output..., groups]: of all channels of the group under the window. `channel_sums` [N, input..., groups]
/// is room for what is between; it is not used when groups have one channel. T is std::uint8_t or std::int8_t. Cost:
/// each input is read once, then two additions per window's row and column.
template <class T>
void sum_windows(const WindowSums& how, const T* input, std::int32_t* channel_sums, std::int32_t* sums);

extern template void sum_windows(const WindowSums&, const std::uint8_t*, std::int32_t*, std::int32_t*);
extern template void sum_windows(const WindowSums&, const std::int8_t*, std::int32_t*, std::int32_t*);

}  // namespace qs
