// Intervals and tests against published figures and hand arithmetic.
#include <QtTest/QtTest>

#include "core/statistics.h"

namespace qs {

class TestStatistics : public QObject {
  Q_OBJECT

 private slots:
  // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998),
  // table I, method 3; printed to four decimals.
  void wilson_matches_published_figures_data() {
    QTest::addColumn<int>("hits");
    QTest::addColumn<int>("total");
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::newRow("81/263") << 81 << 263 << 0.2553 << 0.3662;
    QTest::newRow("15/148") << 15 << 148 << 0.0624 << 0.1605;
    QTest::newRow("0/20") << 0 << 20 << 0.0 << 0.1611;
    QTest::newRow("1/29") << 1 << 29 << 0.0061 << 0.1718;
  }
  void wilson_matches_published_figures() {
    QFETCH(int, hits);
    QFETCH(int, total);
    QFETCH(double, low);
    QFETCH(double, high);
    constexpr double kPrintedDecimals = 0.5e-4;
    const Interval interval = wilson_interval({hits, total});
    QVERIFY2(std::abs(interval.low - low) <= kPrintedDecimals, std::to_string(interval.low).c_str());
    QVERIFY2(std::abs(interval.high - high) <= kPrintedDecimals, std::to_string(interval.high).c_str());
  }

  void wilson_mirrors() {
    constexpr double kRounding = 1e-15;  // the two are the same sum in another order
    const Interval few = wilson_interval({3, 40});
    const Interval many = wilson_interval({37, 40});
    QVERIFY(std::abs(few.low - (1 - many.high)) <= kRounding);
    QVERIFY(std::abs(few.high - (1 - many.low)) <= kRounding);
  }

  void nothing_tried_says_nothing() {
    QCOMPARE(wilson_interval({0, 0}).low, 0.0);
    QCOMPARE(wilson_interval({0, 0}).high, 1.0);
    QCOMPARE((Proportion{0, 0}.fraction()), 0.0);
  }

  void mcnemar_counts_coin_tosses_data() {
    QTest::addColumn<int>("only_first");
    QTest::addColumn<int>("only_second");
    QTest::addColumn<double>("p");
    QTest::newRow("never differ") << 0 << 0 << 1.0;
    QTest::newRow("even") << 4 << 4 << 1.0;
    QTest::newRow("0 of 5: 2/32") << 0 << 5 << 2.0 / 32;
    QTest::newRow("1 of 10: 2(1+10)/1024") << 9 << 1 << 22.0 / 1024;
    QTest::newRow("2 of 10: 2(1+10+45)/1024") << 2 << 8 << 112.0 / 1024;
    QTest::newRow("thousands do not overflow") << 3000 << 0 << 0.0;
  }
  void mcnemar_counts_coin_tosses() {
    QFETCH(int, only_first);
    QFETCH(int, only_second);
    QFETCH(double, p);
    constexpr double kLogGamma = 1e-12;  // exp(lgamma) keeps about 13 digits here
    QVERIFY(std::abs(mcnemar_p_value(only_first, only_second) - p) <= kLogGamma);
    QCOMPARE(mcnemar_p_value(only_first, only_second), mcnemar_p_value(only_second, only_first));
  }

  void holm_raises_by_rank() {
    // 0.005 x 4, 0.01 x 3, 0.03 x 2, and 0.04 x 1, which may not fall below the one before it.
    const std::vector<double> raised = holm_adjusted(std::vector{0.01, 0.04, 0.03, 0.005});
    const std::vector<double> expected = {0.03, 0.06, 0.06, 0.02};
    QCOMPARE(raised.size(), expected.size());
    for (std::size_t i = 0; i < raised.size(); ++i) QCOMPARE(raised[i], expected[i]);
    QCOMPARE(holm_adjusted(std::vector{0.7, 0.9}), (std::vector{1.0, 1.0}));
    QCOMPARE(holm_adjusted(std::vector{0.2}), std::vector{0.2});
    QVERIFY(holm_adjusted({}).empty());
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestStatistics)
#include "test_statistics.moc"
