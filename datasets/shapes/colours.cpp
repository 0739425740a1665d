#include "datasets/shapes/colours.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace qs::shapes {
namespace {

constexpr std::array<Colour, 14> kBright = {{{230, 57, 70},
                                             {244, 132, 52},
                                             {250, 196, 60},
                                             {120, 190, 70},
                                             {34, 150, 110},
                                             {40, 180, 190},
                                             {50, 120, 210},
                                             {76, 80, 180},
                                             {150, 80, 190},
                                             {230, 110, 170},
                                             {245, 240, 225},
                                             {45, 50, 70},
                                             {150, 95, 60},
                                             {190, 220, 235}}};

/// `value` changed by up to `most`.
int jittered(Draws& draws, int value, int most) {
  return std::clamp(value + draws.between(-most, most), 0, 255);
}

}  // namespace

int difference(const Colour& one, const Colour& other) {
  return std::abs(one.red - other.red) + std::abs(one.green - other.green) + std::abs(one.blue - other.blue);
}

Colour mixed(const Colour& from, const Colour& to, int share) {
  const auto mix = [&](int first, int second) { return first + (((second - first) * share + 128) >> 8); };
  return {mix(from.red, to.red), mix(from.green, to.green), mix(from.blue, to.blue)};
}

Colour bright(Draws& draws) {
  const Colour& chosen = kBright[static_cast<std::size_t>(draws.between(0, static_cast<int>(kBright.size()) - 1))];
  const int red = jittered(draws, chosen.red, 16);
  const int green = jittered(draws, chosen.green, 16);
  return {red, green, jittered(draws, chosen.blue, 16)};
}

Colour muted(Draws& draws) {
  const int grey = draws.between(40, 220);
  const Colour towards = bright(draws);
  return mixed({grey, grey, grey}, towards, draws.between(40, 150));
}

Colour pixel(const Image& image, int x, int y) {
  const std::uint8_t* at = image.row(y) + std::ptrdiff_t{3} * x;
  return {at[0], at[1], at[2]};
}

void set_pixel(Image& image, int x, int y, const Colour& colour) {
  std::uint8_t* at = image.row(y) + std::ptrdiff_t{3} * x;
  at[0] = static_cast<std::uint8_t>(std::clamp(colour.red, 0, 255));
  at[1] = static_cast<std::uint8_t>(std::clamp(colour.green, 0, 255));
  at[2] = static_cast<std::uint8_t>(std::clamp(colour.blue, 0, 255));
}

}  // namespace qs::shapes
