// Gradients against central differences.
#pragma once

#include <functional>
#include <random>
#include <string>

#include "core/engine/training/tape.h"

namespace qs {

/// A sum of all elements times fixed random factors in [-1, 1): a loss through which every element has a gradient.
[[nodiscard]] VariableId add_projection(Tape& tape, VariableId x);

struct GradientCheck {
  double worst = 0;   ///< largest |gradient - difference| / scale of the gradients of that parameter
  std::string where;  ///< parameter and element
  std::int64_t elements = 0;
};

/// Compares what `backward` says with (loss(p + h) - loss(p - h)) / 2h for up to `samples` elements of each parameter,
/// spread evenly. The tape is compiled. The differences are relative to the largest gradient of the parameter.
[[nodiscard]] GradientCheck check_gradients(Tape& tape, double h, int samples = 24);

}  // namespace qs
