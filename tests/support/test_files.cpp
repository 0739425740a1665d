#include "tests/support/test_files.h"

#include <archive.h>
#include <archive_entry.h>

#include <QByteArray>
#include <cstring>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/base/error.h"

namespace qs {
namespace {

FileBytes encode_mat(const cv::Mat& pixels, const char* extension) {
  std::vector<std::uint8_t> encoded;
  std::vector<int> parameters;
  if (std::string_view(extension) == ".webp") parameters = {cv::IMWRITE_WEBP_QUALITY, 101};  // lossless
  QS_ASSERT(cv::imencode(extension, pixels, encoded, parameters));
  const auto bytes = std::as_bytes(std::span(encoded));
  return {bytes.begin(), bytes.end()};
}

void write_header(::archive* handle, const std::string& name, std::int64_t bytes) {
  ::archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, name.c_str());
  archive_entry_set_size(entry, bytes);
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0644);
  QS_ASSERT(archive_write_header(handle, entry) == ARCHIVE_OK);
  archive_entry_free(entry);
}

void write_block(::archive* handle, std::span<const std::byte> bytes) {
  QS_ASSERT(archive_write_data(handle, bytes.data(), bytes.size()) == static_cast<la_ssize_t>(bytes.size()));
}

}  // namespace

Image pattern_image(ImageSize size, int seed) {
  Image image(size);
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      for (int c = 0; c < 3; ++c)
        image.row(y)[3 * x + c] =
            static_cast<std::uint8_t>(x * 2 + y * 3 + c * 70 + seed * 41 + (x * y % 7) * ((seed + x / 8) % 5));
  return image;
}

FileBytes encode(const Image& image, const char* extension) {
  cv::Mat pixels(image.size.height, image.size.width, CV_8UC3);
  std::memcpy(pixels.data, image.pixels.data(), image.bytes());
  cv::cvtColor(pixels, pixels, cv::COLOR_RGB2BGR);
  return encode_mat(pixels, extension);
}

FileBytes encode_grey16(const std::vector<std::uint16_t>& levels) {
  cv::Mat pixels(1, static_cast<int>(levels.size()), CV_16UC1);
  std::memcpy(pixels.data, levels.data(), levels.size() * sizeof levels[0]);
  return encode_mat(pixels, ".png");
}

void write_file(const std::filesystem::path& path, const FileBytes& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream stream(path, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  QS_ASSERT(stream.good());
}

void write_text(const std::filesystem::path& path, std::string_view text) {
  write_file(path, bytes_of(text));
}

FileBytes read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  QS_ASSERT(stream.good());
  return bytes_of(std::string(std::istreambuf_iterator<char>(stream), {}));
}

FileBytes bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

FileBytes from_base64(std::string_view text) {
  const QByteArray decoded = QByteArray::fromBase64(QByteArray(text.data(), static_cast<qsizetype>(text.size())));
  return bytes_of({decoded.data(), static_cast<std::size_t>(decoded.size())});
}

void write_archive(const std::filesystem::path& path, const std::vector<std::pair<std::string, FileBytes>>& entries,
                   const char* password) {
  ::archive* handle = archive_write_new();
  QS_ASSERT(archive_write_set_format_filter_by_ext(handle, path.c_str()) == ARCHIVE_OK);
  if (password != nullptr) {
    QS_ASSERT(archive_write_set_options(handle, "zip:encryption=traditional") == ARCHIVE_OK);
    QS_ASSERT(archive_write_set_passphrase(handle, password) == ARCHIVE_OK);
  }
  QS_ASSERT(archive_write_open_filename(handle, path.c_str()) == ARCHIVE_OK);
  for (const auto& [name, bytes] : entries) {
    write_header(handle, name, std::ssize(bytes));
    write_block(handle, bytes);
  }
  archive_write_close(handle);
  archive_write_free(handle);
}

void write_zeros_archive(const std::filesystem::path& path, int count, std::int64_t bytes_each) {
  ::archive* handle = archive_write_new();
  QS_ASSERT(archive_write_set_format_pax_restricted(handle) == ARCHIVE_OK);
  QS_ASSERT(archive_write_add_filter_zstd(handle) == ARCHIVE_OK);
  QS_ASSERT(archive_write_open_filename(handle, path.c_str()) == ARCHIVE_OK);
  const FileBytes block(1 << 20);
  for (int i = 0; i < count; ++i) {
    write_header(handle, fmt::format("{}.png", i), bytes_each);
    for (std::int64_t left = bytes_each; left > 0; left -= std::ssize(block))
      write_block(handle,
                  std::span(block).first(static_cast<std::size_t>(std::min(left, std::int64_t{std::ssize(block)}))));
  }
  archive_write_close(handle);
  archive_write_free(handle);
}

}  // namespace qs
