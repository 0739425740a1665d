// The panels of plots 1 and 2 in a real workspace: from an empty window to a chosen channel.
#include <qcustomplot.h>

#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include "app/window/workspace.h"
#include "tests/support/layer_builder.h"
#include "views/panels/panels.h"
#include "views/plots/plot_view.h"

namespace qs {

namespace {

QString written_model(const QTemporaryDir& folder) {
  LayerBuilder net(13, Weights::random, 1, 8);
  const Flow x = net.conv_bn_relu(net.conv_bn_relu(net.image(), 4, 3), 6, 3);
  QFile file(folder.filePath("small.onnx"));
  const std::vector<std::byte> bytes = net.finish(net.fully_connected(net.flatten(net.global_pool(x)), 5));
  if (!file.open(QIODevice::WriteOnly)) return {};
  file.write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
  return file.fileName();
}

PlotView* view_called(QWidget& panel, const QString& start) {
  for (PlotView* view : panel.findChildren<PlotView*>()) {
    if (view->title().startsWith(start)) return view;
  }
  return nullptr;
}

}  // namespace

class TestWeightPanels : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    workspace_ = std::make_unique<Workspace>();
    sqnr_.reset(sqnr_panel.make(*workspace_, nullptr));
    power_.reset(weight_power_panel.make(*workspace_, nullptr));
    for (QWidget* panel : {sqnr_.get(), power_.get()}) {
      panel->resize(900, 700);
      panel->show();
      for (const PlotView* view : panel->findChildren<PlotView*>()) QVERIFY(view->is_empty());
    }
    workspace_->open_model(written_model(folder_));
    QTRY_VERIFY_WITH_TIMEOUT(workspace_->now().model != nullptr, 20000);
    workspace_->add_scheme(find_scheme("w8a8-tensor-asym"));
    workspace_->add_scheme(find_scheme("w8a8-channel-sym"));
    const auto known =
        std::count_if(workspace_->now().schemes.begin(), workspace_->now().schemes.end(),
                      [](const SchemeView& each) { return each.shown && each.scheme.weights.quantized; });
    QTRY_COMPARE_WITH_TIMEOUT(view_called(*sqnr_, "SQNR of")->plot().plottableCount(), static_cast<int>(known), 20000);
    QTRY_VERIFY_WITH_TIMEOUT(workspace_->is_idle(), 20000);
  }

  void cleanup() {
    sqnr_.reset();
    power_.reset();
    workspace_.reset();
  }

  void a_bar_lists_its_channels_and_a_channel_shows_its_weights() {
    auto* table = sqnr_->findChild<QTableView*>();
    const int all = table->model()->rowCount();
    QCOMPARE(all, 4);
    PlotView* histogram = view_called(*sqnr_, "SQNR of");
    auto* bars = qobject_cast<QCPBars*>(histogram->plot().plottable(0));
    const QCPBarsData first = *bars->data()->constBegin();
    emit histogram->clicked(first.key, first.value / 2);
    QCOMPARE(table->model()->rowCount(), static_cast<int>(first.value));
    sqnr_->findChild<QPushButton*>()->click();
    QCOMPARE(table->model()->rowCount(), all);

    // By keys alone: into the table, and down.
    table->setFocus();
    table->setCurrentIndex(table->model()->index(0, 1));
    QTest::keyClick(table, Qt::Key_Down);
    const int channel = table->model()->index(1, 1).data().toInt();
    QVERIFY(workspace_->now().selected_channel == channel);
    QTRY_VERIFY(view_called(*sqnr_, "Weights of") != nullptr && !view_called(*sqnr_, "Weights of")->is_empty());
    QTRY_VERIFY(view_called(*sqnr_, "Weights of")->title().endsWith(QString::number(channel)));
    QVERIFY(view_called(*sqnr_, "Weights of")->reading().contains("BatchNorm"));
    QCOMPARE(table->currentIndex().row(), 1);
  }

  void what_is_hidden_is_not_drawn_and_what_changes_is() {
    PlotView* histogram = view_called(*sqnr_, "SQNR of");
    const auto series = [&] { return histogram->plot().plottableCount(); };
    const int before = series();
    workspace_->set_shown("w8a8-tensor-asym", false);
    QTRY_COMPARE(series(), before - 1);
    const auto numbers = histogram->numbers().rows;
    Scheme fewer_bits = workspace_->now().current()->scheme;
    fewer_bits.weights.bits = 3;
    workspace_->edit_scheme(fewer_bits.id, fewer_bits, "bits");
    QTRY_VERIFY(histogram->numbers().rows != numbers);
    workspace_->select_layers({workspace_->now().current()->weights->at(1).layer});
    QTRY_COMPARE(sqnr_->findChild<QTableView*>()->model()->rowCount(), 6);
    QTRY_VERIFY(view_called(*power_, "Power of")
                    ->title()
                    .endsWith(QString::fromStdString(workspace_->now().selected_layers.front())));
  }

  void the_power_panel_has_both_sides_of_folding() {
    QTRY_VERIFY_WITH_TIMEOUT(!view_called(*power_, "Power of")->is_empty(), 20000);
    PlotView* ranges = view_called(*power_, "Ranges of");
    QTRY_COMPARE_WITH_TIMEOUT(ranges->plot().plottableCount(), 2, 20000);
    emit ranges->clicked(2.2, 0);
    QVERIFY(workspace_->now().selected_channel == 2);
    emit ranges->clicked(17, 0);  // beside all channels
    QVERIFY(workspace_->now().selected_channel == 2);
    for (QWidget* panel : {power_.get(), sqnr_.get()}) {
      const QImage picture = panel->grab().toImage();
      QSet<QRgb> colors;
      for (int x = 0; x < picture.width(); x += 3) colors.insert(picture.pixel(x, picture.height() / 3));
      QVERIFY(colors.size() > 3);
    }
  }

 private:
  QTemporaryDir folder_;
  std::unique_ptr<Workspace> workspace_;
  std::unique_ptr<QWidget> sqnr_;
  std::unique_ptr<QWidget> power_;
};

}  // namespace qs

QTEST_MAIN(qs::TestWeightPanels)
#include "test_weight_panels.moc"
