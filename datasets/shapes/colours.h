// The colours of pictures.
#pragma once

#include "datasets/image.h"
#include "datasets/shapes/draws.h"

namespace qs::shapes {

struct Colour {
  int red = 0;
  int green = 0;
  int blue = 0;
};

/// Sum of the absolute differences of the three channels.
[[nodiscard]] int difference(const Colour& one, const Colour& other);

/// From `from` (share 0) to `to` (share 256).
[[nodiscard]] Colour mixed(const Colour& from, const Colour& to, int share);

/// A clear colour, for a thing in front.
[[nodiscard]] Colour bright(Draws& draws);

/// A dull one, for what lies behind.
[[nodiscard]] Colour muted(Draws& draws);

[[nodiscard]] Colour pixel(const Image& image, int x, int y);
/// Clamps to 0..255.
void set_pixel(Image& image, int x, int y, const Colour& colour);

}  // namespace qs::shapes
