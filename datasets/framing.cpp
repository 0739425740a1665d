#include "datasets/framing.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <opencv2/imgproc.hpp>

#include "core/base/error.h"
#include "datasets/pillow_resize.h"

namespace qs {
namespace {

constexpr std::int64_t kMaxResizedPixels = 1 << 27;

/// Whole image -> `target`, then the region. OpenCV has no means to compute a part of the result only.
Image opencv_resize(const Image& source, ImageSize target, const ImageRegion& region, int interpolation) {
  // OpenCV's headers know no const view; resize does not write to its source.
  const cv::Mat from(source.size.height, source.size.width, CV_8UC3, const_cast<std::uint8_t*>(source.pixels.data()));
  cv::Mat resized;
  cv::resize(from, resized, {target.width, target.height}, 0, 0, interpolation);
  Image result(region.size);
  for (int y = 0; y < region.size.height; ++y)
    std::memcpy(result.row(y), resized.ptr(region.y + y) + std::size_t{3} * region.x, result.row_bytes());
  return result;
}

Image resize(const Image& source, ImageSize target, const ImageRegion& region, Filter filter) {
  switch (filter) {
    case Filter::pillow_bilinear: return pillow_resize(source, target, region, PillowKernel::triangle);
    case Filter::pillow_bicubic: return pillow_resize(source, target, region, PillowKernel::cubic);
    case Filter::opencv_linear: return opencv_resize(source, target, region, cv::INTER_LINEAR);
    case Filter::opencv_area: return opencv_resize(source, target, region, cv::INTER_AREA);
  }
  QS_ASSERT(false);
  return {};
}

Image cut(const Image& source, const ImageRegion& region) {
  Image result(region.size);
  for (int y = 0; y < region.size.height; ++y)
    std::memcpy(result.row(y), source.row(region.y + y) + std::size_t{3} * region.x, result.row_bytes());
  return result;
}

Filter filter_of(const ResizeRule& resize) {
  if (const auto* rule = std::get_if<ShorterSide>(&resize)) return rule->filter;
  if (const auto* rule = std::get_if<Squash>(&resize)) return rule->filter;
  return Filter::pillow_bilinear;  // of no consequence
}

/// Half of a difference of two sizes as each tradition rounds it; see `centre_crop`.
int half(int difference, const ResizeRule& resize) {
  const bool is_torchvision = std::holds_alternative<ShorterSide>(resize);
  return is_torchvision ? static_cast<int>(std::nearbyint(difference / 2.0)) : difference / 2;
}

}  // namespace

ImageSize resized_size(ImageSize size, const ResizeRule& resize) {
  if (const auto* squash = std::get_if<Squash>(&resize)) return squash->size;
  const auto* rule = std::get_if<ShorterSide>(&resize);
  if (rule == nullptr) return size;
  const auto [shorter, longer] = std::minmax(size.width, size.height);
  QS_ASSERT(shorter > 0);
  const std::int64_t scaled = std::int64_t{rule->size} * longer / shorter;
  if (scaled * rule->size > kMaxResizedPixels)
    bad_input("{} x {} pixels: too long and thin to be resized", size.width, size.height);
  const int other = static_cast<int>(scaled);
  return size.width <= size.height ? ImageSize{rule->size, other} : ImageSize{other, rule->size};
}

ImageRegion centre_crop(ImageSize size, int crop, const ResizeRule& resize) {
  const auto offset = [&](int side) { return side >= crop ? half(side - crop, resize) : -((crop - side) / 2); };
  return {offset(size.width), offset(size.height), {crop, crop}};
}

Image frame(const Image& image, const Geometry& geometry) {
  const ImageSize target = resized_size(image.size, geometry.resize);
  const ImageRegion wanted =
      geometry.crop ? centre_crop(target, *geometry.crop, geometry.resize) : ImageRegion{0, 0, target};
  // Where the crop sticks out, only the part inside exists.
  const int left = std::max(0, -wanted.x);
  const int top = std::max(0, -wanted.y);
  const ImageRegion inside{wanted.x + left,
                           wanted.y + top,
                           {std::min(wanted.size.width, target.width), std::min(wanted.size.height, target.height)}};

  Image part = target == image.size ? cut(image, inside) : resize(image, target, inside, filter_of(geometry.resize));
  if (inside.size == wanted.size) return part;
  Image padded(wanted.size);
  for (int y = 0; y < part.size.height; ++y)
    std::memcpy(padded.row(top + y) + std::size_t{3} * left, part.row(y), part.row_bytes());
  return padded;
}

}  // namespace qs
