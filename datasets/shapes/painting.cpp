#include "datasets/shapes/painting.h"

#include <vector>

namespace qs::shapes {
namespace {

constexpr int kStep = kUnit / kSamples;
constexpr int kAll = kSamples * kSamples;

struct Covered {
  int samples = 0;
  int marked = 0;  ///< of these
};

}  // namespace

void paint(Image& image, const Polygon& polygon, const Paint& paint) {
  const int side = image.size.width;
  std::vector<Covered> covered(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  fill(polygon, kStep, side * kSamples, [&](int row, int first, int last) {
    for (int x = first; x < last; ++x) {
      Covered& own = covered[static_cast<std::size_t>(row / kSamples * side + x / kSamples)];
      ++own.samples;
      const Point at{x * kStep + kStep / 2, row * kStep + kStep / 2};
      if (paint.texture.texture != nullptr && marked(paint.texture, at)) ++own.marked;
    }
  });
  const Rows rows = rows_of(polygon, kUnit, side);
  for (int y = rows.first; y < rows.last; ++y) {
    for (int x = 0; x < side; ++x) {
      const Covered& own = covered[static_cast<std::size_t>(y * side + x)];
      if (own.samples == 0) continue;
      const Colour colour = mixed(paint.base, paint.mark, own.marked * 256 / own.samples);
      set_pixel(image, x, y, mixed(pixel(image, x, y), colour, paint.opacity * own.samples / kAll));
    }
  }
}

Polygon stone(Draws& draws, Point centre, int radius, int corners) {
  Polygon points;
  for (int i = 0; i < corners; ++i) {
    const Point at = direction(i * kTurn / corners + draws.between(0, kTurn / (2 * corners)));
    const std::int64_t reach = radius * std::int64_t{draws.between(50, 100)} / 100;
    points.push_back({centre.x + scaled(at.x * reach), centre.y + scaled(at.y * reach)});
  }
  return points;
}

Polygon band(Point centre, int angle, int width, int length) {
  const Polygon unit = {{-kOne, -kOne}, {kOne, -kOne}, {kOne, kOne}, {-kOne, kOne}};
  const int factor = static_cast<int>(std::int64_t{kOne} * width / length);
  return placed(unit, {.centre = centre, .radius = length / 2, .angle = angle, .height = factor});
}

}  // namespace qs::shapes
