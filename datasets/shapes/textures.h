// What covers a shape.
#pragma once

#include <span>
#include <string_view>

#include "datasets/shapes/plane.h"

namespace qs::shapes {

struct Texture {
  std::string_view name;
  /// Whether a point is of the second colour; coordinates in 1/256 of the period.
  bool (*marked)(int x, int y);
};

/// In alphabetical order.
[[nodiscard]] std::span<const Texture> textures();

/// A texture as it lies on the picture.
struct LaidTexture {
  const Texture* texture = nullptr;
  Point origin{};     ///< in units
  Point direction{};  ///< of its x axis
  int period = 1;     ///< in units
};

/// Whether the point, in units, is of the second colour.
[[nodiscard]] bool marked(const LaidTexture& laid, Point at);

}  // namespace qs::shapes
