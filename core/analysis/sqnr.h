// Signal to quantization noise: spec/methods.md section 1, appendix A metrics (Krishnamoorthi, arXiv:1806.08342).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/quant/encoding.h"

namespace qs {

/// Sums over all elements asked for, in double: they may be added up in any portions.
struct SquaredError {
  double signal = 0;  ///< sum of x^2
  double noise = 0;   ///< sum of (x - x^)^2

  SquaredError& operator+=(const SquaredError& other) {
    signal += other.signal;
    noise += other.noise;
    return *this;
  }
  friend bool operator==(const SquaredError&, const SquaredError&) = default;
};

/// 10 log10(signal / noise) in dB. No noise gives +infinity: exact, even where there is no signal either. Noise without
/// any signal gives -infinity.
[[nodiscard]] double sqnr_db(const SquaredError& error);

/// What became of `reference`. Both have one length.
[[nodiscard]] SquaredError squared_error(std::span<const float> reference, std::span<const float> candidate);

/// What would become of finite `values` on a grid, without keeping it. Cost: about a nanosecond each.
[[nodiscard]] SquaredError quantization_error(std::span<const float> values, ScaleZeroPoint encoding, const Grid& grid);

/// A channel whose weights stay below this part of the layer's largest does nothing but pass its bias on: BatchNorm has
/// switched it off. It counts as dead, like one that is all zero.
constexpr float kSwitchedOff = 1e-6F;

/// One channel's noise, and whether there is anything in it at all.
struct ChannelError {
  SquaredError error;
  bool dead = false;  ///< of no account in what is said about all channels
};

/// The SQNR of channels that are not dead, in dB; +infinity where all are exact, and 0 where there are none.
struct SqnrSummary {
  std::int64_t channels = 0;  ///< not dead
  std::int64_t dead = 0;
  double min = 0;
  double median = 0;  ///< the mean of the middle two, for an even number
  double max = 0;
};
[[nodiscard]] SqnrSummary summarize(std::span<const ChannelError> channels);

/// Channels by SQNR: counts[i] of them lie in [first_db + i * width_db, first_db + (i + 1) * width_db). Dead and exact
/// ones, and those with noise only, are counted apart.
struct SqnrHistogram {
  double first_db = 0;
  double width_db = 1;
  std::vector<std::int64_t> counts;  ///< the first and the last are not 0; empty where there is nothing to count
  std::int64_t exact = 0;
  std::int64_t dead = 0;
  std::int64_t noise_only = 0;
};

/// `width_db` > 0; bins begin at multiples of it.
[[nodiscard]] SqnrHistogram histogram(std::span<const ChannelError> channels, double width_db);

}  // namespace qs
