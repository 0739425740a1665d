// What is observed of a value, against plain sums.
#include <QtTest/QtTest>
#include <cfloat>
#include <cmath>
#include <limits>

#include "core/base/parallel.h"
#include "core/base/rng.h"
#include "core/quant/calibration.h"
#include "tests/support/table.h"

namespace qs {

namespace {

constexpr double kSumOrder = 1e-11;  // relative: 10^5 doubles added up one after the other, not long doubles

struct Case {
  std::string name;
  Shape shape;
  std::int64_t rows;
};

const std::vector<Case> kCases = {
    {"image", {4, 3, 17, 5}, 4},
    {"last batch filled up", {4, 3, 17, 5}, 3},
    {"one row of one channel", {1, 1, 1, 1}, 1},
    {"fully connected", {4, 1000}, 3},
    {"tokens", {2, 7, 12}, 2},
    {"no channels", {50}, 40},
    {"larger than one thread's part", {2, 3, 700, 300}, 2},
    {"many small planes", {8, 4096, 5, 5}, 7},
};

Tensor random_tensor(const Shape& shape, std::uint64_t seed) {
  Tensor tensor(DType::f32, shape);
  const std::span<float> values = tensor.mutable_values<float>();
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::max(-0.6F, 4 * random_unit(seed, i) - 2);
  return tensor;
}

bool close(long double found, long double expected, long double magnitude) {
  return std::abs(found - expected) <= kSumOrder * magnitude;
}

}  // namespace

class TestCalibration : public QObject {
  Q_OBJECT

 private slots:
  void observes_as_by_hand() {
    ValueStatistics statistics;
    observe(statistics, Tensor::from<float>({2, 2, 2}, {1, -2, 3, 4, 0, 5, 6, -7}), 2, "v");
    observe(statistics, Tensor::from<float>({2, 2, 2}, {8, 9, 10, 0, 99, 99, 99, 99}), 1, "v");
    QVERIFY(statistics.batches == (std::vector<Range>{{-7, 6}, {0, 10}}));
    QCOMPARE(statistics.sum, 37.0);
    QCOMPARE(statistics.sum_of_squares, 385.0);
    QCOMPARE(statistics.channel_sum, (std::vector<double>{21, 16}));
    QVERIFY(statistics.channel_range == (std::vector<Range>{{-2, 9}, {-7, 10}}));
    QCOMPARE(statistics.count_per_channel, 6);
    QCOMPARE(statistics.histogram.total(), 12);
    QCOMPARE(statistics.histogram.zeros(), 2);
    QVERIFY(statistics.histogram.range() == (Range{-7, 10}));
  }

  void observes_as_plain_sums_data() { table_rows(kCases); }
  void observes_as_plain_sums() {
    const Case row = current_row(kCases);
    const Tensor tensor = random_tensor(row.shape, 5);
    ValueStatistics found;
    observe(found, tensor, row.rows, "v");

    const std::int64_t per_row = row.shape.elements() / row.shape[0];
    const std::span<const float> values = tensor.values<float>().first(static_cast<std::size_t>(row.rows * per_row));
    const std::int64_t channels = row.shape.rank() > 1 ? row.shape[1] : 0;
    std::vector<long double> sums(static_cast<std::size_t>(channels), 0);
    std::vector<Range> ranges(static_cast<std::size_t>(channels), Range{FLT_MAX, -FLT_MAX});
    long double sum = 0;
    long double squares = 0;
    long double magnitude = 0;
    Range all{FLT_MAX, -FLT_MAX};
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float x = values[i];
      sum += x;
      squares += static_cast<double>(x) * x;
      magnitude += std::abs(x);
      all = {std::min(all.min, x), std::max(all.max, x)};
      if (channels == 0) continue;
      const std::size_t c = i / static_cast<std::size_t>(per_row / channels) % static_cast<std::size_t>(channels);
      sums[c] += x;
      ranges[c] = {std::min(ranges[c].min, x), std::max(ranges[c].max, x)};
    }
    QVERIFY(close(found.sum, sum, magnitude));
    QVERIFY(close(found.sum_of_squares, squares, squares));
    QVERIFY(found.batches == std::vector<Range>{all});
    QCOMPARE(found.channel_sum.size(), sums.size());
    for (std::size_t c = 0; c < sums.size(); ++c) QVERIFY(close(found.channel_sum[c], sums[c], magnitude));
    QVERIFY(found.channel_range == ranges);
    QCOMPARE(found.count_per_channel, channels == 0 ? 0 : row.rows * per_row / channels);
    Histogram histogram;
    histogram.add(values);
    QVERIFY(found.histogram == histogram);
  }

  void threads_do_not_matter_data() { table_rows(kCases); }
  void threads_do_not_matter() {
    const Case row = current_row(kCases);
    const auto with = [&](int threads) {
      const ThreadCount team(threads);
      ValueStatistics statistics;
      for (const std::uint64_t seed : {1, 2, 3}) observe(statistics, random_tensor(row.shape, seed), row.rows, "v");
      return statistics;
    };
    const ValueStatistics one = with(1);
    const ValueStatistics three = with(3);
    QVERIFY(one.sum == three.sum);  // to the bit
    QVERIFY(one.sum_of_squares == three.sum_of_squares);
    QVERIFY(one.channel_sum == three.channel_sum);
    QVERIFY(one.channel_range == three.channel_range);
    QVERIFY(one.batches == three.batches);
    QVERIFY(one.histogram == three.histogram);
  }

  void refuses_what_is_not_finite_by_name() {
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
      Tensor tensor = random_tensor({2, 3, 50}, 1);
      tensor.mutable_values<float>()[299] = bad;
      ValueStatistics statistics;
      QS_CONTAINS(refusal_of([&] { observe(statistics, tensor, 2, "relu_7"); }), "\"relu_7\" holds NaN or infinity");
      QVERIFY(statistics.batches.empty() && statistics.histogram.total() == 0 && statistics.channel_sum.empty());
      observe(statistics, tensor, 1, "relu_7");  // what only filled up the batch does not count
      QCOMPARE(statistics.histogram.total(), 150);
    }
  }

  void large_values_do_not_overflow() {
    ValueStatistics statistics;
    observe(statistics, Tensor::from<float>({1, 2}, {FLT_MAX, -FLT_MAX}), 1, "v");
    QCOMPARE(statistics.sum, 0.0);
    QVERIFY(statistics.sum_of_squares > 2e76 && std::isfinite(statistics.sum_of_squares));
  }

  void nothing_changes_nothing() {
    ValueStatistics statistics;
    observe(statistics, random_tensor({2, 3, 4}, 1), 0, "v");
    observe(statistics, Tensor(DType::f32, {2, 0, 4}), 2, "v");
    QVERIFY(statistics.batches.empty() && statistics.histogram.total() == 0);
  }

  void names_a_value_that_was_not_calibrated() {
    Calibration calibration;
    calibration.values["conv_1"].sum = 3;
    QCOMPARE(calibration.at("conv_1").sum, 3.0);
    QS_CONTAINS(refusal_of([&] { static_cast<void>(calibration.at("conv_2")); }), "conv_2");
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestCalibration)
#include "test_calibration.moc"
