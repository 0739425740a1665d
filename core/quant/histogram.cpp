#include "core/quant/histogram.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <numeric>

#include "core/base/checked.h"
#include "core/base/parallel.h"

namespace qs {

namespace {

// Widths are powers of two. Then x / width is exact in float, a value's bin does not depend on when it came, and the
// width follows from the range alone: however values are split into calls, the histogram is the same.
constexpr int kSmallestExponent = -126;  // of a width: 1 / width is a finite float
constexpr int kMostSteps = 1 << 23;      // |x| / width stays below this, where floats still tell halves apart

std::int64_t bin_of(double x, double width) {
  return static_cast<std::int64_t>(std::floor(x / width));
}

/// The narrowest width whose bins cover a range that is not all zero.
double width_for(Range range) {
  const double largest = std::max(std::abs(static_cast<double>(range.min)), std::abs(static_cast<double>(range.max)));
  double width = std::ldexp(1.0, std::max(std::ilogb(largest / kMostSteps) + 1, kSmallestExponent));
  while (bin_of(range.max, width) - bin_of(range.min, width) >= Histogram::kBins) width *= 2;
  return width;
}

/// The bin into which `bin` falls when bins of width `from` are merged to bins of width `to`. A bin's index has less
/// than 63 bits, so that more halvings change nothing.
std::int64_t merged_bin(std::int64_t bin, double from, double to) {
  return bin >> std::min(std::ilogb(to) - std::ilogb(from), 63);
}

Range united(Range a, Range b) {
  return {std::min(a.min, b.min), std::max(a.max, b.max)};
}

/// Smallest and largest; not finite when any value is not.
Range range_of(std::span<const float> values) {
  const float* x = values.data();
  float low = x[0];
  float high = x[0];
  float poison = 0;  // infinity * 0 and NaN * 0 are NaN
#pragma omp simd reduction(min : low) reduction(max : high) reduction(+ : poison)
  for (std::size_t i = 0; i < values.size(); ++i) {
    low = x[i] < low ? x[i] : low;
    high = x[i] > high ? x[i] : high;
    poison += x[i] * 0.0F;
  }
  return {low + poison, high + poison};
}

/// Counts in 32 bits over several copies of the bins: after a ReLU most values fall into one bin, and one counter
/// would have to wait for its own last store.
class Counters {
 public:
  Counters(double width, std::int64_t first)
      : width_(static_cast<float>(width)), per_width_(static_cast<float>(1 / width)), first_(static_cast<int>(first)) {}

  void add(std::span<const float> values) {
    for (std::size_t i = 0; i < values.size(); i += kBlock) {
      add_block(values.subspan(i, std::min(kBlock, values.size() - i)));
    }
  }

  void give(std::span<std::int64_t> counts, std::int64_t& zeros) const {
    for (const auto& copy : copies_) {
      for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += copy[i];
    }
    zeros += zeros_;
  }

 private:
  static constexpr std::size_t kBlock = 512;
  static constexpr std::size_t kCopies = 4;

  void add_block(std::span<const float> values) {
    alignas(64) std::array<std::int32_t, kBlock> bins;
    const float* x = values.data();
    int zeros = 0;
#pragma omp simd reduction(+ : zeros)
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto toward_zero = static_cast<std::int32_t>(x[i] * per_width_);
      const auto above = static_cast<std::int32_t>(static_cast<float>(toward_zero) * width_ > x[i]);
      bins[i] = toward_zero - above - first_;
      zeros += static_cast<int>(x[i] == 0.0F);
    }
    zeros_ += zeros;
    std::size_t i = 0;
    for (; i + kCopies <= values.size(); i += kCopies) {
      for (std::size_t c = 0; c < kCopies; ++c) ++copies_[c][static_cast<std::size_t>(bins[i + c])];
    }
    for (; i < values.size(); ++i) ++copies_[0][static_cast<std::size_t>(bins[i])];
  }

  float width_;
  float per_width_;
  int first_;
  std::int64_t zeros_ = 0;
  std::array<std::array<std::uint32_t, Histogram::kBins>, kCopies> copies_{};
};

constexpr std::size_t kPart = std::size_t{1} << 19;  // values one thread takes at once

std::span<const float> part_of(std::span<const float> values, std::int64_t part) {
  const std::size_t start = static_cast<std::size_t>(part) * kPart;
  return values.subspan(start, std::min(kPart, values.size() - start));
}

std::int64_t parts(std::span<const float> values) {
  return static_cast<std::int64_t>((values.size() + kPart - 1) / kPart);
}

}  // namespace

void Histogram::add(std::span<const float> values) {
  if (values.empty()) return;
  std::vector<Range> ranges(static_cast<std::size_t>(parts(values)));
  parallel_for(parts(values),
               [&](std::int64_t part) { ranges[static_cast<std::size_t>(part)] = range_of(part_of(values, part)); });
  for (const Range range : ranges) {
    if (!std::isfinite(range.min)) bad_input("NaN or infinity among values to be counted");
  }
  add_within(values, std::accumulate(ranges.begin(), ranges.end(), ranges.front(), united));
}

void Histogram::add_within(std::span<const float> values, Range range) {
  make_room(range, 0);
  total_ += std::ssize(values);
  if (width_ == 0) {
    zeros_ += std::ssize(values);
    return;
  }
  std::mutex merging;
  parallel_for(parts(values), [&](std::int64_t part) {
    Counters counters(width_, first_);
    counters.add(part_of(values, part));
    const std::lock_guard lock(merging);  // integers: the order of parts does not matter
    counters.give(counts_, zeros_);
  });
}

void Histogram::merge(const Histogram& other) {
  if (other.total_ == 0) return;
  make_room(other.range_, other.width_);
  total_ += other.total_;
  zeros_ += other.zeros_;
  if (width_ == 0) return;
  if (other.width_ == 0) {
    counts_[static_cast<std::size_t>(-first_)] += other.zeros_;
    return;
  }
  for (std::size_t i = 0; i < other.counts_.size(); ++i) {
    if (other.counts_[i] == 0) continue;
    const std::int64_t bin = merged_bin(other.first_ + static_cast<std::int64_t>(i), other.width_, width_);
    counts_[static_cast<std::size_t>(bin - first_)] += other.counts_[i];
  }
}

/// Makes the bins cover `range` too, at least `width` wide; the first bin is always the one of the smallest value.
void Histogram::make_room(Range range, double width) {
  range_ = total_ == 0 ? range : united(range_, range);
  if (range_.min == 0 && range_.max == 0) {
    range_ = {};  // no -0
    return;
  }
  width = std::max({width, width_, width_for(range_)});
  if (width_ == 0) {
    width_ = width;
    first_ = bin_of(range_.min, width);
    counts_.assign(kBins, 0);
    if (zeros_ > 0) counts_[static_cast<std::size_t>(-first_)] = zeros_;
    return;
  }
  const std::int64_t first = bin_of(range_.min, width);
  if (width == width_ && first == first_) return;
  std::vector<std::int64_t> counts(kBins, 0);
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    const std::int64_t bin = merged_bin(first_ + static_cast<std::int64_t>(i), width_, width);
    counts[static_cast<std::size_t>(bin - first)] += counts_[i];
  }
  width_ = width;
  first_ = first;
  counts_ = std::move(counts);
}

Histogram Histogram::restored(double width, std::int64_t first, std::vector<std::int64_t> counts, std::int64_t zeros,
                              Range range) {
  const auto require = [](bool holds, std::string_view what) {
    if (!holds) bad_input("damaged histogram: {}", what);
  };
  require(zeros >= 0, "a negative number of zeros");
  require(std::isfinite(range.min) && std::isfinite(range.max) && range.min <= range.max, "its range");
  Histogram made;
  made.zeros_ = zeros;
  if (width == 0) {
    require(first == 0 && counts.empty() && range == Range{}, "bins without a width");
    made.total_ = zeros;
    return made;
  }
  int exponent = 0;
  require(std::isfinite(width) && std::frexp(width, &exponent) == 0.5, "its width");
  require(range.min != 0 || range.max != 0, "its range, beside a width");
  require(width >= width_for(range) && exponent < 128, "its width");
  require(first == bin_of(range.min, width), "its first bin");
  require(counts.size() == kBins, "its number of bins");
  const auto last = static_cast<std::size_t>(bin_of(range.max, width) - first);
  require(last < kBins && counts.front() > 0 && counts[last] > 0, "its outermost bins");
  for (std::size_t i = 0; i < counts.size(); ++i) {
    require(counts[i] >= 0 && (i <= last || counts[i] == 0), "its counts");
    made.total_ = checked_add(made.total_, counts[i], "damaged histogram: its total");
  }
  const bool has_zero = -first >= 0 && -first <= static_cast<std::int64_t>(last);
  require(zeros <= (has_zero ? counts[static_cast<std::size_t>(-first)] : 0), "its number of zeros");
  made.width_ = width;
  made.first_ = first;
  made.counts_ = std::move(counts);
  made.range_ = range;
  return made;
}

double Distribution::total() const {
  return std::accumulate(weights.begin(), weights.end(), 0.0);
}

Distribution distribution(const Histogram& histogram) {
  Distribution made;
  made.range = histogram.range();
  made.width = histogram.width();
  const auto add = [&](double value, std::int64_t count) {
    if (count == 0) return;
    made.values.push_back(std::clamp(static_cast<float>(value), made.range.min, made.range.max));
    made.weights.push_back(static_cast<double>(count));
  };
  if (histogram.width() == 0) {
    add(0, histogram.zeros());
    return made;
  }
  for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
    const std::int64_t bin = histogram.first() + static_cast<std::int64_t>(i);
    const std::int64_t zeros = bin == 0 ? histogram.zeros() : 0;
    add(0, zeros);
    add((static_cast<double>(bin) + 0.5) * histogram.width(), histogram.counts()[i] - zeros);
  }
  return made;
}

Distribution distribution(std::span<const float> values) {
  if (values.size() > Histogram::kBins) {
    Histogram histogram;
    histogram.add(values);
    return distribution(histogram);
  }
  Distribution made;
  made.values.assign(values.begin(), values.end());
  if (std::any_of(values.begin(), values.end(), [](float x) { return !std::isfinite(x); })) {
    bad_input("NaN or infinity among values to be quantized");
  }
  std::sort(made.values.begin(), made.values.end());
  made.weights.assign(values.size(), 1.0);
  if (!values.empty()) made.range = {made.values.front(), made.values.back()};
  return made;
}

}  // namespace qs
