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

bool marked(const LaidTexture& laid, Point at) {
  const Point inverse{laid.direction.x, -laid.direction.y};
  const Point own = turned({at.x - laid.origin.x, at.y - laid.origin.y}, inverse);
  return laid.texture->marked(own.x * kPeriod / laid.period, own.y * kPeriod / laid.period);
}

}  // namespace qs::shapes
