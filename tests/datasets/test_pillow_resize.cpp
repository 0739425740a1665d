#include <QtTest/QtTest>

#include "core/base/error.h"
#include "datasets/framing.h"
#include "datasets/pillow_resize.h"
#include "tests/support/test_files.h"

using namespace qs;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// The image that Pillow was given: see the tables.
Image rough_image(ImageSize size) {
  Image image(size);
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      for (int c = 0; c < 3; ++c)
        image.row(y)[3 * x + c] =
            static_cast<std::uint8_t>(x * x * 7 + y * y * 13 + x * y * 5 + c * 90 + ((x * 31) ^ (y * 17)));
  return image;
}

Bytes pixels_of(const Image& image) {
  return {image.pixels.begin(), image.pixels.begin() + static_cast<std::ptrdiff_t>(image.bytes())};
}

/// 64-bit FNV-1a, to write large results in a table.
quint64 fingerprint(const Image& image) {
  quint64 hash = 0xcbf29ce484222325ULL;
  for (std::uint8_t byte : pixels_of(image)) hash = (hash ^ byte) * 0x100000001b3ULL;
  return hash;
}

ImageRegion whole(ImageSize size) {
  return {0, 0, size};
}

}  // namespace

class TestPillowResize : public QObject {
  Q_OBJECT

 private slots:
  // Truth of both tables: Pillow 12.0.0, Image.fromarray(a).resize((W, H), BILINEAR or BICUBIC) of the rough image,
  // a[y][x][c] = (7 x^2 + 13 y^2 + 5 x y + 90 c + (31 x xor 17 y)) mod 256.
  void small_images_equal_pillows_data() {
    QTest::addColumn<PillowKernel>("kernel");
    QTest::addColumn<ImageSize>("from");
    QTest::addColumn<ImageSize>("to");
    QTest::addColumn<Bytes>("expected");
    const auto row = [](const char* name, PillowKernel kernel, ImageSize from, ImageSize to, const Bytes& expected) {
      QTest::newRow(name) << kernel << from << to << expected;
    };
    row("triangle 7x5 to 3x2", PillowKernel::triangle, ImageSize{7, 5}, ImageSize{3, 2},
        Bytes{65, 144, 136, 132, 129, 111, 142, 101, 139, 123, 108, 120, 113, 137, 86, 104, 110, 135});
    row("triangle 3x2 to 5x4", PillowKernel::triangle, ImageSize{3, 2}, ImageSize{5, 4},
        Bytes{0,   90,  180, 15,  105, 195, 38,  128, 218, 69,  159, 96,  90,  180, 14,  8,   98,  188, 20,  110,
              200, 38,  128, 218, 70,  160, 97,  92,  182, 16,  23,  113, 203, 29,  119, 209, 39,  129, 219, 73,
              163, 100, 96,  186, 20,  30,  120, 210, 34,  124, 214, 39,  129, 219, 74,  164, 101, 98,  188, 22});
    row("triangle 6x6 to 2x1", PillowKernel::triangle, ImageSize{6, 6}, ImageSize{2, 1},
        Bytes{112, 127, 117, 129, 122, 128});
    row("cubic 7x5 to 3x2", PillowKernel::cubic, ImageSize{7, 5}, ImageSize{3, 2},
        Bytes{58, 146, 134, 137, 132, 110, 144, 96, 143, 125, 108, 119, 115, 140, 83, 99, 109, 137});
    row("cubic 3x2 to 5x4", PillowKernel::cubic, ImageSize{3, 2}, ImageSize{5, 4},
        Bytes{0,   84, 174, 9,   99, 200, 38,  128, 218, 73,  163, 87,  93,  183, 0,   6,   94, 184, 15,  105,
              206, 38, 128, 218, 74, 164, 88,  96,  186, 1,   23,  112, 202, 27,  117, 218, 39, 129, 219, 77,
              167, 90, 100, 190, 6,  32,  122, 212, 33,  123, 224, 39,  129, 219, 78,  168, 91, 103, 193, 8});
    row("cubic 6x6 to 2x1", PillowKernel::cubic, ImageSize{6, 6}, ImageSize{2, 1}, Bytes{112, 128, 116, 131, 121, 128});
  }
  void small_images_equal_pillows() {
    QFETCH(PillowKernel, kernel);
    QFETCH(ImageSize, from);
    QFETCH(ImageSize, to);
    QFETCH(Bytes, expected);
    QCOMPARE(pixels_of(pillow_resize(rough_image(from), to, whole(to), kernel)), expected);
  }

  void large_images_equal_pillows_data() {
    QTest::addColumn<PillowKernel>("kernel");
    QTest::addColumn<ImageSize>("from");
    QTest::addColumn<ImageSize>("to");
    QTest::addColumn<quint64>("expected");
    const auto row = [](const char* name, PillowKernel kernel, ImageSize from, ImageSize to, quint64 expected) {
      QTest::newRow(name) << kernel << from << to << expected;
    };
    row("triangle 500x375 to 341x256", PillowKernel::triangle, ImageSize{500, 375}, ImageSize{341, 256},
        0xa9816b2fe45f7706ULL);
    row("triangle 375x500 to 256x341", PillowKernel::triangle, ImageSize{375, 500}, ImageSize{256, 341},
        0x00a5b071c5bfe7cfULL);
    row("triangle 640x480 to 640x256", PillowKernel::triangle, ImageSize{640, 480}, ImageSize{640, 256},
        0xcc1f3452fc5a20caULL);
    row("triangle 64x64 to 224x224", PillowKernel::triangle, ImageSize{64, 64}, ImageSize{224, 224},
        0x15c65b558bf48e55ULL);
    row("triangle 1000x40 to 256x256", PillowKernel::triangle, ImageSize{1000, 40}, ImageSize{256, 256},
        0x47be4dec842c9256ULL);
    row("triangle 3000x2 to 17x300", PillowKernel::triangle, ImageSize{3000, 2}, ImageSize{17, 300},
        0xb467f9db4deaf429ULL);
    row("triangle 1x1 to 224x224", PillowKernel::triangle, ImageSize{1, 1}, ImageSize{224, 224}, 0xac2b31d3bacbf325ULL);
    row("triangle 500x375 to 500x375", PillowKernel::triangle, ImageSize{500, 375}, ImageSize{500, 375},
        0xbda1b9fcdf75122dULL);
    row("triangle 333x251 to 97x600", PillowKernel::triangle, ImageSize{333, 251}, ImageSize{97, 600},
        0xa28eed59467a953bULL);
    row("cubic 500x375 to 341x256", PillowKernel::cubic, ImageSize{500, 375}, ImageSize{341, 256},
        0x1f312556cff16e54ULL);
    row("cubic 375x500 to 256x341", PillowKernel::cubic, ImageSize{375, 500}, ImageSize{256, 341},
        0x00651440623b0abeULL);
    row("cubic 640x480 to 640x256", PillowKernel::cubic, ImageSize{640, 480}, ImageSize{640, 256},
        0xac5dec304164122dULL);
    row("cubic 64x64 to 224x224", PillowKernel::cubic, ImageSize{64, 64}, ImageSize{224, 224}, 0x4c87cb6c06072799ULL);
    row("cubic 1000x40 to 256x256", PillowKernel::cubic, ImageSize{1000, 40}, ImageSize{256, 256},
        0x1c3ad9afc5e92dc2ULL);
    row("cubic 3000x2 to 17x300", PillowKernel::cubic, ImageSize{3000, 2}, ImageSize{17, 300}, 0x07a355e9a345fe19ULL);
    row("cubic 1x1 to 224x224", PillowKernel::cubic, ImageSize{1, 1}, ImageSize{224, 224}, 0xac2b31d3bacbf325ULL);
    row("cubic 500x375 to 500x375", PillowKernel::cubic, ImageSize{500, 375}, ImageSize{500, 375},
        0xbda1b9fcdf75122dULL);
    row("cubic 333x251 to 97x600", PillowKernel::cubic, ImageSize{333, 251}, ImageSize{97, 600}, 0xa8a2d755cbad7763ULL);
  }
  void large_images_equal_pillows() {
    QFETCH(PillowKernel, kernel);
    QFETCH(ImageSize, from);
    QFETCH(ImageSize, to);
    QFETCH(quint64, expected);
    QCOMPARE(fingerprint(pillow_resize(rough_image(from), to, whole(to), kernel)), expected);
  }

  void a_region_is_that_part_of_the_whole() {
    const Image source = rough_image({90, 70});
    const ImageSize target{61, 47};
    for (PillowKernel kernel : {PillowKernel::triangle, PillowKernel::cubic}) {
      const Image all = pillow_resize(source, target, whole(target), kernel);
      for (const ImageRegion& region : {ImageRegion{0, 0, {1, 1}}, ImageRegion{60, 46, {1, 1}},
                                        ImageRegion{17, 5, {30, 40}}, ImageRegion{1, 1, {60, 46}}}) {
        const Image part = pillow_resize(source, target, region, kernel);
        QCOMPARE(part.size, region.size);
        for (int y = 0; y < region.size.height; ++y)
          for (int b = 0; b < region.size.width * 3; ++b)
            QCOMPARE(part.row(y)[b], all.row(region.y + y)[region.x * 3 + b]);
      }
    }
  }

  // torchvision: the longer side is truncated, the crop's offset rounded half to even, padding greater behind.
  void framing_follows_torchvision_data() {
    QTest::addColumn<ImageSize>("image");
    QTest::addColumn<ImageSize>("resized");
    QTest::addColumn<int>("x");
    QTest::addColumn<int>("y");
    QTest::newRow("wide") << ImageSize{500, 375} << ImageSize{341, 256} << 58 << 16;  // 117/2 = 58.5
    QTest::newRow("tall") << ImageSize{375, 500} << ImageSize{256, 341} << 16 << 58;
    QTest::newRow("odd") << ImageSize{500, 374} << ImageSize{342, 256} << 59 << 16;
    QTest::newRow("half to even, up") << ImageSize{343, 256} << ImageSize{343, 256} << 60 << 16;  // 119/2 = 59.5
    QTest::newRow("square") << ImageSize{32, 32} << ImageSize{256, 256} << 16 << 16;
  }
  void framing_follows_torchvision() {
    QFETCH(ImageSize, image);
    QFETCH(ImageSize, resized);
    QFETCH(int, x);
    QFETCH(int, y);
    QCOMPARE(resized_size(image, ShorterSide{256}), resized);
    const ImageRegion region = centre_crop(resized, 224, ShorterSide{256});
    QCOMPARE(region.x, x);
    QCOMPARE(region.y, y);
  }

  // A peer's predictions for images stored as 227 x 227 come out only with the crop one pixel in, not two.
  void framing_without_that_resize_rounds_down() {
    for (const ResizeRule& rule : {ResizeRule{NoResize{}}, ResizeRule{Squash{{227, 227}}}}) {
      const ImageRegion region = centre_crop({227, 227}, 224, rule);
      QCOMPARE(region.x, 1);
      QCOMPARE(region.y, 1);
    }
  }

  void a_small_image_is_surrounded_with_zeros() {
    const Image source = rough_image({3, 8});
    const Image framed = frame(source, {NoResize{}, 6});
    QCOMPARE(framed.size, (ImageSize{6, 6}));
    // (6 - 3) / 2 = 1 column before and 2 behind; (8 - 6) / 2 = 1 row cut above.
    for (int y = 0; y < 6; ++y) {
      for (int x : {0, 4, 5})
        for (int c = 0; c < 3; ++c) QCOMPARE(framed.row(y)[3 * x + c], std::uint8_t{0});
      for (int b = 0; b < 9; ++b) QCOMPARE(framed.row(y)[3 + b], source.row(y + 1)[b]);
    }
  }

  void opencv_area_averages_blocks() {
    Image source({4, 2});
    for (int x = 0; x < 4; ++x)
      for (int c = 0; c < 3; ++c) {
        source.row(0)[3 * x + c] = static_cast<std::uint8_t>(10 * x + c);
        source.row(1)[3 * x + c] = static_cast<std::uint8_t>(10 * x + c + 4);
      }
    // Means of 2 x 2 pixels by hand: (0 + 10 + 4 + 14) / 4 = 7, (20 + 30 + 24 + 34) / 4 = 27.
    const Image result = frame(source, {Squash{{2, 1}, Filter::opencv_area}, {}});
    QCOMPARE(pixels_of(result), (Bytes{7, 8, 9, 27, 28, 29}));
  }

  void a_flat_image_stays_flat_under_every_filter() {
    Image source({50, 41});
    std::ranges::fill(source.pixels, std::uint8_t{77});
    for (Filter filter : {Filter::pillow_bilinear, Filter::pillow_bicubic, Filter::opencv_linear, Filter::opencv_area})
      for (int side : {7, 30, 90})
        for (std::uint8_t byte : pixels_of(frame(source, {ShorterSide{side, filter}, 7})))
          QCOMPARE(byte, std::uint8_t{77});
  }

  void absurd_aspect_ratios_are_refused() {
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(resized_size({1, 65000}, ShorterSide{8000})), Error);
  }
};

QTEST_GUILESS_MAIN(TestPillowResize)
#include "test_pillow_resize.moc"
