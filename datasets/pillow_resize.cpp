#include "datasets/pillow_resize.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/error.h"

namespace qs {
namespace {

constexpr int kWeightBits = 32 - 8 - 2;  // of 32: 8 for the pixel, one for the sign, one for sums beyond 1
constexpr std::int32_t kHalf = 1 << (kWeightBits - 1);

double triangle(double x) {
  return std::max(0.0, 1.0 - std::abs(x));
}

double cubic(double x) {
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  if (x < 2.0) return (((x - 5.0) * x + 8.0) * x - 4.0) * a;
  return 0.0;
}

/// Source pixels and weights of a run of target pixels along one axis. All have the same number of taps, some of weight
/// zero: the processor then predicts the inner loops.
struct Taps {
  int count = 0;                      ///< source pixels per target pixel
  std::vector<int> first;             ///< first source pixel, per target pixel
  std::vector<std::int32_t> weights;  ///< with kWeightBits after the point; `count` per target pixel

  [[nodiscard]] const std::int32_t* weights_of(int i) const { return weights.data() + std::ptrdiff_t{i} * count; }
  [[nodiscard]] int begin() const { return first.front(); }
  [[nodiscard]] int end() const { return first.back() + count; }
};

std::int32_t to_fixed(double weight) {
  return static_cast<std::int32_t>(weight * (1 << kWeightBits) + (weight < 0 ? -0.5 : 0.5));
}

/// Taps of the target pixels [offset, offset + length) of `target`.
Taps make_taps(int source, int target, int offset, int length, PillowKernel kernel) {
  const double ratio = static_cast<double>(source) / target;
  const double width = std::max(ratio, 1.0);
  const double radius = (kernel == PillowKernel::triangle ? 1.0 : 2.0) * width;
  const auto value = kernel == PillowKernel::triangle ? triangle : cubic;

  Taps taps;
  taps.count = std::min(static_cast<int>(std::floor(2 * radius)) + 1, source);
  taps.weights.resize(static_cast<std::size_t>(length) * taps.count);
  std::vector<double> exact(static_cast<std::size_t>(taps.count));
  for (int i = 0; i < length; ++i) {
    const double centre = (offset + i + 0.5) * ratio;
    const int first = std::max(static_cast<int>(centre - radius + 0.5), 0);
    const int count = std::min(static_cast<int>(centre + radius + 0.5), source) - first;
    QS_ASSERT(count <= taps.count);
    double sum = 0;
    // Multiplying by 1 / width and not dividing is what Pillow does; the last bit depends on it.
    for (int j = 0; j < count; ++j) sum += exact[j] = value((j + first - centre + 0.5) * (1.0 / width));
    taps.first.push_back(std::min(first, source - taps.count));
    std::int32_t* fixed = taps.weights.data() + std::ptrdiff_t{i} * taps.count + (first - taps.first.back());
    for (int j = 0; j < count; ++j) fixed[j] = to_fixed(sum != 0 ? exact[j] / sum : exact[j]);
  }
  return taps;
}

// The inner loops are written once and compiled twice, for the baseline and for AVX2 (32-bit multiplication of
// vectors).
#define QS_INLINE inline __attribute__((always_inline))
#define QS_AVX2 __attribute__((target("avx2")))

using Pixel8 = std::uint8_t __attribute__((vector_size(4)));
using Pixel32 = std::int32_t __attribute__((vector_size(16)));

/// One row: target pixel i from `source`, the row's first pixel. Reads and writes one byte beyond the last pixel.
/// `kCount` is the number of taps where the compiler may know it, else 0.
template <int kCount>
QS_INLINE void resample_row(const std::uint8_t* source, const Taps& taps, std::uint8_t* target) {
  const int count = kCount != 0 ? kCount : taps.count;
  const int length = static_cast<int>(taps.first.size());
  for (int i = 0; i < length; ++i) {
    const std::uint8_t* pixels = source + std::ptrdiff_t{3} * taps.first[i];
    const std::int32_t* weights = taps.weights_of(i);
    Pixel32 sum = {kHalf, kHalf, kHalf, kHalf};
    for (int j = 0; j < count; ++j) {
      Pixel8 pixel;
      std::memcpy(&pixel, pixels + 3 * j, sizeof pixel);
      sum += __builtin_convertvector(pixel, Pixel32) * weights[j];
    }
    sum >>= kWeightBits;
    sum = sum < 0 ? Pixel32{} : sum;
    sum = sum > 255 ? Pixel32{} + 255 : sum;
    const Pixel8 rounded = __builtin_convertvector(sum, Pixel8);
    std::memcpy(target + std::ptrdiff_t{3} * i, &rounded, sizeof rounded);
  }
}

/// One row of the result from `count` rows that lie `stride` bytes apart; `sums` has room for `length` numbers.
QS_INLINE void combine_rows(const std::uint8_t* rows, std::size_t stride, const std::int32_t* weights, int count,
                            std::size_t length, std::int32_t* __restrict sums, std::uint8_t* __restrict target) {
  for (std::size_t x = 0; x < length; ++x) sums[x] = kHalf;
  for (int j = 0; j < count; ++j) {
    const std::uint8_t* row = rows + stride * static_cast<std::size_t>(j);
    for (std::size_t x = 0; x < length; ++x) sums[x] += row[x] * weights[j];
  }
  for (std::size_t x = 0; x < length; ++x)
    target[x] = static_cast<std::uint8_t>(std::clamp(sums[x] >> kWeightBits, 0, 255));
}

/// Rows [y, y + target.size.height) of `source` resampled along x.
template <int kCount>
QS_INLINE void resample_rows_of(const Image& source, int y, const Taps& taps, Image& target) {
  for (int i = 0; i < target.size.height; ++i) resample_row<kCount>(source.row(y + i), taps, target.row(i));
}
QS_INLINE void resample_rows(const Image& source, int y, const Taps& taps, Image& target) {
  switch (taps.count) {
    case 3: return resample_rows_of<3>(source, y, taps, target);
    case 4: return resample_rows_of<4>(source, y, taps, target);
    case 5: return resample_rows_of<5>(source, y, taps, target);
    case 6: return resample_rows_of<6>(source, y, taps, target);
    default: return resample_rows_of<0>(source, y, taps, target);
  }
}

/// Columns of `source`, whose first row is row `y` of what `taps` counts in.
QS_INLINE void resample_columns(const Image& source, int y, const Taps& taps, Image& target) {
  std::vector<std::int32_t> sums(source.row_bytes());
  for (int i = 0; i < target.size.height; ++i)
    combine_rows(source.row(taps.first[i] - y), source.row_bytes(), taps.weights_of(i), taps.count, source.row_bytes(),
                 sums.data(), target.row(i));
}

using Pass = void (*)(const Image&, int, const Taps&, Image&);
void rows_baseline(const Image& s, int y, const Taps& t, Image& r) {
  resample_rows(s, y, t, r);
}
void columns_baseline(const Image& s, int y, const Taps& t, Image& r) {
  resample_columns(s, y, t, r);
}
#if defined(__x86_64__)
QS_AVX2 void rows_avx2(const Image& s, int y, const Taps& t, Image& r) {
  resample_rows(s, y, t, r);
}
QS_AVX2 void columns_avx2(const Image& s, int y, const Taps& t, Image& r) {
  resample_columns(s, y, t, r);
}
const bool kHasAvx2 = __builtin_cpu_supports("avx2") != 0;
#else
constexpr Pass rows_avx2 = rows_baseline;
constexpr Pass columns_avx2 = columns_baseline;
constexpr bool kHasAvx2 = false;
#endif

}  // namespace

Image pillow_resize(const Image& source, ImageSize target, const ImageRegion& region, PillowKernel kernel) {
  QS_ASSERT(source.size.width > 0 && source.size.height > 0);
  QS_ASSERT(region.x >= 0 && region.y >= 0 && region.size.width > 0 && region.size.height > 0);
  QS_ASSERT(region.x + region.size.width <= target.width && region.y + region.size.height <= target.height);
  const Taps across = make_taps(source.size.width, target.width, region.x, region.size.width, kernel);
  const Taps down = make_taps(source.size.height, target.height, region.y, region.size.height, kernel);

  // A pass that leaves its axis as it is has weights of exactly 1, so that running it anyway changes nothing.
  Image narrowed({region.size.width, down.end() - down.begin()});
  (kHasAvx2 ? rows_avx2 : rows_baseline)(source, down.begin(), across, narrowed);
  Image result(region.size);
  (kHasAvx2 ? columns_avx2 : columns_baseline)(narrowed, down.begin(), down, result);
  return result;
}

}  // namespace qs
