// What lies on disk: model files that are none, and weights in files beside the model.
#include <QtTest/QtTest>
#include <filesystem>
#include <fstream>

#include "core/graph/operator.h"
#include "core/model/importers.h"
#include "tests/support/onnx_builder.h"
#include "tests/support/shared_data.h"
#include "tests/support/table.h"

using namespace qs;
namespace fs = std::filesystem;

namespace {

const std::vector<float> kWeights = {1, 2, 3, 4};

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
}

std::string refusal(const fs::path& path) {
  return refusal_of([&] { (void)import_model(path); });
}

using Entries = std::vector<std::pair<std::string, std::string>>;

/// x [N,4] + weights [4], the weights kept where the entries say.
std::string model_with_external_data(const Entries& entries) {
  OnnxBuilder b;
  b.input("x", {-1, 4});
  onnx::TensorProto weights;
  weights.set_name("w");
  weights.set_data_type(onnx::TensorProto::FLOAT);
  weights.add_dims(4);
  weights.set_data_location(onnx::TensorProto::EXTERNAL);
  for (const auto& [key, value] : entries) {
    auto* entry = weights.add_external_data();
    entry->set_key(key);
    entry->set_value(value);
  }
  b.output(b.node("Add", {"x", b.initializer(weights)}));
  return b.model().SerializeAsString();
}

}  // namespace

class TestModelFiles : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    outer_ = fs::path(folder_.path().toStdString()) / std::to_string(count_++);
    models_ = outer_ / "models";
    fs::create_directories(models_ / "sub");
    const std::string bytes(reinterpret_cast<const char*>(kWeights.data()), 16);
    write(models_ / "weights.bin", "0123" + bytes + "rest");
    write(models_ / "sub" / "weights.bin", bytes);
    write(outer_ / "secret.bin", bytes);
    fs::create_symlink(outer_ / "secret.bin", models_ / "leads_out.bin");
    fs::create_symlink("weights.bin", models_ / "stays.bin");
    fs::create_directory_symlink(outer_, models_ / "up");
  }

  void not_a_model_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("contents");
    QTest::addColumn<QString>("words");
    QTest::newRow("empty") << "m.onnx" << QByteArray() << "m.onnx: the file is empty";
    QTest::newRow("web page") << "m.onnx" << QByteArray("<!DOCTYPE html><html>") << "web page";
    QTest::newRow("JPEG") << "m.onnx" << QByteArray("\xFF\xD8\xFF\xE0 and more") << "JPEG";
    QTest::newRow("zip") << "m.onnx" << QByteArray("PK\x03\x04 and more") << "PyTorch";
    QTest::newRow("LFS pointer") << "m.onnx" << QByteArray("version https://git-lfs.github.com/spec/v1")
                                 << "git lfs pull";
    QTest::newRow("text") << "m.onnx" << QByteArray("some words about a model") << "no ONNX model";
    QTest::newRow("zeros") << "m.onnx" << QByteArray(4096, '\0') << "no ONNX model";
    QTest::newRow("extension") << "m.tflite" << QByteArray("x")
                               << "\".tflite\" is that of no known model format; there are: .onnx";
    QTest::newRow("no extension") << "m" << QByteArray("x") << "no known model format";
    QTest::newRow("upper case") << "M.ONNX" << QByteArray() << "M.ONNX: the file is empty";
  }
  void not_a_model() {
    QFETCH(QString, name);
    QFETCH(QByteArray, contents);
    QFETCH(QString, words);
    write(models_ / name.toStdString(), contents.toStdString());
    const QString message = QString::fromStdString(refusal(models_ / name.toStdString()));
    QVERIFY2(message.contains(words), qPrintable(message));
    QVERIFY2(message.startsWith(name + ": "), qPrintable(message));
  }

  void no_file() {
    QCOMPARE(refusal(models_ / "none.onnx"), std::string("none.onnx: there is no such file"));
    fs::create_directory(models_ / "folder.onnx");
    QCOMPARE(refusal(models_ / "folder.onnx"), std::string("folder.onnx: it is a folder, not a model file"));
    fs::create_symlink("/dev/zero", models_ / "endless.onnx");
    QCOMPARE(refusal(models_ / "endless.onnx"), std::string("endless.onnx: it is not a regular file"));
  }

  void weights_beside_the_model_data() {
    QTest::addColumn<QString>("location");
    QTest::addColumn<QString>("offset");
    QTest::addColumn<QString>("length");
    QTest::addColumn<QString>("refusal");  ///< empty: it is read
    const auto row = [](const char* name, QString location, QString offset, QString length, QString words) {
      QTest::newRow(name) << location << offset << length << words;
    };
    row("offset and length", "weights.bin", "4", "16", "");
    row("no length", "weights.bin", "4", "", "");
    row("subfolder", "sub/weights.bin", "", "", "");
    row("dot", "./sub/weights.bin", "0", "16", "");
    row("link inside the folder", "stays.bin", "4", "16", "");
    row("no location", "", "", "", "inside the model's folder");
    row("absolute", "/etc/passwd", "", "", "inside the model's folder");
    row("upwards", "../secret.bin", "", "", "inside the model's folder");
    row("upwards in the middle", "sub/../../secret.bin", "", "", "inside the model's folder");
    row("link out of the folder", "leads_out.bin", "", "", "leads out");
    row("folder link out of the folder", "up/secret.bin", "", "", "leads out");
    row("folder", "sub", "", "", "not a regular file");
    row("missing", "none.bin", "", "", "none.bin");
    row("behind the end", "weights.bin", "12", "16", "24 bytes");
    row("far behind the end", "weights.bin", "9223372036854775807", "16", "do not lie");
    row("before the start", "weights.bin", "-1", "16", "do not lie");
    row("no number", "weights.bin", "4x", "16", "no number");
    row("overflowing number", "weights.bin", "99999999999999999999", "16", "no number");
    row("too short", "weights.bin", "4", "12", "12 bytes, but its shape needs 16");
  }
  void weights_beside_the_model() {
    QFETCH(QString, location);
    QFETCH(QString, offset);
    QFETCH(QString, length);
    QFETCH(QString, refusal);
    Entries entries = {{"location", location.toStdString()}, {"checksum", "ignored"}};
    if (!offset.isEmpty()) entries.emplace_back("offset", offset.toStdString());
    if (!length.isEmpty()) entries.emplace_back("length", length.toStdString());
    const fs::path file = models_ / "m.onnx";
    write(file, model_with_external_data(entries));
    if (!refusal.isEmpty()) {
      const QString message = QString::fromStdString(::refusal(file));
      QVERIFY2(message.contains(refusal) && message.startsWith("m.onnx: initialiser \"w\": "), qPrintable(message));
      return;
    }
    const Graph graph = import_model(file);
    const auto values = graph.constant(graph.nodes.at(0).inputs.at(1))->values<float>();
    QVERIFY(std::equal(values.begin(), values.end(), kWeights.begin(), kWeights.end()));
  }

  void real_models() {
    QS_NEEDS_SHARED_DATA();
    int count = 0;
    for (const auto& entry : fs::directory_iterator(shared_data() / "models")) {
      if (entry.path().extension() != ".onnx") continue;
      ++count;
      const Graph graph = import_model(entry.path());
      QCOMPARE(graph.fixed_batch_reason, std::string());
      QCOMPARE(graph.value(graph.outputs.at(0)).name, std::string("logits"));
      QCOMPARE(with_batch(graph, 16).value(graph.outputs.at(0)).shape[0], 16);
    }
    QVERIFY(count >= 6);
  }

 private:
  QTemporaryDir folder_;
  int count_ = 0;
  fs::path outer_, models_;
};

QTEST_GUILESS_MAIN(TestModelFiles)
#include "test_model_files.moc"
