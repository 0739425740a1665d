#include "core/engine/onednn_window.h"

#include <algorithm>

namespace qs {

dnnl::memory::dims gaps(const std::vector<std::int64_t>& dilations) {
  dnnl::memory::dims result = dilations;
  for (auto& dilation : result) --dilation;
  return result;
}

bool is_dense(const Window& window) {
  return std::all_of(window.dilations.begin(), window.dilations.end(), [](auto step) { return step == 1; });
}

bool is_padded(const Window& window) {
  const auto is_some = [](std::int64_t pad) { return pad > 0; };
  return std::any_of(window.pads_begin.begin(), window.pads_begin.end(), is_some) ||
         std::any_of(window.pads_end.begin(), window.pads_end.end(), is_some);
}

dnnl::memory::dims grouped(const Shape& weights, std::int64_t groups) {
  dnnl::memory::dims dims = weights.dims();
  if (groups == 1) return dims;
  dims[0] /= groups;
  dims.insert(dims.begin(), groups);
  return dims;
}

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
