#include "datasets/augment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "core/base/error.h"
#include "core/base/rng.h"

namespace qs {
namespace {

/// Positions in an image's own sequence of random numbers: no option changes what another one does.
enum Draw : std::uint64_t { mirrored, shift_x, shift_y, saturation, contrast, brightness, cut_x, cut_y };

constexpr std::uint8_t kCutoutGrey = 128;
constexpr int kOne = 256;  // the factor 1 of colours

class Draws {
 public:
  explicit Draws(const AugmentKey& key)
      : seed_(random_bits(random_bits(key.seed, static_cast<std::uint64_t>(key.epoch)),
                          static_cast<std::uint64_t>(key.image))) {}

  /// Uniform in first..last.
  [[nodiscard]] int between(Draw draw, int first, int last) const {
    const auto choices = static_cast<std::uint64_t>(last - first + 1);
    return first + static_cast<int>(random_bits(seed_, draw) % choices);  // the bias of % is below 2^-40
  }

 private:
  std::uint64_t seed_;
};

/// Where a coordinate of -size < i < 2 size - 1 lies when mirrored about the outermost pixels.
int mirrored_inside(int i, int size) {
  if (i < 0) return -i;
  return i < size ? i : 2 * (size - 1) - i;
}

void copy_row(const std::uint8_t* source, int width, int shift, bool flip, std::uint8_t* target) {
  const int first = std::max(0, -shift);  // target columns in [first, last) come from inside
  const int last = std::min(width, width - shift);
  for (int x = 0; x < first; ++x) target[x] = source[mirrored_inside(x + shift, width)];
  std::memcpy(target + first, source + first + shift, static_cast<std::size_t>(last - first));
  for (int x = last; x < width; ++x) target[x] = source[mirrored_inside(x + shift, width)];
  if (flip) std::reverse(target, target + width);
}

void place(std::span<const std::uint8_t> source, ImageSize size, const AugmentOptions& options, const Draws& draws,
           std::span<std::uint8_t> target) {
  const bool flip = options.flip && draws.between(mirrored, 0, 1) == 1;
  const int shift_right = draws.between(shift_x, -options.pad_crop, options.pad_crop);
  const int shift_down = draws.between(shift_y, -options.pad_crop, options.pad_crop);
  if (!flip && shift_right == 0 && shift_down == 0) {
    std::ranges::copy(source, target.begin());
    return;
  }
  const auto width = static_cast<std::size_t>(size.width);
  const auto height = static_cast<std::size_t>(size.height);
  for (std::size_t plane = 0; plane < 3; ++plane) {
    for (int y = 0; y < size.height; ++y) {
      const auto from = static_cast<std::size_t>(mirrored_inside(y + shift_down, size.height));
      const auto to = static_cast<std::size_t>(y);
      copy_row(source.data() + (plane * height + from) * width, size.width, shift_right, flip,
               target.data() + (plane * height + to) * width);
    }
  }
}

/// ITU-R BT.601 luma in 1/256.
int grey_of(int red, int green, int blue) {
  return (77 * red + 150 * green + 29 * blue + 128) >> 8;
}

void recolour(std::span<std::uint8_t> image, const AugmentOptions& options, const Draws& draws) {
  const int most = static_cast<int>(std::lround(options.colour * kOne));
  const auto factor = [&](Draw draw) { return draws.between(draw, kOne - most, kOne + most); };
  const int by_saturation = factor(saturation), by_contrast = factor(contrast), by_brightness = factor(brightness);

  const std::size_t pixels = image.size() / 3;
  std::uint8_t* red = image.data();
  std::uint8_t* green = red + pixels;
  std::uint8_t* blue = green + pixels;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < pixels; ++i) sum += grey_of(red[i], green[i], blue[i]);
  const auto count = static_cast<std::int64_t>(pixels);
  const int mean = static_cast<int>((sum * kOne + count / 2) / count);  // in 1/256

  for (std::size_t i = 0; i < pixels; ++i) {
    const int grey = (kOne - by_saturation) * grey_of(red[i], green[i], blue[i]);
    const auto changed = [&](int value) {
      const int saturated = by_saturation * value + grey;                             // in 1/256
      const int contrasted = mean + ((by_contrast * (saturated - mean) + 128) >> 8);  // in 1/256
      return static_cast<std::uint8_t>(std::clamp((by_brightness * contrasted + 32768) >> 16, 0, 255));
    };
    red[i] = changed(red[i]);
    green[i] = changed(green[i]);
    blue[i] = changed(blue[i]);
  }
}

void cut_out(std::span<std::uint8_t> image, ImageSize size, int side, const Draws& draws) {
  const int left = draws.between(cut_x, 0, size.width - 1) - side / 2;
  const int top = draws.between(cut_y, 0, size.height - 1) - side / 2;
  const int right = std::min(size.width, left + side);
  const int bottom = std::min(size.height, top + side);
  const int first = std::max(0, left);
  for (int plane = 0; plane < 3; ++plane) {
    for (int y = std::max(0, top); y < bottom; ++y) {
      std::uint8_t* row = image.data() + (std::ptrdiff_t{plane} * size.height + y) * size.width;
      std::fill(row + first, row + std::max(first, right), kCutoutGrey);
    }
  }
}

}  // namespace

void check(const AugmentOptions& options, ImageSize size) {
  const int shorter = std::min(size.width, size.height);
  if (options.pad_crop < 0 || options.pad_crop >= shorter)
    bad_input("augmentation: pad_crop is {}, but must be 0 (off) to {} for images of {} x {}", options.pad_crop,
              shorter - 1, size.width, size.height);
  if (!(options.colour >= 0 && options.colour <= 1))
    bad_input("augmentation: colour is {}, but must be 0 (off) to 1", options.colour);
  const int longer = std::max(size.width, size.height);
  if (options.cutout < 0 || options.cutout > longer)
    bad_input("augmentation: cutout is {}, but must be 0 (off) to {} for images of {} x {}", options.cutout, longer,
              size.width, size.height);
}

void augment(std::span<const std::uint8_t> source, ImageSize size, const AugmentOptions& options, const AugmentKey& key,
             std::span<std::uint8_t> target) {
  QS_ASSERT(source.size() == target.size());
  QS_ASSERT(source.size() ==
            std::size_t{3} * static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height));
  const Draws draws(key);
  place(source, size, options, draws, target);
  if (options.colour > 0) recolour(target, options, draws);
  if (options.cutout > 0) cut_out(target, size, options.cutout, draws);
}

}  // namespace qs
