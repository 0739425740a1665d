// Figures put on a picture.
#pragma once

#include "datasets/shapes/colours.h"
#include "datasets/shapes/textures.h"

namespace qs::shapes {

/// Samples of a pixel across and down.
constexpr int kSamples = 4;

struct Paint {
  Colour base{};
  Colour mark{};          ///< where the texture is marked
  LaidTexture texture{};  ///< none: base only
  int opacity = 256;      ///< 0..256
};

/// Paints a polygon, in units; its border and its texture are averaged over the samples of each pixel. The picture is
/// square.
void paint(Image& image, const Polygon& polygon, const Paint& paint);

/// A figure with `corners` corners at irregular distances, none further away than `radius` units.
[[nodiscard]] Polygon stone(Draws& draws, Point centre, int radius, int corners);

/// A straight band through `centre`, longer than the picture, `width` units wide.
[[nodiscard]] Polygon band(Point centre, int angle, int width, int length);

}  // namespace qs::shapes
