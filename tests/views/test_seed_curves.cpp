// Curves over seeds: what is drawn of runs that end at different epochs, and the numbers behind it.
#include <qcustomplot.h>

#include <QtTest/QtTest>

#include "views/plots/seed_curves.h"

namespace qs {

class TestSeedCurves : public QObject {
  Q_OBJECT

 private slots:
  // Epoch 1 of three runs, epoch 2 of the two that got there.
  void spreads_by_hand() {
    const std::vector<EpochSpread> spreads = epoch_spreads({"net", 0, {{0.5, 0.75}, {0.25, 0.25}, {0.75}}});
    QCOMPARE(spreads.size(), std::size_t{2});
    QCOMPARE(spreads[0].mean, 0.5);
    QCOMPARE(spreads[0].least, 0.25);
    QCOMPARE(spreads[0].most, 0.75);
    QCOMPARE(spreads[1].mean, 0.5);
    QCOMPARE(spreads[1].most, 0.75);
    QVERIFY(epoch_spreads({"nothing", 0, {{}, {}}}).empty());
  }

  void a_mean_in_its_band_for_each_kind() {
    const SeedCurves data{"Title", "How to read it.", {{"naive", 0, {{0.5, 0.6}, {0.7, 0.8}}}, {"frozen", 1, {{0.9}}}}};
    PlotView view("curves", "");
    view.resize(600, 400);
    view.show_plot([data](PlotView& plot) { draw(data, plot); });
    QCOMPARE(view.title(), QString("Title"));
    const QCustomPlot& plot = view.plot();
    QCOMPARE(plot.graphCount(), 6);  // each with the two ends of its band
    QCOMPARE(plot.legend->itemCount(), 2);
    QCOMPARE(plot.graph(2)->name(), QString("naive"));
    QCOMPARE(plot.graph(2)->data()->at(0)->value, 60.0);
    QCOMPARE(plot.graph(2)->data()->at(1)->key, 2.0);
    QVERIFY(plot.yAxis->range().lower < 50 && plot.yAxis->range().upper > 90);
    QCOMPARE(view.numbers().columns, (std::vector<std::string>{"series", "run", "epoch", "right"}));
    QCOMPARE(view.numbers().rows.size(), std::size_t{5});
    QCOMPARE(view.numbers().rows[3], (std::vector<std::string>{"naive", "2", "2", "0.8"}));
    QVERIFY(view.svg(600, 400).contains("frozen"));
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestSeedCurves)
#include "test_seed_curves.moc"
