#include "datasets/decode.h"

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "core/base/error.h"
#include "datasets/image_header.h"

namespace qs {
namespace {

/// Images are decoded on threads of our own, and a damaged file is reported by us.
void quiet_opencv() {
  static const bool once = [] {
    cv::setNumThreads(1);
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    return true;
  }();
  static_cast<void>(once);
}

Image from_mat(const cv::Mat& bgr) {
  Image image({bgr.cols, bgr.rows});
  cv::Mat rgb(bgr.rows, bgr.cols, CV_8UC3, image.pixels.data());
  cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
  return image;
}

Image decode_with_opencv(std::span<const std::byte> file) {
  std::vector<std::byte> png;
  if (is_png(file)) file = png = essential_png(file);
  if (file.size() > INT32_MAX) bad_input("larger than 2 GiB");
  // OpenCV's headers know no const view; imdecode does not write to its source.
  const cv::Mat bytes(1, static_cast<int>(file.size()), CV_8U, const_cast<std::byte*>(file.data()));
  const cv::Mat pixels = cv::imdecode(bytes, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
  if (pixels.empty() || pixels.type() != CV_8UC3) bad_input("damaged image");
  return from_mat(pixels);
}

}  // namespace

Image decode_image(std::span<const std::byte> file) {
  quiet_opencv();
  if (file.empty()) bad_input("empty file");
  try {
    if (detail::is_jpeg(file)) return detail::decode_jpeg(file);
    const auto header = read_image_header(file);
    if (!header) bad_input("not a JPEG, PNG, WebP, BMP or PNM image");
    detail::check_image_size(header->width, header->height);
    if (std::ssize(file) < header->least_bytes) bad_input("damaged image: it ends early");
    return decode_with_opencv(file);
  } catch (const cv::Exception& error) {
    bad_input("damaged image: {}", error.err);
  } catch (const std::bad_alloc&) {
    bad_input("not enough memory to decode it");
  }
}

void detail::check_image_size(std::int64_t width, std::int64_t height) {
  if (width < 1 || height < 1) bad_input("damaged image: its size is {} x {}", width, height);
  if (width > kMaxImagePixels / height)
    bad_input("{} x {} pixels: more than the {} million that are decoded", width, height, kMaxImagePixels / 1'000'000);
}

Image detail::upright(Image image, int orientation) {
  if (orientation <= 1 || orientation > 8) return image;
  const cv::Mat stored(image.size.height, image.size.width, CV_8UC3, image.pixels.data());
  const bool swaps_axes = orientation >= 5;
  Image result(swaps_axes ? ImageSize{image.size.height, image.size.width} : image.size);
  cv::Mat turned(result.size.height, result.size.width, CV_8UC3, result.pixels.data());
  // EXIF 2.3, tag 274: where the first row and the first column lie in the upright picture.
  constexpr int kVertically = 0, kHorizontally = 1, kBoth = -1;
  switch (orientation) {
    case 2: cv::flip(stored, turned, kHorizontally); break;
    case 3: cv::flip(stored, turned, kBoth); break;
    case 4: cv::flip(stored, turned, kVertically); break;
    case 5: cv::transpose(stored, turned); break;
    case 6: cv::rotate(stored, turned, cv::ROTATE_90_CLOCKWISE); break;
    case 7:
      cv::transpose(stored, turned);
      cv::flip(turned, turned, kBoth);
      break;
    case 8: cv::rotate(stored, turned, cv::ROTATE_90_COUNTERCLOCKWISE); break;
    default: break;
  }
  return result;
}

}  // namespace qs
