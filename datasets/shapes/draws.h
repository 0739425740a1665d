// Random numbers for drawing pictures, in whole numbers only.
#pragma once

#include <cstdint>

#include "core/base/rng.h"

namespace qs::shapes {

/// The sequence of one seed, one number after the other.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : seed_(seed) {}

  /// Uniform in first..last.
  int between(int first, int last) {
    const auto choices = static_cast<std::uint64_t>(last - first + 1);
    return first + static_cast<int>(random_bits(seed_, next_++) % choices);  // the bias of % is below 2^-40
  }

  bool chance(int percent) { return between(0, 99) < percent; }

  /// A seed for another sequence.
  std::uint64_t seed() { return random_bits(seed_, next_++); }

 private:
  std::uint64_t seed_;
  std::uint64_t next_ = 0;
};

}  // namespace qs::shapes
