#include "core/engine/pooling_window.h"

#include <algorithm>

namespace qs {

dnnl::memory::dims pads_end_for(const Window& window, const Shape& input, const Shape& output) {
  dnnl::memory::dims pads = window.pads_end;
  for (std::size_t i = 0; i < pads.size(); ++i) {
    const int axis = static_cast<int>(i) + 2;
    const std::int64_t extent = window.dilations[i] * (window.kernel[i] - 1) + 1;
    const std::int64_t reach = (output[axis] - 1) * window.strides[i] + extent;
    pads[i] = std::max<std::int64_t>(reach - input[axis] - window.pads_begin[i], 0);
  }
  return pads;
}

Window whole_image(const Shape& input) {
  const std::vector<std::int64_t> spatial(input.begin() + 2, input.end());
  const std::vector<std::int64_t> ones(spatial.size(), 1);
  const std::vector<std::int64_t> zeros(spatial.size(), 0);
  return {spatial, ones, ones, zeros, zeros};
}

}  // namespace qs
