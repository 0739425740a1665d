#include <QTemporaryDir>
#include <QtTest/QtTest>

#include "core/base/error.h"
#include "datasets/model_card.h"
#include "tests/support/shared_data.h"
#include "tests/support/test_files.h"

using namespace qs;

namespace {

const std::string kTorchvisionLine =
    "shorter side 256, pillow_bilinear, crop 224, RGB, mean 123.675 116.28 103.53, std 58.395 57.12 57.375, NCHW";

}  // namespace

class TestModelCard : public QObject {
  Q_OBJECT

 private slots:
  void init() { QVERIFY(folder_.isValid()); }

  void the_first_source_that_speaks_wins() {
    ModelCard card{"net.json", parse_preprocessing("tf"), {}};
    PreprocessingSources sources{"caffe", card, {{"preprocessing", "BGR"}}, Shape{1, 3, 224, 224}};
    QCOMPARE(find_preprocessing(sources).source, std::string("from the command line"));
    QVERIFY(find_preprocessing(sources).preprocessing == parse_preprocessing("caffe"));
    sources.command_line.clear();
    QCOMPARE(find_preprocessing(sources).source, std::string("from net.json"));
    QVERIFY(find_preprocessing(sources).preprocessing == parse_preprocessing("tf"));
    sources.card->preprocessing.reset();
    QCOMPARE(find_preprocessing(sources).source, std::string("from the model's metadata"));
    QVERIFY(find_preprocessing(sources).preprocessing == parse_preprocessing("BGR"));
    sources.metadata.clear();
    QVERIFY(find_preprocessing(sources).source.starts_with("assumed"));
    QVERIFY(find_preprocessing(sources).preprocessing == parse_preprocessing("torchvision"));
  }

  void metadata_is_understood_data() {
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("range");
    QTest::addColumn<QString>("colours");
    QTest::newRow("plain") << "Rgb8"
                           << "NominalRange_0_255"
                           << "RGB";
    QTest::newRow("BGR") << "Bgr8"
                         << ""
                         << "BGR";
    QTest::newRow("unit") << ""
                          << "Normalized_0_1"
                          << "std 255";
    QTest::newRow("signed") << "Bgr8"
                            << "Normalized_1_1"
                            << "BGR, mean 127.5, std 127.5";
  }
  void metadata_is_understood() {
    QFETCH(QString, format);
    QFETCH(QString, range);
    QFETCH(QString, colours);
    PreprocessingSources sources{.input = Shape{1, 3, 224, 224}};
    if (!format.isEmpty()) sources.metadata["Image.BitmapPixelFormat"] = format.toStdString();
    if (!range.isEmpty()) sources.metadata["Image.NominalPixelRange"] = range.toStdString();
    Preprocessing expected = parse_preprocessing(colours.toStdString());
    expected.geometry = parse_preprocessing("torchvision").geometry;
    QVERIFY(find_preprocessing(sources).preprocessing == expected);
  }

  void metadata_that_is_not_understood_is_an_error() {
    for (const char* key : {"Image.BitmapPixelFormat", "Image.NominalPixelRange", "preprocessing"}) {
      const PreprocessingSources sources{.metadata = {{key, "Gray8"}}, .input = Shape{1, 3, 224, 224}};
      QVERIFY_EXCEPTION_THROWN(static_cast<void>(find_preprocessing(sources)), Error);
    }
  }

  void the_input_decides_size_and_layout() {
    QCOMPARE(to_string(find_preprocessing({.input = Shape{1, 3, 299, 299}}).preprocessing.geometry),
             std::string("shorter side 342, pillow_bilinear, crop 299"));
    QCOMPARE(to_string(find_preprocessing({.input = Shape{1, 3, 32, 32}}).preprocessing.geometry),
             std::string("no resize, no crop"));
    const Preprocessing nhwc = find_preprocessing({.input = Shape{1, 192, 192, 3}}).preprocessing;
    QVERIFY(nhwc.layout == TensorLayout::nhwc);
    QCOMPARE(nhwc.geometry.crop, std::optional(192));
  }

  void a_wrong_card_is_an_error_that_names_the_file_data() {
    QTest::addColumn<QString>("text");
    for (const char* text : {"", "[]", "{", R"({"input": 3})", R"({"input": {"sise": 3}})", R"({"class_names": "cat"})",
                             R"({"class_names": [1]})"})
      QTest::newRow(text) << QString(text);
  }
  void a_wrong_card_is_an_error_that_names_the_file() {
    QFETCH(QString, text);
    const auto folder = std::filesystem::path(folder_.path().toStdString());
    write_text(folder / "net.json", text.toStdString());
    try {
      static_cast<void>(read_model_card(folder / "net.onnx"));
      QFAIL("no error");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::bad_input);
      QVERIFY(std::string(error.what()).starts_with("net.json: "));
    }
  }

  void a_model_without_a_card_has_none() { QVERIFY(!read_model_card("/nowhere/net.onnx").has_value()); }

  void real_cards_are_read_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("line");
    const QString scaled =
        "shorter side 256, pillow_bilinear, crop 224, RGB, mean 127.5 127.5 127.5, std 127.5 127.5 127.5, NCHW";
    QString torchvision = QString::fromStdString(kTorchvisionLine);
    torchvision.replace("57.12 ", "57.120000000000005 ");  // 0.224 * 255 in double, as the cards have it
    QTest::newRow("mobilenet") << "mobilenet_v1_0.25_224" << scaled;
    QTest::newRow("squeezenet") << "squeezenet1.1_onnxzoo" << torchvision;
    QTest::newRow("resnet18") << "resnet18_pqf" << torchvision;
    QTest::newRow("tiny") << "resnet8_cifar10_mlperf_tiny"
                          << "no resize, no crop, RGB, mean 0 0 0, std 1 1 1, NCHW";
  }
  void real_cards_are_read() {
    QS_NEEDS_SHARED_DATA();
    QFETCH(QString, model);
    QFETCH(QString, line);
    const auto card = read_model_card(shared_data() / "models" / (model.toStdString() + ".onnx"));
    QVERIFY(card && card->preprocessing);
    QCOMPARE(QString::fromStdString(to_string(*card->preprocessing)), line);
    QCOMPARE(card->class_names.size(), std::size_t{model.contains("cifar") ? 10U : 0U});
  }

 private:
  QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(TestModelCard)
#include "test_model_card.moc"
