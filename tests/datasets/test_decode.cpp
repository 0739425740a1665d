#include <fcntl.h>
#include <unistd.h>

#include <QTemporaryFile>
#include <QtTest/QtTest>
#include <random>

#include "core/base/error.h"
#include "datasets/decode.h"
#include "tests/support/shared_data.h"
#include "tests/support/test_files.h"

using namespace qs;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes pixels_of(const Image& image) {
  return {image.pixels.begin(), image.pixels.begin() + static_cast<std::ptrdiff_t>(image.bytes())};
}

/// Why the file is refused; empty when it is not.
std::string refusal(const FileBytes& file) {
  try {
    static_cast<void>(decode_image(file));
    return "";
  } catch (const Error& error) {
    return error.code() == ErrorCode::bad_input ? error.what() : "not a bad_input";
  }
}

FileBytes first_bytes(FileBytes file, std::size_t count) {
  file.resize(count);
  return file;
}

void put_big_endian(FileBytes& file, std::size_t at, std::uint32_t value, int size) {
  for (int i = 0; i < size; ++i)
    file[at + static_cast<std::size_t>(i)] = static_cast<std::byte>(value >> 8 * (size - 1 - i));
}

/// Collects what the process writes to standard error while in scope.
class StandardError {
 public:
  StandardError() : saved_(dup(STDERR_FILENO)) {
    file_.open();
    dup2(file_.handle(), STDERR_FILENO);
  }
  ~StandardError() {
    dup2(saved_, STDERR_FILENO);
    close(saved_);
  }
  StandardError(const StandardError&) = delete;
  StandardError& operator=(const StandardError&) = delete;

  QByteArray text() {
    fflush(stderr);
    file_.seek(0);
    return file_.readAll();
  }

 private:
  QTemporaryFile file_;
  int saved_;
};

/// An APP1 marker that holds nothing but an orientation.
FileBytes exif_marker(int orientation, bool little_endian) {
  using std::string_literals::operator""s;
  const char value = static_cast<char>(orientation);
  const std::string tiff = little_endian ? "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"s + value + "\0\0\0\0\0\0\0"s
                                         : "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"s + value + "\0\0\0\0\0\0"s;
  const std::string body = "Exif\0\0"s + tiff;
  return bytes_of("\xFF\xE1"s + '\0' + static_cast<char>(body.size() + 2) + body);
}

/// A JPEG whose corners are A B / C D: dark red, green, blue, white.
Image four_corners() {
  constexpr std::uint8_t kColours[4][3] = {{200, 0, 0}, {0, 200, 0}, {0, 0, 200}, {255, 255, 255}};
  Image image({64, 32});
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 64; ++x) std::copy_n(kColours[(y / 16) * 2 + x / 32], 3, image.row(y) + 3 * x);
  return image;
}

char corner_at(const Image& image, int x, int y) {
  const std::uint8_t* p = image.row(y) + 3 * x;
  if (p[0] > 128 && p[1] > 128) return 'D';
  return p[0] > 128 ? 'A' : p[1] > 128 ? 'B' : 'C';
}

}  // namespace

class TestDecode : public QObject {
  Q_OBJECT

 private slots:
  // Truth: Pillow 12.0.0 made the files and, with convert("RGB"), the pixels.
  void every_kind_becomes_pillows_rgb_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<ImageSize>("size");
    QTest::addColumn<Bytes>("expected");
    const auto row = [](const char* name, const char* file, ImageSize size, const Bytes& expected) {
      QTest::newRow(name) << QString(file) << size << expected;
    };
    row("palette with transparency",
        "iVBORw0KGgoAAAANSUhEUgAAAAQAAAACAgMAAAACxpXwAAAADFBMVEUKFB7IZDIA/wAHBweO2rDiAAAAAnRSTlP/"
        "AOW3MEoAAAAMSURBVHicY5BmeAIAATkBAEVkkZsAAAAASUVORK5CYII=",
        {4, 2}, {10, 20, 30, 200, 100, 50, 0, 255, 0, 7, 7, 7, 7, 7, 7, 0, 255, 0, 200, 100, 50, 10, 20, 30});
    row("grey with alpha",
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAQAAABeK7cBAAAADUlEQVR4nGNIYfjVAAAECQHfnid9xQAAAABJRU5ErkJggg==", {2, 1},
        {100, 100, 100, 250, 250, 250});
    row("alpha",
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGNkZGJm+FnH5gsABfEB0s84E/wAAAAASUVORK5CYII=", {2, 1},
        {1, 2, 3, 250, 128, 9});
    row("one bit",
        "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABAQAAAAAzmykZAAAACklEQVR4nGNYAAAAogCh3I2xzAAAAABJRU5ErkJggg==", {3, 1},
        {255, 255, 255, 0, 0, 0, 255, 255, 255});
    row("WebP with alpha", "UklGRiYAAABXRUJQVlA4TBoAAAAvAQAAEA9wAb/NV5C2AYu6e6f/ID9UIKL/AQ==", {2, 1},
        {1, 2, 3, 250, 128, 9});
    row("BMP",
        "Qk1GAAAAAAAAADYAAAAoAAAAAgAAAAIAAAABABgAAAAAABAAAADEDgAAxA4AAAAAAAAAAAAACQgHDAsKAAADAgEGBQQAAA==", {2, 2},
        {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    row("PPM", "UDYKMiAyCjI1NQoBAgMEBQYHCAkKCww=", {2, 2}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    row("grey JPEG",
        "/9j/4AAQSkZJRgABAQAAAQABAAD/"
        "2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAABAAIBAREA/"
        "8QAFAABAAAAAAAAAAAAAAAAAAAABf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8ADf/Z",
        {2, 1}, {100, 100, 100, 100, 100, 100});
    row("CMYK JPEG",
        "/9j/7gAOQWRvYmUAZAAAAAAA/"
        "9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJCgoK/"
        "8AAFAgAAQACBEMRAE0RAFkRAEsRAP/EABUAAQEAAAAAAAAAAAAAAAAAAAkI/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/"
        "aAA4EQwBNAFkASwAAPwA2zCKUK4//2Q==",
        {2, 1}, {46, 190, 139, 46, 190, 139});
  }
  void every_kind_becomes_pillows_rgb() {
    QFETCH(QString, file);
    QFETCH(ImageSize, size);
    QFETCH(Bytes, expected);
    const Image image = decode_image(from_base64(file.toStdString()));
    QCOMPARE(image.size, size);
    QCOMPARE(pixels_of(image), expected);
  }

  void sixteen_bits_keep_the_high_byte() {
    const Image image = decode_image(encode_grey16({0, 255, 256, 0x1234, 0xFFFF}));
    QCOMPARE(pixels_of(image), (Bytes{0, 0, 0, 0, 0, 0, 1, 1, 1, 0x12, 0x12, 0x12, 255, 255, 255}));
  }

  void lossless_kinds_keep_every_pixel() {
    const Image image = pattern_image({37, 23});
    for (const char* extension : {".png", ".bmp", ".webp", ".ppm"})
      QCOMPARE(pixels_of(decode_image(encode(image, extension))), pixels_of(image));
  }

  // EXIF 2.3, tag 274: 6 says "row 0 is the right side, column 0 the top", so the upright top left is the stored bottom
  // left, and so on.
  void a_jpeg_is_turned_upright_data() {
    QTest::addColumn<int>("orientation");
    QTest::addColumn<QString>("corners");
    const char* const corners[] = {"ABCD", "BADC", "DCBA", "CDAB", "ACBD", "CADB", "DBCA", "BDAC"};
    for (int i = 0; i < 8; ++i) QTest::addRow("%d", i + 1) << i + 1 << QString(corners[i]);
    QTest::newRow("no such orientation") << 9 << "ABCD";
    QTest::newRow("zero") << 0 << "ABCD";
  }
  void a_jpeg_is_turned_upright() {
    QFETCH(int, orientation);
    QFETCH(QString, corners);
    for (bool little_endian : {true, false}) {
      FileBytes file = encode(four_corners(), ".jpg");
      const FileBytes marker = exif_marker(orientation, little_endian);
      file.insert(file.begin() + 2, marker.begin(), marker.end());
      const Image image = decode_image(file);
      const bool turned = orientation >= 5 && orientation <= 8;
      QCOMPARE(image.size, turned ? (ImageSize{32, 64}) : (ImageSize{64, 32}));
      const int right = image.size.width - 1, bottom = image.size.height - 1;
      QString found;
      for (const auto& [x, y] : {std::pair{0, 0}, {right, 0}, {0, bottom}, {right, bottom}})
        found += QLatin1Char(corner_at(image, x, y));
      QCOMPARE(found, corners);
    }
  }

  void what_is_no_image_is_refused_data() {
    QTest::addColumn<FileBytes>("file");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* name, const FileBytes& file, const char* reason) {
      QTest::newRow(name) << file << QString(reason);
    };
    const FileBytes jpeg = encode(pattern_image({200, 150}), ".jpg");
    const FileBytes png = encode(pattern_image({200, 150}), ".png");
    row("empty", {}, "empty");
    row("text", bytes_of("this is a text\n"), "not a JPEG");
    row("HTML", bytes_of("<html><body>404 not found</body></html>"), "not a JPEG");
    row("GIF", bytes_of("GIF89a\x01\x01"), "not a JPEG");
    row("JPEG's first three bytes", first_bytes(jpeg, 3), "damaged JPEG");
    row("JPEG without pixels", first_bytes(jpeg, 400), "damaged JPEG");
    row("JPEG cut in half", first_bytes(jpeg, jpeg.size() / 2), "damaged JPEG");
    row("JPEG but for its last bytes", first_bytes(jpeg, jpeg.size() - 40), "damaged JPEG");
    row("PNG signature", first_bytes(png, 8), "not a JPEG");
    row("PNG cut in half", first_bytes(png, png.size() / 2), "damaged PNG");
    row("PNG but for its end", first_bytes(png, png.size() - 12), "damaged PNG");

    FileBytes wrong_checksum = png;
    wrong_checksum[png.size() / 2] ^= std::byte{1};
    row("PNG with a flipped bit", wrong_checksum, "damaged PNG");
    FileBytes huge_png = png;
    put_big_endian(huge_png, 16, 1'000'000, 4);
    put_big_endian(huge_png, 20, 1'000'000, 4);
    row("huge PNG", huge_png, "1000000 x 1000000");
    FileBytes endless_png = png;
    put_big_endian(endless_png, 16, 0xFFFFFFFF, 4);
    put_big_endian(endless_png, 20, 0xFFFFFFFF, 4);
    row("endless PNG", endless_png, "4294967295");
    FileBytes empty_png = png;
    put_big_endian(empty_png, 16, 0, 4);
    row("PNG without columns", empty_png, "0 x 150");

    FileBytes huge_jpeg = jpeg;
    const FileBytes frame_marker = bytes_of("\xFF\xC0");
    const auto at = std::ranges::search(huge_jpeg, frame_marker).begin() - huge_jpeg.begin();
    put_big_endian(huge_jpeg, static_cast<std::size_t>(at) + 5, 65000, 2);
    put_big_endian(huge_jpeg, static_cast<std::size_t>(at) + 7, 65000, 2);
    row("huge JPEG", huge_jpeg, "65000 x 65000");
    row("huge PPM", bytes_of("P6 # comment\n99999999 99999999 255\n"), "99999999 x 99999999");
    row("BMP without pixels", first_bytes(encode(pattern_image({9, 9}), ".bmp"), 54), "damaged");
    const FileBytes webp = encode(pattern_image({90, 90}), ".webp");
    row("WebP cut in half", first_bytes(webp, webp.size() / 2), "damaged");
  }
  void what_is_no_image_is_refused() {
    QFETCH(FileBytes, file);
    QFETCH(QString, reason);
    StandardError standard_error;
    const std::string found = refusal(file);
    QCOMPARE(standard_error.text(), QByteArray());
    QVERIFY2(QString::fromStdString(found).contains(reason), found.c_str());
  }

  void broken_bytes_neither_crash_nor_speak_data() {
    QTest::addColumn<QString>("extension");
    for (const char* extension : {".jpg", ".png", ".bmp", ".webp", ".ppm"})
      QTest::newRow(extension) << QString(extension);
  }
  void broken_bytes_neither_crash_nor_speak() {
    QFETCH(QString, extension);
    const FileBytes whole = encode(pattern_image({48, 40}), extension.toUtf8().constData());
    std::mt19937 random(7);
    StandardError standard_error;
    int refused = 0;
    for (int i = 0; i < 500; ++i) {
      FileBytes file = whole;
      for (int flips = 1 + i % 4; flips > 0; --flips)
        file[random() % file.size()] ^= static_cast<std::byte>(1 << random() % 8);
      if (i % 3 == 0) file.resize(random() % file.size());
      refused += refusal(file).empty() ? 0 : 1;
    }
    QCOMPARE(standard_error.text(), QByteArray());
    QVERIFY(refused > 100);  // the third that was cut off, at least most of it
  }

  void a_whole_real_image_decodes_silently() {
    QS_NEEDS_SHARED_DATA();
    StandardError standard_error;
    int images = 0;
    for (const auto& entry : std::filesystem::directory_iterator(shared_data() / "imagenet-samples")) {
      if (entry.path().extension() != ".JPEG") continue;
      const std::string reason = refusal(read_file(entry.path()));
      QVERIFY2(reason.empty(), (entry.path().string() + ": " + reason).c_str());
      if (++images == 100) break;
    }
    QCOMPARE(standard_error.text(), QByteArray());
    QCOMPARE(images, 100);
  }
};

QTEST_GUILESS_MAIN(TestDecode)
#include "test_decode.moc"
