#include "core/graph/ops/window.h"

#include <algorithm>
#include <limits>

#include "core/graph/ops/shape_rules.h"

namespace qs::ops {

namespace {

// Keeps every product and sum of window arithmetic inside 64 bits.
constexpr std::int64_t kMaxEntry = std::numeric_limits<std::int32_t>::max();

void check_entries(const std::vector<std::int64_t>& entries, std::size_t axes, std::int64_t least,
                   std::string_view what) {
  if (entries.size() != axes) bad_input("{} has {} entries for {} spatial axes", what, entries.size(), axes);
  for (std::int64_t entry : entries) {
    if (entry < least || entry > kMaxEntry) bad_input("{} holds {}; it must be at least {}", what, entry, least);
  }
}

void pad_to_same(Window& window, std::span<const std::int64_t> spatial, AutoPad kind) {
  for (std::size_t i = 0; i < spatial.size(); ++i) {
    const std::int64_t stride = window.strides[i];
    const std::int64_t out = (spatial[i] + stride - 1) / stride;
    const std::int64_t total = std::max<std::int64_t>(0, (out - 1) * stride + reach(window, i) - spatial[i]);
    const std::int64_t smaller = total / 2;
    window.pads_begin[i] = kind == AutoPad::same_upper ? smaller : total - smaller;
    window.pads_end[i] = total - window.pads_begin[i];
  }
}

}  // namespace

AutoPad read_auto_pad(const Attributes& attributes) {
  const std::string text = attributes.text("auto_pad", "NOTSET");
  if (text == "NOTSET" || text.empty()) return AutoPad::none;
  if (text == "SAME_UPPER") return AutoPad::same_upper;
  if (text == "SAME_LOWER") return AutoPad::same_lower;
  if (text == "VALID") return AutoPad::valid;
  bad_input("auto_pad is \"{}\"; NOTSET, SAME_UPPER, SAME_LOWER and VALID are known", text);
}

std::vector<std::int64_t> spatial_extents(const Shape& x) {
  expect_rank(x, 3, 5, "the input");
  return {x.begin() + 2, x.end()};
}

Window read_window(const Attributes& attributes, std::vector<std::int64_t> kernel) {
  const std::size_t axes = kernel.size();
  Window window;
  window.kernel = std::move(kernel);
  window.strides = attributes.integers("strides", std::vector<std::int64_t>(axes, 1));
  window.dilations = attributes.integers("dilations", std::vector<std::int64_t>(axes, 1));
  const auto pads = attributes.integers("pads", std::vector<std::int64_t>(2 * axes, 0));
  if (pads.size() != 2 * axes) bad_input("pads has {} entries for {} spatial axes", pads.size(), axes);
  const auto middle = pads.begin() + static_cast<std::ptrdiff_t>(axes);
  window.pads_begin.assign(pads.begin(), middle);
  window.pads_end.assign(middle, pads.end());
  check_window(window, axes);
  return window;
}

Window read_padded_window(const Attributes& attributes, std::vector<std::int64_t> kernel,
                          std::span<const std::int64_t> spatial) {
  Window window = read_window(attributes, std::move(kernel));
  check_window(window, spatial.size());
  const AutoPad kind = read_auto_pad(attributes);
  if (kind == AutoPad::none) return window;
  // A file that gives both means auto_pad: its pads are leftovers of a conversion.
  std::fill(window.pads_begin.begin(), window.pads_begin.end(), 0);
  std::fill(window.pads_end.begin(), window.pads_end.end(), 0);
  if (kind != AutoPad::valid) pad_to_same(window, spatial, kind);
  return window;
}

void check_window(const Window& window, std::size_t axes) {
  check_entries(window.kernel, axes, 1, "kernel_shape");
  check_entries(window.strides, axes, 1, "strides");
  check_entries(window.dilations, axes, 1, "dilations");
  check_entries(window.pads_begin, axes, 0, "pads");
  check_entries(window.pads_end, axes, 0, "pads");
}

std::int64_t reach(const Window& window, std::size_t axis) {
  return (window.kernel[axis] - 1) * window.dilations[axis] + 1;
}

std::int64_t positions(const Window& window, std::size_t axis, std::int64_t extent, bool ceil_mode) {
  const std::int64_t padded = extent + window.pads_begin[axis] + window.pads_end[axis];
  const std::int64_t span = reach(window, axis);
  const std::int64_t stride = window.strides[axis];
  if (span > padded) {
    bad_input("the kernel reaches over {} elements, the padded input has {} along spatial axis {}", span, padded, axis);
  }
  if (!ceil_mode) return (padded - span) / stride + 1;
  const std::int64_t count = (padded - span + stride - 1) / stride + 1;
  const bool last_starts_in_end_padding = (count - 1) * stride >= extent + window.pads_begin[axis];
  return last_starts_in_end_padding ? count - 1 : count;
}

Shape slide(const Window& window, const Shape& x, std::int64_t channels, bool ceil_mode) {
  const auto spatial = spatial_extents(x);
  check_window(window, spatial.size());
  std::vector<std::int64_t> dims{x[0], channels};
  for (std::size_t i = 0; i < spatial.size(); ++i) dims.push_back(positions(window, i, spatial[i], ceil_mode));
  return Shape(std::move(dims));
}

}  // namespace qs::ops
