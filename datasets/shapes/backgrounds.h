// What lies behind a shape.
#pragma once

#include "datasets/shapes/painting.h"

namespace qs::shapes {

/// Fills the picture: a gradient, clouds or a pattern of two muted colours, with or without stones and bands on it.
/// `apart_from` is a colour the picture's two main colours differ from, as long as one is found.
void paint_background(Image& image, Draws& draws, const Colour& apart_from);

}  // namespace qs::shapes
