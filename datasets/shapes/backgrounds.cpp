#include "datasets/shapes/backgrounds.h"

#include <algorithm>
#include <array>

namespace qs::shapes {
namespace {

struct TwoColours {
  Colour first;
  Colour second;
};

/// A muted colour that differs from the shape's, unless luck is very bad.
Colour behind(Draws& draws, const Colour& apart_from) {
  constexpr int kLeast = 110, kTries = 12;
  Colour colour = muted(draws);
  for (int i = 0; i < kTries && difference(colour, apart_from) < kLeast; ++i) colour = muted(draws);
  return colour;
}

void gradient(Image& image, Draws& draws, const TwoColours& colours) {
  const int side = image.size.width;
  const Point towards = direction(draws.between(0, kTurn - 1));
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      // -side..side along the direction, whatever it is.
      const std::int64_t along =
          std::int64_t{2 * x + 1 - side} * towards.x + std::int64_t{2 * y + 1 - side} * towards.y;
      const int share = 128 + static_cast<int>(along * 96 / (std::int64_t{side} * kOne));
      set_pixel(image, x, y, mixed(colours.first, colours.second, std::clamp(share, 0, 256)));
    }
  }
}

/// 0..255, smooth between lattice points `cell` pixels apart (value noise).
int cloud(std::uint64_t seed, int x, int y, int cell) {
  const auto value = [&](int column, int row) {
    return static_cast<int>(random_bits(seed, static_cast<std::uint64_t>(row * 4096 + column)) >> 56);
  };
  const auto eased = [&](int at) {  // 3t^2 - 2t^3 in 1/256
    const int t = (2 * at + 1) * 128 / cell;
    return t * t * (768 - 2 * t) / 65536;
  };
  const int column = x / cell, row = y / cell;
  const int right = eased(x % cell), down = eased(y % cell);
  const int top = value(column, row) * (256 - right) + value(column + 1, row) * right;
  const int bottom = value(column, row + 1) * (256 - right) + value(column + 1, row + 1) * right;
  return (top * (256 - down) + bottom * down) / 65536;
}

void clouds(Image& image, Draws& draws, const TwoColours& colours) {
  const std::uint64_t coarse = draws.seed(), fine = draws.seed();
  const int cell = draws.between(image.size.width / 8, image.size.width / 3);
  for (int y = 0; y < image.size.height; ++y)
    for (int x = 0; x < image.size.width; ++x) {
      const int value = (2 * cloud(coarse, x, y, cell) + cloud(fine, x, y, std::max(2, cell / 3))) / 3;
      set_pixel(image, x, y, mixed(colours.first, colours.second, value));
    }
}

LaidTexture any_texture(Draws& draws, int side) {
  const auto choice = static_cast<std::size_t>(draws.between(0, static_cast<int>(textures().size()) - 1));
  const int turn = draws.between(0, kTurn - 1);
  return laid(textures()[choice], {0, 0}, turn, draws.between(side / 10, side / 4) * kUnit);
}

void pattern(Image& image, Draws& draws, const TwoColours& colours) {
  const int side = image.size.width;
  const Polygon everything = {{0, 0}, {side * kUnit, 0}, {side * kUnit, side * kUnit}, {0, side * kUnit}};
  const int share = draws.between(60, 200);
  paint(image, everything,
        {.base = colours.first,
         .mark = mixed(colours.first, colours.second, share),
         .texture = any_texture(draws, side)});
}

void clutter(Image& image, Draws& draws, const Colour& apart_from) {
  const int side = image.size.width;
  const int things = draws.between(2, 9);
  for (int i = 0; i < things; ++i) {
    const Point centre{draws.between(0, side * kUnit), draws.between(0, side * kUnit)};
    const Colour base = behind(draws, apart_from);
    const bool is_band = draws.chance(30);
    const int angle = draws.between(0, kTurn - 1);
    const int radius = draws.between(side * kUnit / 16, side * kUnit / 5);
    const int corners = draws.between(3, 9);
    const Polygon figure =
        is_band ? band(centre, angle, radius / 2, side * kUnit * 3) : stone(draws, centre, radius, corners);
    Paint coat{.base = base, .mark = muted(draws), .opacity = draws.between(120, 256)};
    if (draws.chance(35)) coat.texture = any_texture(draws, side);
    paint(image, figure, coat);
  }
}

}  // namespace

void paint_background(Image& image, Draws& draws, const Colour& apart_from) {
  using Fill = void (*)(Image&, Draws&, const TwoColours&);
  static constexpr std::array<Fill, 3> kFills = {gradient, clouds, pattern};
  const Colour first = behind(draws, apart_from), second = behind(draws, apart_from);
  kFills[static_cast<std::size_t>(draws.between(0, 2))](image, draws, {first, second});
  if (draws.chance(60)) clutter(image, draws, apart_from);
}

}  // namespace qs::shapes
