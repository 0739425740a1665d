// What quantized logits say, against what the real ones say. spec/methods.md section 3.
#pragma once

#include <vector>

#include "core/quant/encoding.h"
#include "core/tensor/tensor.h"

namespace qs {

/// H(softmax(v), softmax(quantized v)) = -sum p ln q, summed over images, for any number of encodings of one set of
/// logits. Smallest, and equal to the entropy of p, where quantization changes no probability.
class LogitCrossEntropy {
 public:
  /// `logits`: f32 [images, ...], finite. Of more than `most_images` as many are taken, evenly spread.
  LogitCrossEntropy(const Tensor& logits, std::int64_t most_images);

  [[nodiscard]] double of(ScaleZeroPoint encoding, const Grid& grid) const;

 private:
  std::size_t classes_ = 0;
  std::vector<float> logits_;
  std::vector<float> probabilities_;
};

}  // namespace qs
