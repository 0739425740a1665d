#include "datasets/shapes/plane.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace qs::shapes {
namespace {

/// Sines of all angles in 1/kOne.
std::array<int, kTurn> sine_table() {
  std::array<int, kTurn> sines{};
  for (int i = 0; i < kTurn; ++i)
    sines[static_cast<std::size_t>(i)] =
        static_cast<int>(std::lround(std::sin(2 * std::numbers::pi * i / kTurn) * kOne));
  return sines;
}

std::int64_t divided_up(std::int64_t value, std::int64_t by) {
  const std::int64_t quotient = value / by;
  return quotient * by < value ? quotient + 1 : quotient;
}

}  // namespace

Point direction(int angle) {
  static const std::array<int, kTurn> sines = sine_table();
  const auto sine = [](int at) { return sines[static_cast<std::size_t>(at & (kTurn - 1))]; };
  return {sine(angle + kTurn / 4), sine(angle)};
}

Polygon placed(const Polygon& outline, const Placement& placement) {
  const Point turn = direction(placement.angle);
  Polygon result;
  for (const Point& point : outline) {
    const Point stretched{scaled(std::int64_t{point.x} * placement.width),
                          scaled(std::int64_t{point.y} * placement.height)};
    const Point at = turned(stretched, turn);
    result.push_back({placement.centre.x + scaled(std::int64_t{at.x} * placement.radius),
                      placement.centre.y + scaled(std::int64_t{at.y} * placement.radius)});
  }
  return result;
}

Rows rows_of(const Polygon& polygon, int step, int side) {
  const auto [top, bottom] = std::ranges::minmax(polygon, {}, &Point::y);
  const auto row = [&](int y) { return std::clamp((y < 0 ? -1 : y / step), -1, side - 1); };
  return {std::max(0, row(top.y)), row(bottom.y) + 1};
}

void find_crossings(const Polygon& polygon, int y, int step, std::vector<int>& found) {
  found.clear();
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    Point from = polygon[i], to = polygon[(i + 1) % polygon.size()];
    if ((from.y <= y) == (to.y <= y)) continue;
    if (from.y > to.y) std::swap(from, to);
    // Sample k lies at k step + step / 2: the first one at or right of x = from.x + (to.x - from.x)(y - from.y) / rise.
    const std::int64_t rise = to.y - from.y;
    const std::int64_t x = std::int64_t{from.x} * rise + std::int64_t{to.x - from.x} * (y - from.y);
    found.push_back(static_cast<int>(divided_up(2 * x - step * rise, 2 * step * rise)));
  }
  std::ranges::sort(found);
}

}  // namespace qs::shapes
