// Streaming a network's values into a calibration: networks whose taps are written down by hand, then real ones.
#include <QtTest/QtTest>
#include <limits>

#include "core/calibrate.h"
#include "tests/support/graph_builder.h"
#include "tests/support/table.h"

namespace qs {

namespace {

/// Puts out its input, and as taps its input, its negative, a row per pixel of all images, and a constant.
class Mirror : public Executable {
 public:
  RunResult run(std::span<const Tensor> inputs, const Progress& progress) override {
    progress.check();
    const Tensor& input = inputs[0];
    Tensor negative(DType::f32, input.shape());
    for (std::size_t i = 0; i < static_cast<std::size_t>(input.elements()); ++i) {
      negative.mutable_values<float>()[i] = -input.values<float>()[i];
    }
    ++runs;
    if (runs == stop_at_run) stop.request_stop();
    const Tensor pixels = input.reshaped({input.elements() / 2, 2});
    return {{input.reshaped({input.shape()[0], input.elements() / input.shape()[0]}), Tensor(DType::f32, {7})},
            {input, negative, pixels, Tensor::from<float>({}, {42})}};
  }
  RunResult profile(std::span<const Tensor> inputs) override { return run(inputs, {}); }
  [[nodiscard]] const std::vector<Step>& steps() const override { return steps_; }
  [[nodiscard]] std::size_t activation_bytes() const override { return 0; }
  [[nodiscard]] std::size_t weight_bytes() const override { return 0; }

  int runs = 0;
  int stop_at_run = 0;
  std::stop_source stop;

 private:
  std::vector<Step> steps_;
};

const std::vector<std::string> kTaps = {"x", "minus x", "pixels", "constant"};

/// Images of shape [1, 2, 2] holding 4 i, 4 i + 1, ...; batches of `size`.
BatchSource counting(int images, int size, float first = 0) {
  return [=, next = 0]() mutable -> std::optional<Batch> {
    const int count = std::min(size, images - next);
    if (count <= 0) return std::nullopt;
    Batch batch;
    batch.tensor = Tensor(DType::f32, {count, 1, 2, 2});
    for (int i = 0; i < 4 * count; ++i) {
      batch.tensor.mutable_values<float>()[static_cast<std::size_t>(i)] = first + static_cast<float>(4 * next + i);
    }
    for (int i = 0; i < count; ++i) batch.images.push_back({std::to_string(next + i), std::nullopt});
    next += count;
    return batch;
  };
}

}  // namespace

class TestCalibrate : public QObject {
  Q_OBJECT

 private slots:
  void streams_every_tap() {
    Mirror network;
    const Calibration found =
        calibrate(counting(5, 2), network, kTaps, {.batch = 2, .seed = 9, .output_names = {"y", "no batch"}});
    QCOMPARE(network.runs, 3);
    QCOMPARE(found.images, 5);
    QCOMPARE(found.batch, 2);
    QCOMPARE(found.seed, std::uint64_t{9});
    QCOMPARE(found.values.size(), std::size_t{4});
    const ValueStatistics& x = found.at("x");
    QVERIFY(x.batches == (std::vector<Range>{{0, 7}, {8, 15}, {16, 19}}));  // what filled up the last does not count
    QCOMPARE(x.sum, 190.0);                                                 // 0 + 1 + ... + 19
    QCOMPARE(x.histogram.total(), 20);
    QCOMPARE(x.count_per_channel, 20);
    QVERIFY(found.at("minus x").batches == (std::vector<Range>{{-7, 0}, {-15, -8}, {-19, -16}}));
    QCOMPARE(found.at("pixels").histogram.total(), 20);
    QCOMPARE(found.at("pixels").channel_sum, (std::vector<double>{90, 100}));
    QCOMPARE(found.at("constant").sum, 3 * 42.0);
  }

  void keeps_outputs_of_all_images() {
    Mirror network;
    const Calibration found =
        calibrate(counting(5, 2), network, kTaps, {.batch = 2, .output_names = {"y", "no batch"}});
    QCOMPARE(found.outputs.size(), std::size_t{1});
    const Tensor& y = found.outputs.at("y");
    QVERIFY(y.shape() == (Shape{5, 4}));
    for (std::size_t i = 0; i < 20; ++i) QCOMPARE(y.values<float>()[i], static_cast<float>(i));
    QVERIFY(calibrate(counting(5, 2), network, kTaps, {.batch = 2}).outputs.empty());
  }

  void reports_progress() {
    Mirror network;
    std::vector<double> fractions;
    const Progress progress({}, [&](double fraction, std::string_view stage) {
      QCOMPARE(stage, std::string_view("calibrating"));
      fractions.push_back(fraction);
    });
    static_cast<void>(calibrate(counting(4, 2), network, kTaps, {.batch = 2, .expected_images = 4}, progress));
    QCOMPARE(fractions, (std::vector<double>{0.5, 1.0}));
  }

  void a_stop_is_an_error_and_not_a_smaller_calibration() {
    for (const int run : {1, 2, 3}) {  // during a run, and during the last
      Mirror network;
      network.stop_at_run = run;
      ErrorCode code = ErrorCode::internal;
      try {
        static_cast<void>(calibrate(counting(6, 2), network, kTaps, {.batch = 2}, {network.stop.get_token(), {}}));
      } catch (const Error& error) {
        code = error.code();
      }
      QCOMPARE(static_cast<int>(code), static_cast<int>(ErrorCode::stopped));
    }
  }

  void refuses_no_images_and_no_numbers() {
    Mirror network;
    QS_CONTAINS(refusal_of([&] { static_cast<void>(calibrate(counting(0, 2), network, kTaps, {.batch = 2})); }),
                "no image");
    const std::string refusal = refusal_of([&] {
      static_cast<void>(
          calibrate(counting(3, 2, std::numeric_limits<float>::infinity()), network, kTaps, {.batch = 2}));
    });
    QS_CONTAINS(refusal, "\"x\" holds NaN or infinity");
    QS_CONTAINS(refusal, "images \"0\" to \"1\"");
  }

  // Statistics are those of the images, however they are cut into batches, on the backend that everything uses.
  void batches_do_not_matter_to_what_is_summed() {
    GraphBuilder builder;
    const ValueId x = builder.input({4, 1, 2, 2}, "x");
    const ValueId y = builder.add(Relu{}, {builder.conv(x, 3, 1)});
    Graph graph = builder.finish({y});
    const std::vector<ValueId> taps = {x, y};
    const std::vector<std::string> names = {"x", graph.value(y).name};
    std::vector<Calibration> found;
    for (const std::int64_t batch : {1, 4}) {
      const auto executable = backend("float").compile(graph, {.batch = batch, .taps = taps});
      found.push_back(calibrate(counting(6, static_cast<int>(batch), -8), *executable, names, {.batch = batch}));
    }
    for (const std::string& name : names) {
      QVERIFY(found[0].at(name).histogram == found[1].at(name).histogram);
      QVERIFY(found[0].at(name).channel_range == found[1].at(name).channel_range);
      QCOMPARE(found[0].at(name).count_per_channel, 24);
      QCOMPARE(found[0].at(name).batches.size(), std::size_t{6});
      QCOMPARE(found[1].at(name).batches.size(), std::size_t{2});
    }
    QVERIFY(found[0].at("x").histogram.range() == (Range{-8, 15}));
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestCalibrate)
#include "test_calibrate.moc"
