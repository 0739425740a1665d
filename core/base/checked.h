// Integer arithmetic on sizes that came from a file.
#pragma once

#include <cstdint>

#include "core/base/error.h"

namespace qs {

/// a * b; throws `Error` (bad_input) naming `what` when the product does not fit 64 bits.
inline std::int64_t checked_multiply(std::int64_t a, std::int64_t b, std::string_view what) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) bad_input("{} overflows: {} x {}", what, a, b);
  return product;
}

/// a + b; throws `Error` (bad_input) naming `what` when the sum does not fit 64 bits.
inline std::int64_t checked_add(std::int64_t a, std::int64_t b, std::string_view what) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) bad_input("{} overflows: {} + {}", what, a, b);
  return sum;
}

}  // namespace qs
