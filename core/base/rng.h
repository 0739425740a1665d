// Random numbers that depend on (seed, index) alone, so that any part of a sequence can be made on any thread.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace qs {

/// The index-th number of the sequence `seed`: SplitMix64's output function (Steele, Lea, Flood, "Fast splittable
/// pseudorandom number generators", OOPSLA 2014), uniform over 64 bits.
[[nodiscard]] constexpr std::uint64_t random_bits(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t z = seed * 0xd1342543de82ef95ULL + (index + 1) * 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

/// Uniform in [0, 1), with 24 random bits.
[[nodiscard]] constexpr float random_unit(std::uint64_t seed, std::uint64_t index) {
  return static_cast<float>(random_bits(seed, index) >> 40) * 0x1p-24F;
}

/// Normal with mean 0 and deviation 1, from random bits 2 index and 2 index + 1: Box and Muller, "A Note on the
/// Generation of Random Normal Deviates", Ann. Math. Statist. 29 (1958). At most 5.8 from 0, with 24 bits of u.
[[nodiscard]] inline double random_normal(std::uint64_t seed, std::uint64_t index) {
  const double u = 1.0 - static_cast<double>(random_unit(seed, 2 * index));  // (0, 1]: its logarithm is finite
  const double angle = 2 * std::numbers::pi * static_cast<double>(random_unit(seed, 2 * index + 1));
  return std::sqrt(-2 * std::log(u)) * std::cos(angle);
}

}  // namespace qs
