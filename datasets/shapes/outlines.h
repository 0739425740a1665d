// The shapes.
#pragma once

#include <span>
#include <string_view>

#include "datasets/shapes/plane.h"

namespace qs::shapes {

struct Outline {
  std::string_view name;
  Polygon (*make)();  ///< about the origin, reaching about as far as a disc of radius kOne
};

/// In alphabetical order.
[[nodiscard]] std::span<const Outline> outlines();

}  // namespace qs::shapes
