#include <QtTest/QtTest>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "datasets/normalise.h"
#include "datasets/preprocessing.h"
#include "datasets/preprocessing_candidates.h"

using namespace qs;

namespace {

const Preprocessing kTorchvision{{ShorterSide{256, Filter::pillow_bilinear}, 224},
                                 ChannelOrder::rgb,
                                 {123.675, 116.28, 103.53},
                                 {58.395, 57.12, 57.375},
                                 TensorLayout::nchw};

std::string error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

class TestPreprocessing : public QObject {
  Q_OBJECT

 private slots:
  void a_text_means_a_value_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<Preprocessing>("expected");
    const auto row = [](const char* text, const Preprocessing& expected) {
      QTest::newRow(text) << QString(text) << expected;
    };
    row("torchvision", kTorchvision);
    row("shorter side 256, pillow_bilinear, crop 224, RGB, mean 123.675 116.28 103.53, std 58.395 57.12 57.375, NCHW",
        kTorchvision);
    row("none", {});
    row("no resize, no crop, RGB, mean 0 0 0, std 1 1 1, NCHW", {});
    row("BGR", {.channel_order = ChannelOrder::bgr});
    row("scale 1/255", {.std = {255, 255, 255}});
    row("scale 0.5, mean 1 2 3, std 4", {.mean = {2, 4, 6}, .std = {8, 8, 8}});
    row("caffe, no resize, no crop",
        {{}, ChannelOrder::bgr, {103.939, 116.779, 123.68}, {1, 1, 1}, TensorLayout::nchw});
    row("squash 320x240, opencv_area, NHWC",
        {.geometry = {Squash{{320, 240}, Filter::opencv_area}, {}}, .layout = TensorLayout::nhwc});
    row("opencv_linear, Shorter Side to 100, centre crop 90",
        {.geometry = {ShorterSide{100, Filter::opencv_linear}, 90}});
    row(R"json({"resize": "shorter side to 256, bilinear (PIL antialias)", "crop": "centre 224", "size": 224,
            "mean": [123.675, 116.28, 103.53], "std": [58.395, 57.12, 57.375], "formula": "any text"})json",
        kTorchvision);
    row(R"({"resize": "none", "crop": "none", "scale": 0.25, "channel_order": "BGR"})",
        {.channel_order = ChannelOrder::bgr, .std = {4, 4, 4}});
    row(R"({"resize": "squash 8", "filter": "bicubic", "crop": null, "std": 2})",
        {.geometry = {Squash{{8, 8}, Filter::pillow_bicubic}, {}}, .std = {2, 2, 2}});
  }
  void a_text_means_a_value() {
    QFETCH(QString, text);
    QFETCH(Preprocessing, expected);
    const Preprocessing parsed = parse_preprocessing(text.toStdString());
    QCOMPARE(to_string(parsed), to_string(expected));
    QVERIFY(parsed == expected);
  }

  void what_is_written_is_read_back() {
    std::vector<Preprocessing> all;
    for (const auto& preset : preprocessing_presets()) all.push_back(preset.make(224));
    for (const auto& candidate : preprocessing_candidates(kTorchvision)) all.push_back(candidate.preprocessing);
    all.push_back(
        {.mean = {1.0 / 3, -2.5e-7, 0.1}, .std = {57.120000000000005, 1e-5, 3}, .layout = TensorLayout::nhwc});
    for (const Preprocessing& value : all) {
      QVERIFY2(parse_preprocessing(to_string(value)) == value, to_string(value).c_str());
      QVERIFY2(preprocessing_from_json(to_json(value)) == value, to_json(value).dump().c_str());
      QVERIFY2(parse_preprocessing(to_json(value).dump()) == value, to_json(value).dump().c_str());
    }
  }

  void nonsense_is_an_error_that_names_it_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("named");
    const auto row = [](const char* text, const char* named) {
      QTest::newRow(text) << QString(text) << QString(named);
    };
    row("", "\"\"");
    row("torchvison", "torchvison");
    row("crop 0", "crop 0");
    row("crop -3", "crop -3");
    row("crop 99999999", "99999999");
    row("crop 99999999999", "99999999999");
    row("shorter side 256, lanczos", "lanczos");
    row("pillow_bicubic", "pillow_bicubic");
    row("mean 1 2", "mean 1 2");
    row("mean nan", "mean nan");
    row("std 0", "std 0");
    row("std -1", "std -1");
    row("std 1e999", "std 1e999");
    row("scale 1/0", "scale 1/0");
    row("scale -2", "scale");
    row("RGB, none", "none");
    row("{", "JSON");
    row(R"({"resise": "none"})", "resise");
    row(R"({"resize": 3})", "resize");
    row(R"({"resize": "shorter side 256, nearest"})", "nearest");
    row(R"({"crop": "corner"})", "corner");
    row(R"({"crop": -1})", "crop");
    row(R"({"crop": 3000000000})", "crop");
    row(R"({"crop": 224, "size": 299})", "299");
    row(R"({"mean": [1, 2]})", "mean");
    row(R"({"std": ["a", 1, 2]})", "std");
    row(R"({"layout": "CHW"})", "CHW");
    row(R"({"channel_order": "GRB"})", "GRB");
  }
  void nonsense_is_an_error_that_names_it() {
    QFETCH(QString, text);
    QFETCH(QString, named);
    const std::string error = error_of([&] { static_cast<void>(parse_preprocessing(text.toStdString())); });
    QVERIFY2(QString::fromStdString(error).contains(named), error.c_str());
  }

  void presets_keep_their_ratio_at_other_sizes() {
    const Preprocessing at_299 = parse_preprocessing("torchvision", 299);
    QCOMPARE(at_299.geometry.crop, std::optional(299));
    QCOMPARE(std::get<ShorterSide>(at_299.geometry.resize).size, 342);  // 299 * 256 / 224 = 341.7
  }

  // (pixel - mean) / std by hand; the two pixels are (10, 20, 30) and (40, 50, 60).
  void pixels_are_normalised_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<std::vector<float>>("expected");
    const auto row = [](const char* text, const std::vector<float>& expected) {
      QTest::newRow(text) << QString(text) << expected;
    };
    row("mean 10 10 10, std 2 4 5", {0, 15, 2.5, 10, 4, 10});
    row("mean 10 10 10, std 2 4 5, NHWC", {0, 2.5, 4, 15, 10, 10});
    row("BGR, mean 10 20 30, std 1", {20, 50, 0, 30, -20, 10});
    row("BGR, NHWC", {30, 20, 10, 60, 50, 40});
  }
  void pixels_are_normalised() {
    QFETCH(QString, text);
    QFETCH(std::vector<float>, expected);
    Image image({2, 1});
    for (int i = 0; i < 6; ++i) image.pixels[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(10 * (i + 1));
    const std::array<Image, 2> images = {image, image};
    const Preprocessing preprocessing = parse_preprocessing(text.toStdString());
    const Tensor tensor = normalise(images, preprocessing);
    QCOMPARE(tensor.shape(), preprocessing.layout == TensorLayout::nchw ? (Shape{2, 3, 1, 2}) : (Shape{2, 1, 2, 3}));
    const auto values = tensor.values<float>();
    QCOMPARE(std::vector<float>(values.begin(), values.begin() + 6), expected);
    QCOMPARE(std::vector<float>(values.begin() + 6, values.end()), expected);
  }

  void the_doctor_tries_what_is_usual() {
    const auto candidates = preprocessing_candidates(kTorchvision);
    QCOMPARE(candidates.front().title, std::string("as found"));
    const auto has = [&](const Preprocessing& wanted) {
      return std::ranges::count(candidates, wanted, &PreprocessingCandidate::preprocessing) == 1;
    };
    QVERIFY(has(kTorchvision));
    for (const char* colours :
         {"BGR, mean 103.53 116.28 123.675, std 57.375 57.12 58.395", "mean 0, std 1", "scale 1/255",
          "mean 127.5, std 127.5", "BGR, mean 103.939 116.779 123.68", "BGR, mean 127.5, std 127.5"}) {
      Preprocessing wanted = parse_preprocessing(colours);
      wanted.geometry = kTorchvision.geometry;
      QVERIFY2(has(wanted), colours);
    }
    for (const char* geometry :
         {"squash 256x256, pillow_bilinear, crop 224", "shorter side 256, opencv_linear, crop 224",
          "shorter side 224, pillow_bicubic, crop 224"}) {
      Preprocessing wanted = kTorchvision;
      wanted.geometry = parse_preprocessing(geometry).geometry;
      QVERIFY2(has(wanted), geometry);
    }
    for (const auto& candidate : candidates)
      QCOMPARE(output_size(candidate.preprocessing.geometry), (std::optional(ImageSize{224, 224})));
  }

  void without_a_known_size_the_doctor_varies_colours_only() {
    for (const auto& candidate : preprocessing_candidates({})) QVERIFY(candidate.preprocessing.geometry == Geometry{});
  }
};

QTEST_GUILESS_MAIN(TestPreprocessing)
#include "test_preprocessing.moc"
