// Distances between outputs, by hand.
#include <QtTest/QtTest>
#include <cmath>
#include <limits>

#include "core/logit_difference.h"

namespace qs {

class TestLogitDifference : public QObject {
  Q_OBJECT

 private slots:
  void one_image() {
    // Signal 3^2 + 4^2 = 25, noise 0.5^2 = 0.25: 20 dB.
    const std::array<float, 2> reference{3, 4};
    const std::array<float, 2> candidate{3, 4.5F};
    LogitDifference difference;
    add(difference, reference, candidate, OutputScale::logits);
    QCOMPARE(difference.images, std::int64_t{1});
    QVERIFY(std::abs(difference.mean_sqnr() - 20) < 1e-6);
    // p = (1, e) / (1 + e), q = (1, e^1.5) / (1 + e^1.5): sum p ln(p / q).
    const double p = 1 / (1 + std::exp(1.0));
    const double q = 1 / (1 + std::exp(1.5));
    const double expected = p * std::log(p / q) + (1 - p) * std::log((1 - p) / (1 - q));
    QVERIFY(std::abs(difference.mean_divergence() - expected) < 1e-9);
  }

  void probabilities_are_taken_as_they_are() {
    const std::array<float, 2> reference{0.5F, 0.5F};
    const std::array<float, 2> candidate{0.25F, 0.75F};
    LogitDifference difference;
    add(difference, reference, candidate, OutputScale::probabilities);
    QVERIFY(std::abs(difference.mean_divergence() - 0.5 * std::log(2.0) - 0.5 * std::log(2.0 / 3)) < 1e-7);
  }

  void exact_images_do_not_count_for_the_mean() {
    const std::array<float, 2> reference{3, 4};
    const std::array<float, 2> candidate{3, 4.5F};
    LogitDifference difference;
    add(difference, reference, reference, OutputScale::logits);
    QVERIFY(std::isinf(difference.mean_sqnr()) && difference.mean_sqnr() > 0);
    QCOMPARE(difference.mean_divergence(), 0.0);
    add(difference, reference, candidate, OutputScale::logits);
    QCOMPARE(difference.exact, std::int64_t{1});
    QVERIFY(std::abs(difference.mean_sqnr() - 20) < 1e-6);
  }

  void what_is_not_finite_is_left_out() {
    const std::array<float, 2> reference{3, 4};
    const std::array<float, 2> candidate{3, std::numeric_limits<float>::quiet_NaN()};
    LogitDifference difference;
    add(difference, reference, candidate, OutputScale::logits);
    QCOMPARE(difference.images, std::int64_t{0});
    QCOMPARE(difference.mean_divergence(), 0.0);
  }

  void huge_logits_do_not_overflow() {
    const std::array<float, 2> reference{1e30F, -1e30F};
    const std::array<float, 2> candidate{-1e30F, 1e30F};
    LogitDifference difference;
    add(difference, reference, candidate, OutputScale::logits);
    QVERIFY(std::isfinite(difference.mean_divergence()) && difference.mean_divergence() > 0);
    QVERIFY(std::isfinite(difference.mean_sqnr()));
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestLogitDifference)
#include "test_logit_difference.moc"
