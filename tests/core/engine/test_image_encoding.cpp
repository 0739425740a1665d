// Planes of floats to interleaved integers, against the definition of an encoding pixel by pixel.
#include <QtTest/QtTest>

#include "core/engine/integer/image_encoding.h"
#include "tests/support/graph_builder.h"

namespace qs {
namespace {

constexpr std::uint8_t kUntouched = 77;

}  // namespace

class TestImageEncoding : public QObject {
  Q_OBJECT

 private slots:
  void equals_the_definition_data() {
    QTest::addColumn<std::int64_t>("channels");
    QTest::addColumn<std::int64_t>("height");
    QTest::addColumn<std::int64_t>("width");
    QTest::addColumn<std::int64_t>("border");
    QTest::addColumn<int>("bits");
    QTest::addColumn<bool>("is_signed");
    const auto row = [](const char* name, int channels, int height, int width, int border, int bits, bool is_signed) {
      QTest::newRow(name) << std::int64_t{channels} << std::int64_t{height} << std::int64_t{width}
                          << std::int64_t{border} << bits << is_signed;
    };
    row("color", 3, 40, 67, 0, 8, false);
    row("color with a border", 3, 33, 224, 3, 8, false);
    row("signed", 3, 17, 19, 0, 8, true);
    row("gray", 1, 28, 28, 2, 8, false);
    row("with transparency", 4, 5, 9, 1, 8, true);
    row("narrow grid", 3, 16, 31, 1, 4, false);
    row("narrow signed grid", 2, 16, 31, 0, 3, true);
    row("a pixel", 3, 1, 1, 1, 8, false);
  }
  void equals_the_definition() {
    QFETCH(std::int64_t, channels);
    QFETCH(std::int64_t, height);
    QFETCH(std::int64_t, width);
    QFETCH(std::int64_t, border);
    QFETCH(int, bits);
    QFETCH(bool, is_signed);
    constexpr std::int64_t kImages = 2;
    const Grid grid{bits, is_signed ? GridKind::symmetric : GridKind::affine, is_signed};
    ScaleZeroPoint encoding = cover({-1.5F, 2.0F}, grid);
    encoding.scale = 1.0F / 64;  // a power of two: quotient and product with the reciprocal are the same number
    std::mt19937 random(5);
    const Tensor planes = random_tensor({kImages, channels, height, width}, random, -3, 3);  // some are clamped
    const std::int64_t row = (width + 2 * border) * channels;
    const std::int64_t image = (height + 2 * border) * row;
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(kImages * image), kUntouched);
    encode_images({.images = kImages,
                   .channels = channels,
                   .height = height,
                   .width = width,
                   .image_stride = image,
                   .row_stride = row,
                   .first = border * row + border * channels,
                   .encoding = encoding,
                   .grid = grid},
                  planes.values<float>().data(), pixels.data());
    for (std::int64_t i = 0; i < kImages * image; ++i) {
      const std::int64_t y = i % image / row - border;
      const std::int64_t x = i % row / channels - border;
      const bool inside = y >= 0 && y < height && x >= 0 && x < width;
      const std::int64_t plane = i / image * channels + i % channels;
      const auto at = static_cast<std::size_t>((plane * height + y) * width + x);
      const int wanted =
          inside ? static_cast<std::uint8_t>(quantize(planes.values<float>()[at], encoding, grid)) : kUntouched;
      QCOMPARE(int{pixels[static_cast<std::size_t>(i)]}, wanted);
    }
  }

  void ties_go_to_the_even_code() {
    const std::vector<float> ties = {0.5F, 1.5F, 2.5F, -0.5F, -1.5F, 3.5F};
    std::vector<std::uint8_t> codes(6);
    encode_images({.images = 1,
                   .channels = 1,
                   .height = 1,
                   .width = 6,
                   .image_stride = 6,
                   .row_stride = 6,
                   .encoding = {1, 10},
                   .grid = {8, GridKind::affine, false}},
                  ties.data(), codes.data());
    QCOMPARE(codes, (std::vector<std::uint8_t>{10, 12, 12, 10, 8, 14}));
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestImageEncoding)
#include "test_image_encoding.moc"
