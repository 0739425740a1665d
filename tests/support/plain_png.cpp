#include "tests/support/plain_png.h"

#include <QByteArray>
#include <QFile>
#include <QtEndian>

namespace qs {

namespace {

/// CRC-32 as the PNG specification (annex D) defines it.
std::uint32_t crc(const QByteArray& bytes) {
  std::uint32_t remainder = 0xFFFFFFFFU;
  for (char byte : bytes) {
    remainder ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) remainder = (remainder >> 1) ^ ((remainder & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~remainder;
}

QByteArray big_endian(std::uint32_t number) {
  QByteArray bytes(4, '\0');
  qToBigEndian(number, bytes.data());
  return bytes;
}

QByteArray chunk(const QByteArray& type, const QByteArray& data) {
  return big_endian(static_cast<std::uint32_t>(data.size())) + type + data + big_endian(crc(type + data));
}

}  // namespace

void write_plain_png(const std::filesystem::path& path, int side, std::array<std::uint8_t, 3> rgb) {
  const QByteArray pixel(reinterpret_cast<const char*>(rgb.data()), 3);
  const QByteArray row = QByteArray(1, '\0') + pixel.repeated(side);  // filter 0, then the pixels
  const QByteArray size = big_endian(static_cast<std::uint32_t>(side));
  const QByteArray header = size + size + QByteArray("\x08\x02\x00\x00\x00", 5);  // 8 bits, RGB
  // qCompress puts four bytes of length before the zlib stream.
  const QByteArray pixels = qCompress(row.repeated(side)).mid(4);
  QFile file(QString::fromStdString(path.string()));
  if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write %s", path.c_str());
  file.write("\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + chunk("IDAT", pixels) + chunk("IEND", {}));
}

}  // namespace qs
