// Points, directions and angles in whole numbers, so that every machine draws the same.
#pragma once

#include <cstdint>
#include <vector>

namespace qs::shapes {

constexpr int kUnit = 64;       ///< of a pixel's side
constexpr int kOne = 1 << 14;   ///< the number 1 in directions and outlines
constexpr int kTurn = 1 << 10;  ///< a full turn in angles

struct Point {
  int x = 0;
  int y = 0;
};
using Polygon = std::vector<Point>;

/// Cosine and sine of an angle in 1/kTurn turns, in 1/kOne. Rounded from double: libraries that differ in its last bit
/// agree on the result.
[[nodiscard]] Point direction(int angle);

/// Round to nearest of value / kOne, ties upwards.
[[nodiscard]] constexpr int scaled(std::int64_t value) {
  return static_cast<int>((value + kOne / 2) >> 14);
}

/// `point` turned by `turn`, a direction.
[[nodiscard]] constexpr Point turned(Point point, Point turn) {
  return {scaled(std::int64_t{point.x} * turn.x - std::int64_t{point.y} * turn.y),
          scaled(std::int64_t{point.x} * turn.y + std::int64_t{point.y} * turn.x)};
}

/// How a figure of unit size comes to the picture: stretched, turned, enlarged, moved.
struct Placement {
  Point centre{};  ///< in units
  int radius = 0;  ///< in units
  int angle = 0;
  int width = kOne;   ///< factor across, before turning
  int height = kOne;  ///< factor down, before turning
};

/// `outline`, in 1/kOne, as points in units.
[[nodiscard]] Polygon placed(const Polygon& outline, const Placement& placement);

/// Where the polygon's border crosses the row of samples at height `y`, sorted, in samples from the left, rounded up.
/// Samples lie in the middle of squares of `step` units.
void find_crossings(const Polygon& polygon, int y, int step, std::vector<int>& found);

struct Rows {
  int first = 0;
  int last = 0;  ///< behind the last one
};

/// Rows of squares of `step` units, of `side` there are, that the polygon may touch.
[[nodiscard]] Rows rows_of(const Polygon& polygon, int step, int side);

/// Calls `span(row, first, last)` for each run of samples inside the polygon (even-odd rule), first <= x < last, of
/// `side` samples across and down.
void fill(const Polygon& polygon, int step, int side, const auto& span) {
  const Rows rows = rows_of(polygon, step, side);
  std::vector<int> ends;
  for (int row = rows.first; row < rows.last; ++row) {
    find_crossings(polygon, row * step + step / 2, step, ends);
    for (std::size_t i = 0; i + 1 < ends.size(); i += 2) {
      const int first = ends[i] < 0 ? 0 : ends[i], last = ends[i + 1] > side ? side : ends[i + 1];
      if (first < last) span(row, first, last);
    }
  }
}

}  // namespace qs::shapes
