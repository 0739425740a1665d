// Real networks on real images, against what ONNX Runtime predicted for each of them from images that Pillow decoded.
// Everything takes part that `quantoscope evaluate` uses: import, decoding, preprocessing, the float backend, counting.
#include <QtTest/QtTest>
#include <filesystem>
#include <map>

#include "app/run/classifier.h"
#include "app/run/image_run.h"
#include "datasets/prepared_images.h"
#include "tests/support/shared_data.h"

namespace qs {
namespace {

namespace fs = std::filesystem;

// Decoders differ by one step of a pixel here and there, which flips the few images whose two best classes are nearly
// equal; a wrong filter, crop, channel order or layer flips many.
constexpr double kSameTop1 = 0.99;
constexpr double kAccuracyPoints = 0.4;
// A largest logit that differs by more is counted and shown, not judged: where top-1 agrees, it would be the decoder's
// rounding on an image the network is unsure of. On the shared images there is none.
constexpr double kLogitDifference = 0.02;
constexpr std::int64_t kBatch = 16;

struct PeerRow {
  std::optional<int> label;
  int top1 = -1;
  float max_logit = 0;
};

/// A set of images, and how the rows of its CSV files are found by the names of the images.
struct PeerSet {
  const char* suffix;  ///< of the CSV files
  const char* images;  ///< below the shared data
  std::size_t count;
};
constexpr std::array<PeerSet, 3> kSets = {{{"samples500", "imagenet-samples", 500},
                                           {"val650", "imagenet-val", 650},
                                           {"cifar1000", "cifar10/test1000-lossless.tar.xz", 1000}}};

/// "cat/test_0012.png" and "cifar10_batch_50.png:row12" are the same image; others are called by their file name.
QString key_of(const QString& name) {
  static const QRegularExpression kCifar(":row([0-9]+)$|test_0*([0-9]+)\\.png$");
  const QRegularExpressionMatch match = kCifar.match(name);
  if (match.hasMatch()) return "row" + (match.captured(1) + match.captured(2));
  return name.section('/', -1);
}

std::map<QString, PeerRow> read_peer(const fs::path& path) {
  QFile file(QString::fromStdString(path.string()));
  std::map<QString, PeerRow> rows;
  if (!file.open(QIODevice::ReadOnly)) return rows;
  file.readLine();  // the heading
  while (!file.atEnd()) {
    const QStringList cells = QString::fromUtf8(file.readLine()).trimmed().split(',');
    if (cells.size() != 6) qFatal("%s: a row has %lld cells", path.c_str(), static_cast<long long>(cells.size()));
    rows[key_of(cells[0])] = {cells[1].toInt(), cells[2].toInt(), cells[4].toFloat()};
  }
  return rows;
}

struct Comparison {
  int same_top1 = 0;
  int peer_right = 0;
  int other_logit = 0;         ///< max_logit differs by more than kLogitDifference
  double mean_difference = 0;  ///< of max_logit, relative
  QStringList other_names;
};

Comparison compare(const Evaluation& evaluation, const std::map<QString, PeerRow>& peer) {
  Comparison comparison;
  for (std::size_t i = 0; i < evaluation.images.size(); ++i) {
    const QString key = key_of(QString::fromStdString(evaluation.images[i].name));
    const PeerRow& row = peer.at(key);
    const Prediction& ours = evaluation.results.front().predictions[i];
    if (evaluation.images[i].label != row.label) qFatal("%s has another label", qPrintable(key));
    if (ours.top1() == row.top1) ++comparison.same_top1;
    if (row.top1 == row.label) ++comparison.peer_right;
    const double difference = std::abs(ours.max_logit() - row.max_logit) / std::abs(row.max_logit);
    comparison.mean_difference += difference / static_cast<double>(evaluation.images.size());
    if (!(difference <= kLogitDifference)) {
      ++comparison.other_logit;
      comparison.other_names << QString("%1 %2 -> %3").arg(key).arg(row.max_logit).arg(ours.max_logit());
    }
  }
  return comparison;
}

}  // namespace

class TestPeerPredictions : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir cache_;  // the networks share the decoded images

 private slots:
  void initTestCase() { QVERIFY(cache_.isValid()); }

  void predictions_agree_image_by_image_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("set");
    if (!fs::is_directory(shared_data())) {
      QTest::newRow("no shared data") << QString() << 0;
      return;
    }
    for (const fs::directory_entry& entry : fs::directory_iterator(shared_data() / "models")) {
      if (entry.path().extension() != ".onnx") continue;
      for (std::size_t set = 0; set < kSets.size(); ++set) {
        const std::string name = entry.path().stem().string();
        const fs::path csv = entry.path().parent_path() / (name + "." + kSets[set].suffix + ".csv");
        if (!fs::exists(csv)) continue;
        QTest::addRow("%s %s", name.c_str(), kSets[set].suffix)
            << QString::fromStdString(name) << static_cast<int>(set);
      }
    }
  }
  void predictions_agree_image_by_image() {
    QS_NEEDS_SHARED_DATA();
    QFETCH(QString, model);
    QFETCH(int, set);
    const PeerSet& images = kSets[static_cast<std::size_t>(set)];
    const fs::path file = shared_data() / "models" / (model.toStdString() + ".onnx");
    const Classifier classifier = load_classifier({.path = file.string(), .preprocessing = {}, .input_size = {}});
    const std::map<QString, PeerRow> peer =
        read_peer(file.parent_path() / (model.toStdString() + "." + images.suffix + ".csv"));

    const Dataset dataset = open_dataset(
        shared_data() / images.images,
        {.kind = {},
         .labels_file = {},
         .classes = {.count = static_cast<int>(classifier.report.classes), .names = classifier.class_names}});
    ReaderOptions options;
    options.preprocessing = fitted_to_images(classifier.preprocessing, dataset).preprocessing;
    options.batch = kBatch;
    options.size = input_image_size(classifier.graph, options.preprocessing.layout);
    options.cache = CacheOptions{.folder = cache_.path().toStdString()};
    const auto executable = backend("float").compile(classifier.graph, {.batch = kBatch, .threads = 0, .taps = {}});
    const Variant variant{"float", executable.get()};
    const Evaluation evaluation = run_images(dataset, options, {&variant, 1}).evaluation;

    const Comparison comparison = compare(evaluation, peer);
    const int total = static_cast<int>(images.count);
    const int right = static_cast<int>(evaluation.results.front().top1.hits);
    qInfo(
        "%d of %d images have the peer's top-1; right: %d here, %d there; max_logit differs by %.1e in the mean, "
        "by more than %.0f %% on %d images%s%s",
        comparison.same_top1, total, right, comparison.peer_right, comparison.mean_difference, 100 * kLogitDifference,
        comparison.other_logit, comparison.other_logit > 0 ? ": " : "",
        qPrintable(comparison.other_names.mid(0, 3).join(", ")));
    QCOMPARE(peer.size(), images.count);
    QCOMPARE(evaluation.images.size(), images.count);
    QVERIFY(comparison.same_top1 >= kSameTop1 * total);
    QVERIFY(100.0 * std::abs(right - comparison.peer_right) <= kAccuracyPoints * total);
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestPeerPredictions)
#include "test_peer_predictions.moc"
