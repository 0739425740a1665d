// Whole networks on real images: the integer backend against the simulation, under every 8-bit scheme that leaves the
// network at least half of its accuracy (a collapsed network answers noise; its layers are compared in
// test_integer_backend).
#include <QtTest/QtTest>

#include "app/run/evaluation_run.h"

#include "tests/support/shared_data.h"

namespace qs {

namespace {

constexpr double kSameTop1 = 0.99;
constexpr double kKeptAccuracy = 0.5;
constexpr const char* kPresets[] = {"w8a8-tensor-asym", "w8a8-tensor-sym", "w8a8-channel-sym", "w8a8-channel-asym"};

std::int64_t same_top1(const VariantResult& left, const VariantResult& right) {
  std::int64_t same = 0;
  for (std::size_t i = 0; i < left.predictions.size(); ++i) {
    if (left.predictions[i].top1() == right.predictions[i].top1()) ++same;
  }
  return same;
}

}  // namespace

class TestNetworkAgreement : public QObject {
  Q_OBJECT

 private slots:
  void integer_and_simulated_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("images");
    QTest::addColumn<int>("limit");
    QTest::newRow("mobilenet 0.25") << "mobilenet_v1_0.25_224"
                                    << "imagenet-val" << 100;
    QTest::newRow("mobilenet 0.75") << "mobilenet_v1_0.75_224"
                                    << "imagenet-val" << 100;
    QTest::newRow("squeezenet") << "squeezenet1.1_onnxzoo"
                                << "imagenet-val" << 100;
    QTest::newRow("resnet18") << "resnet18_pqf"
                              << "imagenet-val" << 100;
    QTest::newRow("resnet20") << "resnet20_cifar10"
                              << "cifar10/test1000-lossless.tar.xz" << 100;
    QTest::newRow("resnet8") << "resnet8_cifar10_mlperf_tiny"
                             << "cifar10/test1000-lossless.tar.xz" << 100;
  }

  void integer_and_simulated() {
    QS_NEEDS_SHARED_DATA();
    QFETCH(QString, model);
    QFETCH(QString, images);
    QFETCH(int, limit);
    EvaluationSettings flags;
    flags.model = (shared_data() / "models" / (model.toStdString() + ".onnx")).string();
    flags.images = (shared_data() / images.toStdString()).string();
    flags.limit = limit;
    flags.calibration = 64;
    flags.layer_images = 0;
    std::vector<SchemeChoice> choices;
    for (const char* preset : kPresets) {
      flags.schemes = {preset};
      for (const char* id : {"integer", "simulated"}) {
        flags.backend = id;
        choices.push_back(chosen_schemes(flags).front());
      }
    }

    const Evaluation evaluation = run_evaluation(prepare_evaluation(flags), choices, {}).evaluation;
    const VariantResult& reference = evaluation.results.front();
    QVERIFY(reference.top1.fraction() > 0.5);  // what collapses must be the scheme, not the network
    int judged = 0;
    for (std::size_t i = 1; i + 1 < evaluation.results.size(); i += 2) {
      const VariantResult& integer = evaluation.results[i];
      const VariantResult& simulated = evaluation.results[i + 1];
      const std::int64_t same = same_top1(integer, simulated);
      const bool collapsed = simulated.top1.fraction() < kKeptAccuracy * reference.top1.fraction();
      qInfo("%s: same top-1 on %lld of %zu images, top-1 %.3f, float %.3f%s", integer.id.c_str(),
            static_cast<long long>(same), integer.predictions.size(), integer.top1.fraction(),
            reference.top1.fraction(), collapsed ? ": collapsed" : "");
      if (collapsed) continue;
      ++judged;
      QVERIFY(static_cast<double>(same) >= kSameTop1 * static_cast<double>(integer.predictions.size()));
    }
    QVERIFY(judged >= 2);  // a scale per channel never collapses
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestNetworkAgreement)
#include "test_network_agreement.moc"
