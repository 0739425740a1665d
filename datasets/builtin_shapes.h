// Pictures of shapes that the program draws itself: a data set for a machine that has none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/image.h"

namespace qs {

/// Width and height of the pictures in the data set.
constexpr int kShapesSide = 64;

/// "checked disc", ..., "striped triangle": every texture on every shape, in alphabetical order. Neither the shape nor
/// the texture alone tells the class.
[[nodiscard]] const std::vector<std::string>& shape_classes();

/// Class of the index-th picture of the sequence `seed`; uniform.
[[nodiscard]] int shape_class(std::uint64_t seed, std::uint64_t index);

/// The picture itself: one textured shape of any position, size, direction and colour over a gradient, clouds or a
/// pattern with other things lying about, in some light, partly covered, and noisy. It depends on (seed, index, side)
/// alone; all arithmetic is in whole numbers, so that every machine draws the same bytes. 16 <= `side` <= 512.
[[nodiscard]] Image draw_shape(std::uint64_t seed, std::uint64_t index, int side = kShapesSide);

}  // namespace qs
