// JPEG goes to libjpeg itself: cv::imdecode neither tells a broken file from a whole one nor keeps libjpeg from writing
// to standard error.
#include <csetjmp>
#include <cstdio>
//
#include <jpeglib.h>
// Behind jpeglib.h, which it needs.
#include <jerror.h>

#include <algorithm>
#include <string>

#include "core/base/error.h"
#include "datasets/decode.h"
#include "datasets/exif.h"

namespace qs::detail {
namespace {

constexpr int kMaxScans = 200;  // of a progressive file; hostile ones have thousands, each costing a whole pass

/// libjpeg reports through `jpeg_error_mgr`, which is the first member so that a pointer to one is a pointer to the
/// other.
struct JpegErrors {
  jpeg_error_mgr manager{};
  std::jmp_buf escape{};
  char message[JMSG_LENGTH_MAX] = "";
  bool damaged = false;
};

JpegErrors& errors_of(j_common_ptr info) {
  return *reinterpret_cast<JpegErrors*>(info->err);
}

[[noreturn]] void fail(j_common_ptr info) {
  JpegErrors& errors = errors_of(info);
  info->err->format_message(info, errors.message);
  std::longjmp(errors.escape, 1);
}

/// Warnings after which pixels are wrong; others (stray bytes between markers, odd Adobe markers) change nothing.
bool damages_pixels(int code) {
  constexpr int kDamaging[] = {JWRN_JPEG_EOF, JWRN_HIT_MARKER, JWRN_HUFF_BAD_CODE, JWRN_ARITH_BAD_CODE,
                               JWRN_MUST_RESYNC};
  return std::ranges::count(kDamaging, code) > 0;
}

void note_warning(j_common_ptr info, int level) {
  JpegErrors& errors = errors_of(info);
  if (level >= 0 || errors.damaged || !damages_pixels(info->err->msg_code)) return;
  errors.damaged = true;
  info->err->format_message(info, errors.message);
}

void stay_silent(j_common_ptr /*info*/) {}

void limit_scans(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= kMaxScans) return;
  std::snprintf(errors_of(info).message, JMSG_LENGTH_MAX, "more than %d scans", kMaxScans);
  std::longjmp(errors_of(info).escape, 1);
}

/// A decompressor that frees what libjpeg holds.
struct Decompressor {
  JpegErrors errors;
  jpeg_progress_mgr progress{};
  jpeg_decompress_struct info{};

  Decompressor() {
    info.err = jpeg_std_error(&errors.manager);
    errors.manager.error_exit = fail;
    errors.manager.emit_message = note_warning;
    errors.manager.output_message = stay_silent;
  }
  ~Decompressor() { jpeg_destroy_decompress(&info); }
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;
};

// The two functions below leave by longjmp when libjpeg fails, so they hold no object with a destructor.

bool read_header(Decompressor& jpeg, std::span<const std::byte> file) {
  if (setjmp(jpeg.errors.escape) != 0) return false;
  jpeg_create_decompress(&jpeg.info);
  jpeg.progress.progress_monitor = limit_scans;
  jpeg.info.progress = &jpeg.progress;
  jpeg_mem_src(&jpeg.info, reinterpret_cast<const unsigned char*>(file.data()), file.size());
  jpeg_save_markers(&jpeg.info, JPEG_APP0 + 1, 0xFFFF);
  jpeg_read_header(&jpeg.info, TRUE);
  const bool cmyk = jpeg.info.num_components == 4;
  jpeg.info.out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
  return true;
}

/// `pixels` holds width * height * (3 or, for CMYK, 4) bytes.
bool read_pixels(Decompressor& jpeg, std::uint8_t* pixels) {
  if (setjmp(jpeg.errors.escape) != 0) return false;
  jpeg_start_decompress(&jpeg.info);
  const std::size_t stride =
      std::size_t{jpeg.info.output_width} * static_cast<std::size_t>(jpeg.info.output_components);
  while (jpeg.info.output_scanline < jpeg.info.output_height) {
    JSAMPROW row = pixels + stride * jpeg.info.output_scanline;
    jpeg_read_scanlines(&jpeg.info, &row, 1);
  }
  jpeg_finish_decompress(&jpeg.info);
  return true;
}

/// Inverted CMYK, as Adobe's programs store it, to RGB: each colour is what ink and black leave of white.
void convert_cmyk(const std::vector<std::uint8_t>& cmyk, Image& image) {
  const auto rounded_product = [](int a, int b) {  // a * b / 255
    const int t = a * b + 128;
    return ((t >> 8) + t) >> 8;
  };
  const std::size_t pixels = image.bytes() / 3;
  for (std::size_t i = 0; i < pixels; ++i) {
    const int white = cmyk[4 * i + 3];
    for (std::size_t c = 0; c < 3; ++c)
      image.pixels[3 * i + c] =
          static_cast<std::uint8_t>(std::clamp(white - rounded_product(255 - cmyk[4 * i + c], white), 0, 255));
  }
}

int orientation_of(const jpeg_decompress_struct& info) {
  for (const jpeg_marker_struct* marker = info.marker_list; marker != nullptr; marker = marker->next) {
    const int orientation = exif_orientation({marker->data, marker->data_length});
    if (orientation != 1) return orientation;
  }
  return 1;
}

}  // namespace

bool is_jpeg(std::span<const std::byte> file) {
  return file.size() > 2 && file[0] == std::byte{0xFF} && file[1] == std::byte{0xD8} && file[2] == std::byte{0xFF};
}

Image decode_jpeg(std::span<const std::byte> file) {
  Decompressor jpeg;
  if (!read_header(jpeg, file)) bad_input("damaged JPEG: {}", jpeg.errors.message);
  check_image_size(jpeg.info.image_width, jpeg.info.image_height);

  Image image({static_cast<int>(jpeg.info.image_width), static_cast<int>(jpeg.info.image_height)});
  const bool cmyk = jpeg.info.out_color_space == JCS_CMYK;
  std::vector<std::uint8_t> ink(cmyk ? image.bytes() / 3 * 4 : 0);
  const int orientation = orientation_of(jpeg.info);  // libjpeg forgets the markers at the end of the image
  if (!read_pixels(jpeg, cmyk ? ink.data() : image.pixels.data()) || jpeg.errors.damaged)
    bad_input("damaged JPEG: {}", jpeg.errors.message);
  if (cmyk) convert_cmyk(ink, image);
  return upright(std::move(image), orientation);
}

}  // namespace qs::detail
