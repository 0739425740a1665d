#include "datasets/shapes/outlines.h"

#include <array>
#include <cmath>
#include <numbers>

namespace qs::shapes {
namespace {

/// Corners at equal angles, at these radii in turn, the first one on top.
Polygon spokes(int corners, int radius, int other_radius) {
  Polygon points;
  for (int i = 0; i < corners; ++i) {
    const Point at = direction((i * 2 * kTurn + corners) / (2 * corners) - kTurn / 4);
    const int reach = i % 2 == 0 ? radius : other_radius;
    points.push_back({scaled(std::int64_t{at.x} * reach), scaled(std::int64_t{at.y} * reach)});
  }
  return points;
}

Polygon disc() {
  constexpr int kRadius = kOne * 15 / 16;
  return spokes(64, kRadius, kRadius);
}

Polygon square() {
  constexpr int kHalf = kOne * 13 / 16;
  return {{-kHalf, -kHalf}, {kHalf, -kHalf}, {kHalf, kHalf}, {-kHalf, kHalf}};
}

Polygon star() {
  return spokes(10, kOne * 9 / 8, kOne / 2);
}

Polygon triangle() {
  return spokes(3, kOne * 9 / 8, kOne * 9 / 8);
}

/// The usual curve: x = 16 sin^3 t, y = 13 cos t - 5 cos 2t - 2 cos 3t - cos 4t.
Polygon heart() {
  constexpr int kPoints = 48;
  Polygon points;
  for (int i = 0; i < kPoints; ++i) {
    const double t = 2 * std::numbers::pi * i / kPoints;
    const double x = 16 * std::pow(std::sin(t), 3);
    const double y = 13 * std::cos(t) - 5 * std::cos(2 * t) - 2 * std::cos(3 * t) - std::cos(4 * t);
    // 1/16 of the size, so that the last bit of a library's cosine does not matter.
    points.push_back({static_cast<int>(std::lround(x / 15 * 1024)) * (kOne / 1024),
                      -static_cast<int>(std::lround((y + 2.5) / 15 * 1024)) * (kOne / 1024)});
  }
  return points;
}

}  // namespace

std::span<const Outline> outlines() {
  static constexpr std::array<Outline, 5> all = {
      {{"disc", disc}, {"heart", heart}, {"square", square}, {"star", star}, {"triangle", triangle}}};
  return all;
}

}  // namespace qs::shapes
