#include "datasets/shapes/textures.h"

#include <array>

namespace qs::shapes {
namespace {

constexpr int kPeriod = 256;

/// Inside one period; right for negative coordinates too.
int phase(int value) {
  return value & (kPeriod - 1);
}

bool checked(int x, int y) {
  return (phase(x) < kPeriod / 2) != (phase(y) < kPeriod / 2);
}

bool dotted(int x, int y) {
  constexpr int kRadius = 80;
  const int dx = phase(x) - kPeriod / 2, dy = phase(y) - kPeriod / 2;
  return dx * dx + dy * dy < kRadius * kRadius;
}

bool plain(int /*x*/, int /*y*/) {
  return false;
}

bool striped(int x, int /*y*/) {
  return phase(x) < kPeriod / 2;
}

}  // namespace

std::span<const Texture> textures() {
  static constexpr std::array<Texture, 4> all = {
      {{"checked", checked}, {"dotted", dotted}, {"plain", plain}, {"striped", striped}}};
  return all;
}

LaidTexture laid(const Texture& texture, Point origin, int angle, int period) {
  const Point towards = direction(angle);
  return {&texture, origin, {towards.x * kPeriod / period, towards.y * kPeriod / period}};
}

}  // namespace qs::shapes
