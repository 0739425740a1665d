// Loops over activations whose channels lie last: rows of channels, one for each pixel of each image.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/base/parallel.h"
#include "core/base/wide.h"
#include "core/engine/training/operation.h"

namespace qs {

/// A buffer [N,C,...] as [rows, C], cut into blocks whose number does not depend on threads: sums are the same however
/// many there are.
struct ChannelRows {
  std::int64_t rows;
  std::int64_t channels;

  explicit ChannelRows(const Buffer& buffer) : rows(buffer.elements / buffer.shape[1]), channels(buffer.shape[1]) {}

  [[nodiscard]] std::int64_t rows_per_block() const { return std::max<std::int64_t>((1 << 14) / channels, 1); }
  [[nodiscard]] std::int64_t blocks() const { return (rows + rows_per_block() - 1) / rows_per_block(); }

  /// body(block, first, last) for the rows of each block, in parallel.
  template <class Body>
  void each_block(const Body& body) const {
    parallel_for(blocks(), [&](std::int64_t block) {
      const std::int64_t first = block * rows_per_block();
      on_wide_vectors([&] { body(block, first, std::min(first + rows_per_block(), rows)); });
    });
  }

  /// Two sums per channel: add(row, sums, sums + channels) adds a row's terms. Few rows are added up in float, their
  /// sums in double.
  template <class Add>
  [[nodiscard]] std::vector<double> two_sums(const Add& add) const {
    constexpr std::int64_t kFew = 32;
    const auto width = static_cast<std::size_t>(2 * channels);
    std::vector<double> partial(width * static_cast<std::size_t>(blocks()), 0.0);
    each_block([&](std::int64_t block, std::int64_t first, std::int64_t last) {
      double* sums = partial.data() + width * static_cast<std::size_t>(block);
      std::vector<float> few(width);
      for (std::int64_t row = first; row < last;) {
        std::fill(few.begin(), few.end(), 0.0F);
        for (const std::int64_t end = std::min(row + kFew, last); row < end; ++row) {
          add(row, few.data(), few.data() + channels);
        }
        for (std::size_t i = 0; i < width; ++i) sums[i] += static_cast<double>(few[i]);
      }
    });
    for (std::size_t i = width; i < partial.size(); ++i) partial[i % width] += partial[i];
    partial.resize(width);
    return partial;
  }

  /// Mean and population variance of each channel of x.
  void moments(const float* x, float* mean, float* variance) const {
    // Around the first row, so that a large mean does not swallow the variance.
    const std::vector<double> sums = two_sums([this, x](std::int64_t row, float* sum, float* squares) {
      const float* values = x + row * channels;
#pragma omp simd
      for (std::int64_t c = 0; c < channels; ++c) {
        const float distance = values[c] - x[c];
        sum[c] += distance;
        squares[c] += distance * distance;
      }
    });
    const auto count = static_cast<double>(rows);
    for (std::int64_t c = 0; c < channels; ++c) {
      const double distance = sums[static_cast<std::size_t>(c)] / count;
      const double square = sums[static_cast<std::size_t>(c + channels)] / count;
      mean[c] = static_cast<float>(distance + static_cast<double>(x[c]));
      variance[c] = static_cast<float>(std::max(square - distance * distance, 0.0));
    }
  }
};

}  // namespace qs
