// Windows as oneDNN's pooling wants them.
#pragma once

#include "core/engine/onednn.h"
#include "core/graph/op.h"

namespace qs {

/// Pads at the end with which oneDNN, which rounds sizes down, makes the output's size: ceil_mode's last window hangs
/// over the edge.
[[nodiscard]] dnnl::memory::dims pads_end_for(const Window& window, const Shape& input, const Shape& output);

/// One window over each whole image of [N, C, spatial...].
[[nodiscard]] Window whole_image(const Shape& input);

}  // namespace qs
