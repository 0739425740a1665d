// Counting: networks that answer with their input, so that every expectation is written down by hand.
#include <QtTest/QtTest>
#include <limits>

#include "core/evaluate.h"

namespace qs {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// Puts out its input, or minus its input; remembers the batches it was given.
class Echo : public Executable {
 public:
  explicit Echo(float sign = 1) : sign_(sign) {}

  RunResult run(std::span<const Tensor> inputs, const Progress& progress) override {
    progress.check();
    seen.push_back(inputs[0]);
    const Shape& shape = inputs[0].shape();
    Tensor out(DType::f32, {shape[0], shape[1]});
    for (std::size_t i = 0; i < static_cast<std::size_t>(out.elements()); ++i) {
      out.mutable_values<float>()[i] = sign_ * inputs[0].values<float>()[i];
    }
    if (stop_at_run == static_cast<int>(seen.size())) stop.request_stop();
    return {{out}, {}};
  }
  RunResult profile(std::span<const Tensor> inputs) override { return run(inputs, {}); }
  [[nodiscard]] const std::vector<Step>& steps() const override { return steps_; }
  [[nodiscard]] std::size_t activation_bytes() const override { return 0; }
  [[nodiscard]] std::size_t weight_bytes() const override { return 0; }

  std::vector<Tensor> seen;
  int stop_at_run = 0;
  std::stop_source stop;

 private:
  float sign_;
  std::vector<Step> steps_;
};

struct Picture {
  std::vector<float> logits;
  std::optional<int> label;
};

/// Batches of `size` pictures named "0", "1", ...
BatchSource source(const std::vector<Picture>& pictures, std::size_t size) {
  return [pictures, size, next = std::size_t{0}]() mutable -> std::optional<Batch> {
    const std::size_t count = std::min(size, pictures.size() - next);
    if (count == 0) return std::nullopt;
    const auto classes = static_cast<std::int64_t>(pictures[0].logits.size());
    std::vector<float> values;
    Batch batch;
    for (std::size_t i = next; i < next + count; ++i) {
      values.insert(values.end(), pictures[i].logits.begin(), pictures[i].logits.end());
      batch.images.push_back({std::to_string(i), pictures[i].label});
    }
    batch.tensor = Tensor::from<float>({static_cast<std::int64_t>(count), classes, 1, 1}, values);
    next += count;
    return batch;
  };
}

const std::vector<Picture> kPictures = {
    {{0, 9, 1, 0, 0, 0, -1}, 1},            // right
    {{5, 5, 4, 4, 4, 4, 9}, 1},             // top five of 6 0 1 2 3: the label is in, at a tie
    {{5, 5, 4, 4, 4, 4, 9}, 4},             // ... and 4 lost the tie for the fifth place
    {{1, 2, 3, 4, 5, 6, 7}, std::nullopt},  // unlabelled
    {{1, kNaN, 0, 0, 0, 0, 0}, 0},          // no answer
};

Graph classifier(const Shape& input, const Shape& output) {
  Graph graph;
  graph.inputs.push_back(graph.add_value("image", input));
  graph.outputs.push_back(graph.add_value("scores", output));
  return graph;
}

}  // namespace

class TestEvaluate : public QObject {
  Q_OBJECT

 private slots:
  void ties_go_to_the_lower_class() {
    const std::vector<float> logits = {4, 7, 7, 4, 7, 4};
    const Prediction prediction = predict(logits, 3);
    QCOMPARE(prediction.top, (std::array{1, 2, 4, 0, 3}));
    QCOMPARE(prediction.logits, (std::array{7.0F, 7.0F, 7.0F, 4.0F, 4.0F}));
    QCOMPARE(prediction.max_logit(), 7.0F);
    QCOMPARE(prediction.label_logit, 4.0F);
  }

  void fewer_classes_than_five() {
    const Prediction prediction = predict(std::vector<float>{1, 3}, std::nullopt);
    QCOMPARE(prediction.top, (std::array{1, 0, -1, -1, -1}));
    QCOMPARE(prediction.logits, (std::array{3.0F, 1.0F, 0.0F, 0.0F, 0.0F}));
    QVERIFY(!prediction.label_logit);
  }

  void infinite_outputs_are_no_answer() {
    for (float bad : {kNaN, std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
      const Prediction prediction = predict(std::vector<float>{1, bad, 0}, 0);
      QVERIFY(!prediction.finite);
      QCOMPARE(prediction.top1(), -1);
      QCOMPARE(prediction.logits, (std::array<float, 5>{}));
    }
  }

  void counts_the_labelled_images() {
    Echo echo;
    const Evaluation evaluation = evaluate(source(kPictures, 2), {{{"float", &echo}}}, {.batch = 2});
    const VariantResult& result = evaluation.results.at(0);
    QCOMPARE(result.top1, (Proportion{1, 4}));
    QCOMPARE(result.top5, (Proportion{2, 4}));
    QVERIFY(!result.agreement);
    QVERIFY(!evaluation.stopped);
    QCOMPARE(evaluation.images.size(), std::size_t{5});
    QVERIFY(!result.predictions[4].finite);
  }

  void the_last_batch_is_filled_up_with_its_last_image() {
    Echo echo;
    const std::vector<Picture> three = {{{1, 0}, 0}, {{0, 2}, 1}, {{3, 4}, 1}};
    const Evaluation evaluation = evaluate(source(three, 2), {{{"float", &echo}}}, {.batch = 2});
    QCOMPARE(evaluation.results[0].top1, (Proportion{3, 3}));
    QCOMPARE(evaluation.results[0].rows, 4);
    QCOMPARE(echo.seen.size(), std::size_t{2});
    const std::span<const float> last = echo.seen[1].values<float>();
    QCOMPARE(std::vector<float>(last.begin(), last.end()), (std::vector<float>{3, 4, 3, 4}));
  }

  void the_result_does_not_depend_on_the_batch() {
    for (std::size_t size : {1, 2, 3, 5, 8}) {
      Echo echo;
      const Evaluation evaluation =
          evaluate(source(kPictures, size), {{{"float", &echo}}}, {.batch = static_cast<std::int64_t>(size)});
      QCOMPARE(evaluation.results[0].top1, (Proportion{1, 4}));
      QCOMPARE(evaluation.results[0].top5, (Proportion{2, 4}));
    }
  }

  void agreement_is_with_the_first() {
    Echo same;
    Echo opposite(-1);
    const std::vector<Picture> pictures = {{{1, 0, 0}, {}}, {{0, 0, 0}, {}}, {{0, 0, 3}, {}}};
    const Evaluation evaluation =
        evaluate(source(pictures, 3), {{{"float", &same}, {"same", &same}, {"opposite", &opposite}}}, {.batch = 3});
    QCOMPARE(*evaluation.results[1].agreement, (Proportion{3, 3}));
    QCOMPARE(*evaluation.results[2].agreement, (Proportion{1, 3}));  // only where all outputs are the same
    QCOMPARE(evaluation.results[0].top1, (Proportion{0, 0}));
  }

  void no_answer_agrees_with_nothing() {
    Echo echo;
    const std::vector<Picture> pictures = {{{kNaN, 0}, {}}, {{1, 0}, {}}};
    const Evaluation evaluation = evaluate(source(pictures, 2), {{{"float", &echo}, {"again", &echo}}}, {.batch = 2});
    QCOMPARE(*evaluation.results[1].agreement, (Proportion{1, 2}));
  }

  void a_stop_keeps_whole_batches() {
    Echo echo;
    echo.stop_at_run = 2;  // asked for while the second of the first variant's batches is in work
    Echo second;
    const Evaluation evaluation = evaluate(source(kPictures, 2), {{{"float", &echo}, {"other", &second}}}, {.batch = 2},
                                           Progress(echo.stop.get_token(), {}));
    QVERIFY(evaluation.stopped);
    QCOMPARE(evaluation.images.size(), std::size_t{2});
    QCOMPARE(evaluation.results[0].predictions.size(), std::size_t{2});
    QCOMPARE(evaluation.results[1].predictions.size(), std::size_t{2});
    QCOMPARE(evaluation.results[0].top1, (Proportion{1, 2}));
  }

  /// A reader ends its batches when it is stopped, which is not the end of the images.
  void a_source_that_stops_is_no_end() {
    Echo echo;
    BatchSource pictures = source(kPictures, 2);
    const BatchSource stopping = [&, batches = 0]() mutable -> std::optional<Batch> {
      if (++batches == 2) echo.stop.request_stop();
      return batches == 2 ? std::nullopt : pictures();
    };
    const auto count = static_cast<std::int64_t>(kPictures.size());
    const Evaluation part = evaluate(stopping, {{{"float", &echo}}}, {.batch = 2, .expected_images = count},
                                     Progress(echo.stop.get_token(), {}));
    QVERIFY(part.stopped);
    QCOMPARE(part.images.size(), std::size_t{2});
  }

  void a_stop_after_the_last_image_changes_nothing() {
    Echo echo;
    BatchSource pictures = source(kPictures, 2);
    const BatchSource all = [&]() -> std::optional<Batch> {
      std::optional<Batch> batch = pictures();
      if (!batch) echo.stop.request_stop();
      return batch;
    };
    const auto count = static_cast<std::int64_t>(kPictures.size());
    const Evaluation evaluation = evaluate(all, {{{"float", &echo}}}, {.batch = 2, .expected_images = count},
                                           Progress(echo.stop.get_token(), {}));
    QVERIFY(!evaluation.stopped);
    QCOMPARE(evaluation.images.size(), kPictures.size());
  }

  void a_label_outside_the_classes_is_named() {
    Echo echo;
    const std::vector<Picture> pictures = {{{1, 0}, 0}, {{1, 0}, 2}};
    try {
      (void)evaluate(source(pictures, 1), {{{"float", &echo}}}, {.batch = 1});
      QFAIL("accepted");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::bad_input);
      QVERIFY2(QByteArray(error.what()).contains("\"1\" has label 2"), error.what());
    }
  }

  void progress_is_the_fraction_of_images() {
    Echo echo;
    std::vector<double> fractions;
    const Progress progress({}, [&](double fraction, std::string_view) { fractions.push_back(fraction); });
    (void)evaluate(source(kPictures, 2), {{{"float", &echo}}}, {.batch = 2, .expected_images = 5}, progress);
    QCOMPARE(fractions, (std::vector<double>{0.4, 0.8, 1.0}));
  }

  void only_classifiers_have_classes_data() {
    QTest::addColumn<std::vector<std::int64_t>>("input");
    QTest::addColumn<std::vector<std::int64_t>>("output");
    QTest::addColumn<int>("classes");
    using Dims = std::vector<std::int64_t>;
    QTest::newRow("usual") << Dims{1, 3, 224, 224} << Dims{1, 1000} << 1000;
    QTest::newRow("not flattened") << Dims{1, 3, 224, 224} << Dims{1, 10, 1, 1} << 10;
    QTest::newRow("a map") << Dims{1, 3, 224, 224} << Dims{1, 10, 7, 7} << 0;
    QTest::newRow("a vector") << Dims{1, 3, 224, 224} << Dims{1000} << 0;
    QTest::newRow("lost the batch") << Dims{1, 3, 224, 224} << Dims{2, 1000} << 0;
    QTest::newRow("no image") << Dims{1, 3} << Dims{1, 1000} << 0;
  }
  void only_classifiers_have_classes() {
    QFETCH(std::vector<std::int64_t>, input);
    QFETCH(std::vector<std::int64_t>, output);
    QFETCH(int, classes);
    const Graph graph = classifier(Shape(input), Shape(output));
    if (classes > 0) {
      QCOMPARE(class_count(graph), classes);
    } else {
      QVERIFY_THROWS_EXCEPTION(Error, (void)class_count(graph));
    }
  }

  void several_inputs_or_outputs_are_refused() {
    Graph graph = classifier({1, 3, 8, 8}, {1, 4});
    graph.outputs.push_back(graph.add_value("more", {1, 4}));
    QVERIFY_THROWS_EXCEPTION(Error, (void)class_count(graph));
    graph.outputs.pop_back();
    graph.inputs.push_back(graph.add_value("mask", {1, 1, 8, 8}));
    QVERIFY_THROWS_EXCEPTION(Error, (void)class_count(graph));
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestEvaluate)
#include "test_evaluate.moc"
