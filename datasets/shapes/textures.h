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
  Point origin{};  ///< in units
  Point across{};  ///< its x axis: 1/256 periods per unit, in 1/kOne
};

/// `period` is in units and at least 2.
[[nodiscard]] LaidTexture laid(const Texture& texture, Point origin, int angle, int period);

/// Whether the point, in units, is of the second colour.
[[nodiscard]] inline bool marked(const LaidTexture& laid, Point at) {
  const int x = at.x - laid.origin.x, y = at.y - laid.origin.y;
  return laid.texture->marked(
      static_cast<int>((std::int64_t{x} * laid.across.x + std::int64_t{y} * laid.across.y) >> 14),
      static_cast<int>((std::int64_t{y} * laid.across.x - std::int64_t{x} * laid.across.y) >> 14));
}

}  // namespace qs::shapes
