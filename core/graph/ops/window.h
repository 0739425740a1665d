// The sliding window of convolutions and poolings: reading its attributes and counting its positions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/graph/attributes.h"
#include "core/graph/op.h"
#include "core/tensor/shape.h"

namespace qs::ops {

enum class AutoPad : std::uint8_t { none, same_upper, same_lower, valid };

[[nodiscard]] AutoPad read_auto_pad(const Attributes& attributes);

/// Extents behind batch and channels. Throws unless there are 1 to 3 of them.
[[nodiscard]] std::vector<std::int64_t> spatial_extents(const Shape& x);

/// Attributes strides, dilations and pads around `kernel`; ones, ones and zeros where they are absent.
/// Throws unless the lengths agree and all entries are sensible (see `check_window`).
[[nodiscard]] Window read_window(const Attributes& attributes, std::vector<std::int64_t> kernel);

/// The same with `auto_pad` resolved for an input of these spatial extents. SAME pads so that the output has
/// ceil(input / stride) elements; an odd rest goes to the end (UPPER) or the beginning (LOWER).
[[nodiscard]] Window read_padded_window(const Attributes& attributes, std::vector<std::int64_t> kernel,
                                        std::span<const std::int64_t> spatial);

/// Throws unless every list of the window has `axes` entries, with kernel, strides and dilations positive,
/// pads not negative, and none above 2^31 - 1.
void check_window(const Window& window, std::size_t axes);

/// Elements from the first to the last tap of the dilated kernel.
[[nodiscard]] std::int64_t reach(const Window& window, std::size_t axis);

/// Number of window positions along one axis of an input of `extent` elements. Throws when the kernel exceeds the
/// padded input. With `ceil_mode` a last position that is only partly inside counts, unless it starts in the end
/// padding: "sliding windows that would start in the right padded region are ignored" (ONNX MaxPool and AveragePool,
/// wording of opset 22, and PyTorch; the older text leaves it open).
[[nodiscard]] std::int64_t positions(const Window& window, std::size_t axis, std::int64_t extent,
                                     bool ceil_mode = false);

/// Shape [x[0], channels, positions...] of sliding the window over x. Checks the window.
[[nodiscard]] Shape slide(const Window& window, const Shape& x, std::int64_t channels, bool ceil_mode = false);

}  // namespace qs::ops
