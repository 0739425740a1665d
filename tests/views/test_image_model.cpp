// Images worst first: their order, filters and search by hand, and the table of them.
#include <QAbstractItemModelTester>
#include <QtTest/QtTest>
#include <limits>

#include "views/models/image_model.h"
#include "views/models/number_model.h"
#include "views/plots/logits.h"

namespace qs {

namespace {

/// Classes 0, 1, 2 with these outputs, by falling output.
Prediction outputs(std::vector<float> logits, std::optional<int> label) {
  return predict(logits, label);
}

/// Labels are class 0. Margins of float: 2, 3, 1, -1, 2.
std::shared_ptr<const EvaluationReport> five_images() {
  auto report = std::make_shared<EvaluationReport>();
  report->evaluation.images = {{"cats/keeps.png", 0},
                               {"cats/falls.png", 0},
                               {"dogs/falls deeper.png", 0},
                               {"dogs/rises.png", 0},
                               {"dogs/other.png", 0}};
  VariantResult first;
  first.predictions = {outputs({3, 1, 0}, 0), outputs({4, 1, 0}, 0), outputs({2, 1, 0}, 0), outputs({0, 1, 0}, 0),
                       outputs({0, 2, 1}, 0)};
  VariantResult second;
  second.predictions = {outputs({2, 1, 0}, 0), outputs({0, 1, 0}, 0), outputs({0, 8, 0}, 0), outputs({1, 0, 0}, 0),
                        outputs({0, 1, 2}, 0)};
  report->evaluation.results = {first, second};
  return report;
}

std::vector<std::size_t> order(const std::vector<ImageAnswer>& answers) {
  std::vector<std::size_t> images;
  for (const ImageAnswer& each : answers) images.push_back(each.image);
  return images;
}

std::vector<std::size_t> asked(const AnswerQuestion& question) {
  return order(image_answers(five_images()->evaluation, question, {"cat", "dog", "bird"}));
}

}  // namespace

class TestImageModel : public QObject {
  Q_OBJECT

 private slots:
  /// Of the two that became wrong, one loses 9 of its margin and the other 4.
  void worst_first() {
    QCOMPARE(asked({.variant = 1, .filter = AnswerFilter::all}), (std::vector<std::size_t>{2, 1, 4, 0, 3}));
  }

  void filters() {
    QCOMPARE(asked({.variant = 1, .filter = AnswerFilter::flipped}), (std::vector<std::size_t>{2, 1, 4, 3}));
    QCOMPARE(asked({.variant = 1, .filter = AnswerFilter::became_wrong}), (std::vector<std::size_t>{2, 1}));
    QCOMPARE(asked({.variant = 1, .filter = AnswerFilter::became_right}), (std::vector<std::size_t>{3}));
    QVERIFY(asked({.variant = 7}).empty());
  }

  void search_finds_names_and_classes() {
    QCOMPARE(asked({.variant = 1, .text = "DEEPER"}), (std::vector<std::size_t>{2}));
    QCOMPARE(asked({.variant = 1, .text = "bird"}), (std::vector<std::size_t>{4}));
    QCOMPARE(asked({.variant = 1, .text = "cat"}).size(), std::size_t{5});  // the label of all
    QVERIFY(asked({.variant = 1, .text = "fish"}).empty());
  }

  void margins_by_hand() {
    const Prediction prediction = predict(std::vector<float>{9, 8, 7, 6, 5, 1}, 5);
    QCOMPARE(margin(prediction, 0, 5), 1.0);
    QCOMPARE(margin(prediction, 1, 5), -1.0);
    QCOMPARE(margin(prediction, 5, 5), -8.0);      // the label's output is kept
    QCOMPARE(margin(prediction, 5, {}), 5.0 - 9);  // else the fifth stands for it
    QCOMPARE(margin(predict(std::vector<float>{std::numeric_limits<float>::quiet_NaN()}, {}), 0, {}),
             -std::numeric_limits<double>::infinity());
    QCOMPARE(margin(predict(std::vector<float>{3}, {}), 0, {}), std::numeric_limits<double>::infinity());
  }

  void reports_without_single_answers_have_no_rows() {
    Evaluation evaluation = five_images()->evaluation;
    evaluation.results[1].predictions.clear();
    QVERIFY(image_answers(evaluation, {}, {}).empty());
  }

  void logits_of_both_first_fives() {
    const Prediction reference = predict(std::vector<float>{9, 8, 7, 6, 5, 1, 0}, 6);
    const Prediction candidate = predict(std::vector<float>{9, 8, 7, 6, 1, 5, 0}, 6);
    const std::vector<ClassLogits> classes = class_logits(reference, candidate, 6);
    QCOMPARE(classes.size(), std::size_t{7});
    QCOMPARE(classes[4].reference, std::optional(5.0F));
    QVERIFY(!classes[4].candidate);  // the sixth of the scheme
    QCOMPARE(classes[5].index, 5);
    QVERIFY(!classes[5].reference);
    QCOMPARE(classes[6].reference, std::optional(0.0F));  // the label
  }

  void the_table_is_a_model() {
    ImageModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model.rowCount(), 0);
    ImageTable table{
        .report = five_images(), .variant = 1, .scheme = "w8", .class_names = {"cat", "dog", "bird"}, .answers = {}};
    table.answers = image_answers(table.report->evaluation, {}, table.class_names);
    model.show(table);
    QCOMPARE(model.rowCount(), 5);
    QCOMPARE(model.image_name(0), QString("dogs/falls deeper.png"));
    QCOMPARE(model.row_of("cats/falls.png"), 1);
    QCOMPARE(model.row_of("none"), -1);
    QVERIFY(model.index(0, ImageModel::kPicture).data().toString().contains("label: cat"));
    QVERIFY(model.index(0, ImageModel::kCandidate).data().toString().startsWith("8.00  dog"));
    QCOMPARE(model.headerData(ImageModel::kCandidate, Qt::Horizontal, Qt::DisplayRole).toString(), QString("w8"));
    model.set_picture("cats/falls.png", QImage(4, 4, QImage::Format_RGB32));
    QVERIFY(!model.index(1, ImageModel::kPicture).data(Qt::DecorationRole).isNull());
    model.forget_pictures();
    QVERIFY(model.index(1, ImageModel::kPicture).data(Qt::DecorationRole).isNull());
    table.answers.resize(2);
    model.show(table);
    QCOMPARE(model.rowCount(), 2);
  }

  void networks_of_a_thousand_classes_know_imagenet() {
    QCOMPARE(shown_class_names({}, 1000).front(), std::string("tench"));
    QCOMPARE(shown_class_names({"a", "b"}, 1000), (std::vector<std::string>{"a", "b"}));
    QVERIFY(shown_class_names({}, 10).empty());
  }

  /// While a run goes on, the same rows come again with a newer report.
  void rows_that_stay_are_not_reset() {
    ImageModel model;
    ImageTable table{.report = five_images(), .variant = 1, .scheme = "w8", .class_names = {}, .answers = {}};
    table.answers = image_answers(table.report->evaluation, {}, {});
    model.show(table);
    const QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    table.report = five_images();
    model.show(table);
    QCOMPARE(resets.count(), 0);
  }

  void numbers_sort_as_numbers() {
    NumberModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.show({{"layer", "sqnr_db"}, {{"a", "9.5"}, {"b", "exact"}, {"c", ""}}}, {"Layer", "SQNR"});
    QCOMPARE(model.index(0, 1).data(NumberModel::kSortRole).toDouble(), 9.5);
    QCOMPARE(model.index(1, 1).data(NumberModel::kSortRole).toDouble(), std::numeric_limits<double>::infinity());
    QCOMPARE(model.index(0, 0).data().toString(), QString("a"));
    QCOMPARE(model.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(), QString("SQNR"));
    model.show({{"layer"}, {}});
    QCOMPARE(model.rowCount(), 0);
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestImageModel)
#include "test_image_model.moc"
