// How far two networks' outputs for one image are apart.
#pragma once

#include <cstdint>
#include <span>

namespace qs {

enum class OutputScale : std::uint8_t { logits, probabilities };

/// Over all images so far; means leave out images whose outputs are not finite.
struct LogitDifference {
  std::int64_t images = 0;
  std::int64_t exact = 0;     ///< images without any difference: left out of `sqnr_sum`
  double sqnr_sum = 0;        ///< of each image's SQNR in dB
  double divergence_sum = 0;  ///< of each image's KL(reference || candidate) in nats

  /// Mean SQNR in dB over the images that differ; +infinity where none does.
  [[nodiscard]] double mean_sqnr() const;
  /// Mean Kullback-Leibler divergence; 0 where there is no image.
  [[nodiscard]] double mean_divergence() const;
};

/// Adds one image. Softmax is taken of logits first, in double. Where the candidate gives a class probability 0 that
/// the reference does not, 1e-30 stands in for it.
void add(LogitDifference& difference, std::span<const float> reference, std::span<const float> candidate,
         OutputScale scale);

}  // namespace qs
