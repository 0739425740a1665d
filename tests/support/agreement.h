// When two tensors are the same.
#pragma once

#include <string>

#include "core/tensor/tensor.h"

namespace qs {

/// |candidate - reference| <= absolute + relative * |reference|
struct Tolerance {
  double relative = 0;
  double absolute = 0;
};

/// Empty when both tensors have one shape and type and every element agrees; otherwise what differs, the worst element
/// first. Infinity agrees with itself only and NaN with nothing. Types other than f32 have to be equal.
[[nodiscard]] std::string disagreement(const Tensor& candidate, const Tensor& reference, Tolerance tolerance);

}  // namespace qs
