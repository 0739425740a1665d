// Windows and grouped weights as oneDNN's convolutions and poolings want them.
#pragma once

#include "core/engine/onednn.h"
#include "core/graph/op.h"

namespace qs {

/// oneDNN counts the gaps between kernel elements, ONNX the steps.
[[nodiscard]] dnnl::memory::dims gaps(const std::vector<std::int64_t>& dilations);

/// No gaps.
[[nodiscard]] bool is_dense(const Window& window);
[[nodiscard]] bool is_padded(const Window& window);

/// Extents of weights as oneDNN sees them: [groups, Co/groups, Ci/groups, ...] over ONNX's [Co, Ci/groups, ...].
[[nodiscard]] dnnl::memory::dims grouped(const Shape& weights, std::int64_t groups);

/// Pads at the end with which oneDNN, which rounds sizes down, makes the output's size: ceil_mode's last window hangs
/// over the edge.
[[nodiscard]] dnnl::memory::dims pads_end_for(const Window& window, const Shape& input, const Shape& output);

/// One window over each whole image of [N, C, spatial...].
[[nodiscard]] Window whole_image(const Shape& input);

}  // namespace qs
