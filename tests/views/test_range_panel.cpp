// Plot 5 and its panel: what is drawn, and that a threshold moved by mouse or keys becomes the layer's range.
#include <qcustomplot.h>

#include <QAbstractItemModelTester>
#include <QPushButton>
#include <QRadioButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <cmath>

#include "app/window/workspace.h"
#include "tests/support/layer_builder.h"
#include "views/models/range_choice_model.h"
#include "views/panels/panels.h"
#include "views/plots/range_sweep_plot.h"

namespace qs {

namespace {

constexpr Grid kSymmetric{8, GridKind::symmetric_restricted, true};
constexpr Grid kAffine{8, GridKind::affine, false};

RangeSubject numbers_to(float largest, const Grid& grid) {
  std::vector<float> values;
  for (int i = -20; i <= 100; ++i) values.push_back(largest * static_cast<float>(i) / 100);
  return RangeSubject::of_weights(Tensor::from<float>({1, std::ssize(values)}, values), grid, {"min_max", {}});
}

RangeSweepPlot plot_of(const RangeSubject& subject) {
  RangeSweepPlot plot;
  plot.layer = "layer";
  plot.sweep = range_sweep(subject, 20, 16);
  plot.choices = range_choices(subject);
  plot.current = plot.sweep.current;
  return plot;
}

QCustomPlot* plot_in(QWidget& widget) {
  return widget.findChildren<QCustomPlot*>().front();
}

/// A small network in a file.
QString written_model(const QTemporaryDir& folder) {
  LayerBuilder net(13, Weights::random, 1, 8);
  const Flow x = net.conv_bn_relu(net.image(), 4, 3);
  QFile file(folder.filePath("small.onnx"));
  const std::vector<std::byte> bytes = net.finish(net.fully_connected(net.flatten(net.global_pool(x)), 5));
  if (!file.open(QIODevice::WriteOnly)) return {};
  file.write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
  return file.fileName();
}

const LayerOverride* exception(const Workspace& workspace) {
  const auto& layers = workspace.now().current()->scheme.layers;
  return layers.empty() ? nullptr : &layers.front();
}

}  // namespace

class TestRangePanel : public QObject {
  Q_OBJECT

 private slots:
  void ends_stay_on_their_side() {
    const RangeSweep symmetric = plot_of(numbers_to(1, kSymmetric)).sweep;
    QVERIFY(moves(symmetric, RangeEnd::upper) && !moves(symmetric, RangeEnd::lower));
    QVERIFY(moved(symmetric, {-1, 1}, RangeEnd::upper, -0.5) == (Range{-0.5F, 0.5F}));
    const RangeSweep affine = plot_of(numbers_to(1, kAffine)).sweep;
    QVERIFY(moves(affine, RangeEnd::upper) && moves(affine, RangeEnd::lower));
    QVERIFY(moved(affine, {-0.2F, 1}, RangeEnd::upper, 0.5) == (Range{-0.2F, 0.5F}));
    QVERIFY(moved(affine, {-0.2F, 1}, RangeEnd::lower, -0.1) == (Range{-0.1F, 1}));
    QVERIFY(moved(affine, {-0.2F, 1}, RangeEnd::upper, -0.5).max > 0);
    QVERIFY(moved(affine, {-0.2F, 1}, RangeEnd::lower, 0.5).min < 0);
  }

  void a_range_by_hand_is_one_that_a_person_would_have_typed() {
    RangeSweep sweep = plot_of(numbers_to(1, kAffine)).sweep;
    QVERIFY(range_by_hand(sweep, {-0.123456F, 0.5F}) == (MethodChoice{"fixed", {{"min", -0.1235}, {"max", 0.5}}}));
    sweep.relative = true;
    QVERIFY(range_by_hand(sweep, {-0.123456F, 1.05F}) ==
            (MethodChoice{"scaled_min_max", {{"low", 12.35}, {"high", 100}}}));
  }

  void between_two_points_of_the_curve() {
    const RangeSweep sweep = plot_of(numbers_to(1, kAffine)).sweep;
    const SweepPoint& a = sweep.points[sweep.points.size() - 2];
    const SweepPoint& b = sweep.points.back();
    const auto middle = noise_at(sweep, (a.at + b.at) / 2);
    QVERIFY(middle && std::abs(middle->total() - (a.noise.total() + b.noise.total()) / 2) < 1e-12);
    QVERIFY(!noise_at(sweep, 50) && !noise_at(sweep, -50) && !noise_at(sweep, 0));
  }

  void the_first_exception_that_counts_is_the_layers_own() {
    Scheme scheme;
    scheme.layers.resize(1);
    scheme.layers[0].pattern = "conv*";
    scheme.layers[0].weight_range = MethodChoice{"mse", {}};
    scheme.layers[0].weight_bits = 4;
    const MethodChoice fixed{"fixed", {{"max", 2}}};
    const Scheme changed = with_layer_range(scheme, "conv_1", RangeOf::weights, fixed);
    QCOMPARE(changed.layers.size(), std::size_t{2});
    QVERIFY(changed.layers[0].pattern == "conv_1" && changed.layers[0].weight_range == fixed);
    QVERIFY(has_layer_range(changed, "conv_1", RangeOf::weights));
    QVERIFY(!has_layer_range(changed, "conv_1", RangeOf::activations));
    QVERIFY(with_layer_range(changed, "conv_1", RangeOf::weights, std::nullopt) == scheme);
    const Scheme both = with_layer_range(changed, "conv_1", RangeOf::activations, fixed);
    QCOMPARE(both.layers.size(), std::size_t{2});
    QVERIFY(both.layers[0].activation_range == fixed);
  }

  void draws_curves_choices_and_ends() {
    PlotView view("id", "title");
    view.resize(500, 300);
    const RangeSweepPlot plot = plot_of(numbers_to(1, kAffine));
    view.show_plot([&](PlotView& v) { draw(plot, v); });
    QVERIFY(!plot_in(view)->xAxis->label().isEmpty() && !plot_in(view)->yAxis->label().isEmpty());
    QVERIFY(view.reading().contains("Cannot answer here: Moving average"));
    std::set<std::string> what;
    for (const auto& row : view.numbers().rows) what.insert(row[0]);
    QVERIFY(what.contains("curve") && what.contains("mse") && !what.contains("moving_average"));
    QVERIFY(plot_in(view)->plottableCount() >= 8);
  }

  void the_table_of_choices() {
    RangeChoiceModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const RangeSweepPlot plot = plot_of(numbers_to(1, kAffine));
    model.show(plot.choices, plot.sweep.power);
    QCOMPARE(model.rowCount(), static_cast<int>(plot.choices.size()));
    QVERIFY(model.index(0, 0).data().toString().contains("in use"));
    QCOMPARE(model.index(0, 1).data().toString(), QString("-0.2 to 1"));
    QVERIFY(model.index(1, 1).data().toString().contains("batches"));
    QVERIFY(!(model.index(1, 0).flags() & Qt::ItemIsEnabled));
    model.show({}, 0);
  }

  void a_threshold_that_is_moved_becomes_the_layers_range() {
    const QTemporaryDir folder;
    Workspace workspace;
    const std::unique_ptr<QWidget> panel(range_panel.make(workspace, nullptr));
    auto* view = panel->findChild<PlotView*>();
    panel->resize(800, 640);
    panel->show();
    QVERIFY(view->is_empty());
    workspace.open_model(written_model(folder));
    QTRY_VERIFY_WITH_TIMEOUT(workspace.now().model != nullptr, 20000);
    workspace.add_scheme(find_scheme("w8a8-tensor-sym"));
    QTRY_VERIFY_WITH_TIMEOUT(!view->is_empty() && workspace.is_idle(), 20000);
    QCustomPlot* plot = plot_in(*panel);
    plot->replot(QCustomPlot::rpImmediateRefresh);
    QVERIFY(exception(workspace) == nullptr);

    // The mouse takes the upper end, where min-max put it, to half of that.
    const auto largest = [&] {
      double found = 0;
      for (const auto& row : view->numbers().rows) {
        if (row[0] == "min_max") found = std::stod(row[2]);
      }
      return found;
    };
    QTRY_VERIFY_WITH_TIMEOUT(largest() > 0, 20000);
    const double end = largest();
    const auto at = [&](double x) { return QPoint(static_cast<int>(plot->xAxis->coordToPixel(x)), 60); };
    QTest::mousePress(plot, Qt::LeftButton, {}, at(end));
    QTest::mouseMove(plot, at(end * 0.7));
    QTest::mouseMove(plot, at(end / 2));
    QTest::mouseRelease(plot, Qt::LeftButton, {}, at(end / 2));
    QVERIFY(exception(workspace) != nullptr);
    const MethodChoice dragged = exception(workspace)->weight_range.value();
    QCOMPARE(exception(workspace)->pattern, workspace.now().selected_layers.front());
    QCOMPARE(dragged.id, std::string("fixed"));
    QVERIFY(std::abs(dragged.settings.at("max") - end / 2) < 0.02 * end);
    QTRY_VERIFY_WITH_TIMEOUT(workspace.is_idle(), 20000);
    const WeightSqnr& layer = workspace.now().current()->weights->front();
    QVERIFY(std::abs(layer.encoding.channels[0].scale * 127 - dragged.settings.at("max")) < 1e-4);

    // An arrow key takes it a little farther.
    plot->setFocus();
    QTest::keyClick(plot, Qt::Key_Right);
    QVERIFY(exception(workspace)->weight_range->settings.at("max") > dragged.settings.at("max"));

    QTRY_VERIFY_WITH_TIMEOUT(workspace.is_idle(), 20000);
    const auto buttons = panel->findChildren<QPushButton*>();
    const auto forget = std::find_if(buttons.begin(), buttons.end(),
                                     [](const QPushButton* each) { return each->text().contains("other layers"); });
    QVERIFY((*forget)->isEnabled());
    QTest::mouseClick(*forget, Qt::LeftButton);
    QVERIFY(exception(workspace) == nullptr);
  }

  void an_estimator_of_the_table_can_be_used() {
    const QTemporaryDir folder;
    Workspace workspace;
    const std::unique_ptr<QWidget> panel(range_panel.make(workspace, nullptr));
    panel->show();
    workspace.open_model(written_model(folder));
    QTRY_VERIFY_WITH_TIMEOUT(workspace.now().model != nullptr, 20000);
    workspace.add_scheme(find_scheme("w8a8-channel-sym"));
    auto* table = panel->findChild<QTableView*>();
    QTRY_VERIFY_WITH_TIMEOUT(table->model()->rowCount() > 3, 20000);
    for (int row = 0; row < table->model()->rowCount(); ++row) {
      if (table->model()->index(row, 0).data().toString().startsWith("Mean squared")) {
        table->setCurrentIndex(table->model()->index(row, 0));
      }
    }
    QTest::keyClick(table, Qt::Key_Return);
    QVERIFY(exception(workspace) != nullptr);
    QCOMPARE(exception(workspace)->weight_range->id, std::string("mse"));
    const auto radios = panel->findChildren<QRadioButton*>();
    radios.back()->click();
    QVERIFY(panel->findChild<PlotView*>()->is_empty());  // no images, so no activations
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestRangePanel)
#include "test_range_panel.moc"
