// Resize, and Upsample, its form before opset 10.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/graph/ops/reading.h"
#include "core/graph/ops/rows.h"
#include "core/graph/ops/shape_rules.h"

namespace qs::ops {

namespace {

using Integers = std::vector<std::int64_t>;

Resize::Mode read_mode(const Attributes& attributes) {
  const std::string text = attributes.text("mode", "nearest");
  if (text == "nearest") return Resize::Mode::nearest;
  if (text == "linear" || text == "bilinear") return Resize::Mode::linear;
  bad_input("mode \"{}\" is not supported; nearest and linear are", text);
}

Resize::Coordinates read_coordinates(const Attributes& attributes) {
  const std::string text = attributes.text("coordinate_transformation_mode", "half_pixel");
  if (text == "half_pixel") return Resize::Coordinates::half_pixel;
  if (text == "pytorch_half_pixel") return Resize::Coordinates::pytorch_half_pixel;
  if (text == "align_corners") return Resize::Coordinates::align_corners;
  if (text == "asymmetric") return Resize::Coordinates::asymmetric;
  bad_input(
      "coordinate_transformation_mode \"{}\" is not supported; half_pixel, pytorch_half_pixel, align_corners and "
      "asymmetric are",
      text);
}

Resize::Nearest read_nearest(const Attributes& attributes) {
  const std::string text = attributes.text("nearest_mode", "round_prefer_floor");
  if (text == "round_prefer_floor") return Resize::Nearest::round_prefer_floor;
  if (text == "round_prefer_ceil") return Resize::Nearest::round_prefer_ceil;
  if (text == "floor") return Resize::Nearest::floor;
  if (text == "ceil") return Resize::Nearest::ceil;
  bad_input("nearest_mode \"{}\" is unknown", text);
}

/// What opsets 11 to 21 add; attributes that only matter in refused modes are read and dropped.
void read_options(Resize& op, const Attributes& attributes) {
  op.coordinates = read_coordinates(attributes);
  op.nearest = read_nearest(attributes);
  if (flag(attributes, "antialias", false)) bad_input("antialias = 1 is not supported");
  static_cast<void>(attributes.real("cubic_coeff_a", -0.75F));
  static_cast<void>(attributes.integer("exclude_outside", 0));
  static_cast<void>(attributes.real("extrapolation_value", 0));
}

/// `values` for `axes` spread over all axes; `others` where there is none.
template <class T>
std::vector<T> spread(const std::vector<T>& values, const std::vector<int>& axes, std::vector<T> others) {
  if (values.size() != axes.size()) bad_input("{} scales or sizes for {} axes", values.size(), axes.size());
  for (std::size_t i = 0; i < axes.size(); ++i) others[static_cast<std::size_t>(axes[i])] = values[i];
  return others;
}

/// not_larger and not_smaller: one scale for all `axes`, the smallest or largest that the sizes ask for, and sizes
/// rounded half up. `Resize` samples at either the sizes' own ratio or at that of scales with sizes rounded down;
/// a file for which neither says the same is refused.
void keep_aspect_ratio(Resize& op, const Shape& x, const std::vector<int>& axes, bool larger) {
  double scale = larger ? 0 : std::numeric_limits<double>::infinity();
  for (int axis : axes) {
    const double wanted = static_cast<double>(op.sizes[static_cast<std::size_t>(axis)]) / static_cast<double>(x[axis]);
    scale = larger ? std::max(scale, wanted) : std::min(scale, wanted);
  }
  if (!(scale > 0) || scale > static_cast<double>(kMaxElements)) bad_input("sizes give a scale of {}", scale);
  bool exact = true;
  bool rounded_down = true;
  std::vector<float> scales(op.sizes.size(), 1.0F);
  for (int axis : axes) {
    const double ideal = scale * static_cast<double>(x[axis]);
    const double size = std::floor(ideal + 0.5);
    const auto place = static_cast<std::size_t>(axis);
    scales[place] = static_cast<float>(scale);
    op.sizes[place] = static_cast<std::int64_t>(size);
    exact = exact && std::abs(ideal - size) < 1e-9 * size;
    rounded_down = rounded_down && std::floor(static_cast<float>(x[axis]) * scales[place]) == size;
  }
  if (exact) return;
  if (!rounded_down) bad_input("keep_aspect_ratio_policy with sizes that round up is not supported");
  op.scales = std::move(scales);
  op.sizes.clear();
}

void read_sizes(Resize& op, const NodeSpec& spec, const Integers& sizes, const std::vector<int>& axes) {
  const Shape& x = spec.inputs[0].shape;
  op.sizes = spread(sizes, axes, x.dims());
  const std::string policy = spec.attributes.text("keep_aspect_ratio_policy", "stretch");
  if (policy == "not_larger" || policy == "not_smaller") {
    for (int axis : axes) {
      if (x[axis] < 1) bad_input("the input {} is empty", to_string(x));
    }
    keep_aspect_ratio(op, x, axes, policy == "not_smaller");
  } else if (policy != "stretch") {
    bad_input("keep_aspect_ratio_policy \"{}\" is unknown", policy);
  }
  if (!op.sizes.empty() && op.sizes[0] != x[0]) {
    bad_input("sizes would change the batch from {} to {}", x[0], op.sizes[0]);
  }
}

/// Opset 10 takes scales only, and Upsample before it; both mean asymmetric coordinates, rounded down.
ParsedNode parse_scales_only(const NodeSpec& spec) {
  Resize op;
  op.mode = read_mode(spec.attributes);
  op.coordinates = Resize::Coordinates::asymmetric;
  op.nearest = Resize::Nearest::floor;
  const auto scales = real_list(spec, "scales", 1);
  if (!scales) bad_input("scales is missing");
  op.scales = *scales;
  return computes(spec, std::move(op));
}

ParsedNode parse_upsample(const NodeSpec& spec) {
  check_inputs(spec, upsample);
  return parse_scales_only(spec);
}

ParsedNode parse_resize(const NodeSpec& spec) {
  check_inputs(spec, resize);
  if (spec.opset < 11) return parse_scales_only(spec);
  Resize op;
  op.mode = read_mode(spec.attributes);
  read_options(op, spec.attributes);
  const int rank = spec.inputs[0].shape.rank();
  expect_rank(spec.inputs[0].shape, 3, 5, "the input");
  Integers all(static_cast<std::size_t>(rank));
  std::iota(all.begin(), all.end(), 0);
  const auto axes = distinct_axes(spec.attributes.integers("axes", all), rank);
  // Files of opset 11 and 12 fill the place of whichever is not used with an empty tensor.
  const auto scales = real_list(spec, "scales", 2).value_or(std::vector<float>{});
  const auto sizes = integer_list(spec, "sizes", 3).value_or(Integers{});
  if (scales.empty() == sizes.empty()) bad_input("exactly one of scales and sizes must be given");
  if (sizes.empty()) {
    op.scales = spread(scales, axes, std::vector<float>(all.size(), 1.0F));
  } else {
    read_sizes(op, spec, sizes, axes);
  }
  return computes(spec, std::move(op));
}

/// floor(extent * scale) in f32, as ONNX's own shape rule has it.
std::int64_t scaled(std::int64_t extent, float scale) {
  const float product = std::floor(static_cast<float>(extent) * scale);
  if (!(product >= 1) || product > static_cast<float>(kMaxElements)) {
    bad_input("an extent of {} times a scale of {} is no usable extent", extent, scale);
  }
  return static_cast<std::int64_t>(product);
}

/// The batch follows the input whatever `sizes` held for it.
std::vector<Shape> resize_shapes(const Resize& op, Shapes inputs) {
  expect_count(inputs, 1, 1);
  const Shape& x = inputs[0];
  expect_rank(x, 3, 5, "the input");
  const std::size_t given = op.sizes.empty() ? op.scales.size() : op.sizes.size();
  if (given != static_cast<std::size_t>(x.rank()) || op.sizes.empty() == op.scales.empty()) {
    bad_input("{} scales and {} sizes for the input {}", op.scales.size(), op.sizes.size(), to_string(x));
  }
  Shape result = x;
  for (int i = 1; i < x.rank(); ++i) {
    const auto place = static_cast<std::size_t>(i);
    result[i] = op.sizes.empty() ? scaled(x[i], op.scales[place]) : op.sizes[place];
    if (result[i] < 1 || x[i] < 1) bad_input("axis {} would go from {} to {} elements", i, x[i], result[i]);
  }
  const bool batch_kept = op.scales.empty() || op.scales[0] == 1.0F;
  const bool channels_kept = op.scales.empty() ? result[1] == x[1] : op.scales[1] == 1.0F;
  if (!batch_kept || !channels_kept) bad_input("resizing the batch or the channels is not supported");
  return {std::move(result)};
}

}  // namespace

const Operator resize{.name = "Resize",
                      .kind = kind_of<Resize>(),
                      .parse = parse_resize,
                      .infer = shape_rule<resize_shapes>,
                      .quantizable = Quantizable::integer,
                      .max_inputs = 4,
                      .constant_inputs = {1, 2, 3},
                      .since_opset = 10};

const Operator upsample{.name = "Upsample",
                        .kind = kind_of<Resize>(),
                        .parse = parse_upsample,
                        .infer = shape_rule<resize_shapes>,
                        .quantizable = Quantizable::integer,
                        .max_inputs = 2,
                        .constant_inputs = {1}};

}  // namespace qs::ops
