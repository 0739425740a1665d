// Histograms against counting by hand, and what may not matter: order, splitting, threads.
#include <QtTest/QtTest>
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>
#include <map>

#include "core/base/parallel.h"
#include "core/base/rng.h"
#include "core/quant/histogram.h"
#include "tests/support/table.h"

namespace qs {

namespace {

struct Data {
  std::string name;
  std::vector<float> values;
};

/// `count` numbers, roughly normal, times `scale` plus `shift`; below `floor` they become `floor`.
std::vector<float> noise(int count, float scale, float shift = 0, float floor = -FLT_MAX) {
  std::vector<float> values;
  for (int i = 0; i < count; ++i) {
    float sum = -6;
    for (int k = 0; k < 12; ++k) sum += random_unit(static_cast<std::uint64_t>(k), static_cast<std::uint64_t>(i));
    values.push_back(std::max(floor, sum * scale + shift));
  }
  return values;
}

const std::vector<Data> kData = {
    {"both signs", noise(5000, 1)},
    {"rectified", noise(5000, 3, 0, 0)},
    {"all negative", noise(5000, 0.1F, -5)},
    {"far from zero", noise(5000, 1e-3F, 1000)},
    {"constant", std::vector<float>(700, 0.3F)},
    {"negative constant", std::vector<float>(700, -7.0F)},
    {"one value", {42.0F}},
    {"powers of two lie on boundaries", {-8, -4, -2, -1, -0.5F, 0, 0.5F, 1, 2, 4, 8, 1024}},
    {"all zero", std::vector<float>(300, 0.0F)},
    {"zeros of both signs", {0.0F, -0.0F, 0.0F}},
    {"smallest floats", {1e-45F, -1e-45F, 3e-44F, 0}},
    {"smallest and largest floats", {-1e-30F, 1e-45F, 1e38F, FLT_MAX, -FLT_MAX, 0, -1e-45F}},
    {"tiny negative beside huge", {-1e-30F, 1e38F}},
};

/// The definition in double, bin by bin, given the width.
std::map<std::int64_t, std::int64_t> counted(std::span<const float> values, double width) {
  std::map<std::int64_t, std::int64_t> counts;
  for (const float x : values) ++counts[static_cast<std::int64_t>(std::floor(static_cast<double>(x) / width))];
  return counts;
}

std::map<std::int64_t, std::int64_t> bins_of(const Histogram& histogram) {
  std::map<std::int64_t, std::int64_t> counts;
  for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
    if (histogram.counts()[i] != 0) counts[histogram.first() + static_cast<std::int64_t>(i)] = histogram.counts()[i];
  }
  return counts;
}

Histogram histogram_of(std::span<const float> values) {
  Histogram histogram;
  histogram.add(values);
  return histogram;
}

}  // namespace

class TestHistogram : public QObject {
  Q_OBJECT

 private slots:
  void empty() {
    const Histogram histogram;
    QCOMPARE(histogram.total(), 0);
    QCOMPARE(histogram.width(), 0.0);
    QVERIFY(histogram.counts().empty());
    QVERIFY(histogram.range() == Range{});
    QVERIFY(distribution(histogram).values.empty());
    QVERIFY(distribution(std::span<const float>{}).values.empty());
  }

  void counts_as_by_hand() {
    // 2048 bins of 1/2 reach from -0.5 over 1023; of 1/4 only over 511.
    const Histogram histogram = histogram_of(std::vector<float>{-0.5F, -0.25F, 0, 0, 0.25F, 0.5F, 1000});
    QCOMPARE(histogram.width(), 0.5);
    QCOMPARE(histogram.first(), -1);
    QCOMPARE(histogram.total(), 7);
    QCOMPARE(histogram.zeros(), 2);
    QCOMPARE(histogram.counts()[0], 2);  // [-0.5, 0)
    QCOMPARE(histogram.counts()[1], 3);  // [0, 0.5), two of them zeros
    QCOMPARE(histogram.counts()[2], 1);  // [0.5, 1)
    QCOMPARE(histogram.counts()[2001], 1);
  }

  void counts_as_defined_data() { table_rows(kData); }
  void counts_as_defined() {
    const std::vector<float> values = current_row(kData).values;
    const Histogram histogram = histogram_of(values);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    QVERIFY(histogram.range() == (Range{*low, *high}));
    QCOMPARE(histogram.total(), std::ssize(values));
    QCOMPARE(histogram.zeros(), std::count(values.begin(), values.end(), 0.0F));
    if (*low == 0 && *high == 0) {
      QVERIFY(histogram.counts().empty());
      return;
    }
    QVERIFY(bins_of(histogram) == counted(values, histogram.width()));
    // No finer than asked for, no coarser than needed.
    const double half = histogram.width() / 2;
    const double largest = std::max(std::abs(static_cast<double>(*low)), std::abs(static_cast<double>(*high)));
    const bool finer_would_do = std::floor(*high / half) - std::floor(*low / half) < Histogram::kBins &&
                                largest / half < (1 << 23) && half >= 0x1p-126;
    QVERIFY(!finer_would_do);
  }

  void splitting_and_order_do_not_matter_data() { table_rows(kData); }
  void splitting_and_order_do_not_matter() {
    std::vector<float> values = current_row(kData).values;
    const Histogram whole = histogram_of(values);
    Histogram one_by_one;
    for (const float x : values) one_by_one.add({&x, 1});
    QVERIFY(one_by_one == whole);
    std::reverse(values.begin(), values.end());
    Histogram backwards;
    for (std::size_t i = 0; i < values.size(); i += 37) {
      backwards.add(std::span<const float>(values).subspan(i, std::min<std::size_t>(37, values.size() - i)));
    }
    QVERIFY(backwards == whole);
  }

  void threads_do_not_matter() {
    const std::vector<float> values = noise(2000000, 1, 0.2F, 0);  // more than one thread's part
    const auto with = [&](int threads) {
      const ThreadCount team(threads);
      return histogram_of(values);
    };
    QVERIFY(with(1) == with(3));
    QVERIFY(bins_of(with(2)) == counted(values, with(2).width()));
  }

  void merging_is_adding_data() { table_rows(kData); }
  void merging_is_adding() {
    const std::vector<float> values = current_row(kData).values;
    for (const Data& other : kData) {
      std::vector<float> both = values;
      both.insert(both.end(), other.values.begin(), other.values.end());
      Histogram merged = histogram_of(values);
      merged.merge(histogram_of(other.values));
      QVERIFY2(merged == histogram_of(both), other.name.c_str());
    }
    Histogram merged = histogram_of(values);
    merged.merge({});
    QVERIFY(merged == histogram_of(values));
    Histogram empty;
    empty.merge(merged);
    QVERIFY(empty == merged);
  }

  void widening_keeps_signs_apart() {
    Histogram histogram = histogram_of(std::vector<float>{-1e-6F, 1e-6F, 0});
    for (float x = 1e-5F; x < 1e6F; x *= 10) histogram.add({&x, 1});
    const std::map<std::int64_t, std::int64_t> bins = bins_of(histogram);
    QCOMPARE(bins.begin()->first, -1);
    QCOMPARE(bins.begin()->second, 1);
    QCOMPARE(histogram.zeros(), 1);
  }

  void refuses_what_is_not_finite_and_adds_nothing() {
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity()}) {
      for (const std::size_t place : {0, 1, 700, 999}) {
        Histogram histogram = histogram_of(std::vector<float>{1, 2});
        std::vector<float> values(1000, 0.5F);
        values[place] = bad;
        QS_CONTAINS(refusal_of([&] { histogram.add(values); }), "NaN or infinity");
        QVERIFY(histogram == histogram_of(std::vector<float>{1, 2}));
        QS_CONTAINS(refusal_of([&] { static_cast<void>(distribution(values)); }), "NaN or infinity");
      }
    }
  }

  void a_distribution_holds_everything_once_data() { table_rows(kData); }
  void a_distribution_holds_everything_once() {
    const std::vector<float> values = current_row(kData).values;
    const Histogram histogram = histogram_of(values);
    const Distribution made = distribution(histogram);
    QCOMPARE(made.total(), static_cast<double>(values.size()));
    QCOMPARE(made.values.size(), made.weights.size());
    QVERIFY(std::is_sorted(made.values.begin(), made.values.end()));
    QVERIFY(made.range == histogram.range());
    for (std::size_t i = 0; i < made.values.size(); ++i) {
      const double v = made.values[i];
      QVERIFY(v >= made.range.min && v <= made.range.max);
      const auto behind = std::count_if(values.begin(), values.end(), [&](float x) {
        if (v == 0) return x == 0;
        const double bin = std::floor(x / histogram.width());
        return x != 0 && (bin + 0.5) * histogram.width() == v;
      });
      const bool clamped = i == 0 || i + 1 == made.values.size();
      if (!clamped) QCOMPARE(made.weights[i], static_cast<double>(behind));
    }
    QCOMPARE(std::count(made.values.begin(), made.values.end(), 0.0F), std::int64_t{histogram.zeros() > 0});
  }

  void a_constant_keeps_its_value() {
    const Distribution made = distribution(histogram_of(std::vector<float>(9, 0.3F)));
    QCOMPARE(made.values, std::vector<float>{0.3F});
    QCOMPARE(made.weights, std::vector<double>{9});
  }

  void few_values_stay_as_they_are() {
    const Distribution few = distribution(std::vector<float>{3, -1, 2, 2});
    QCOMPARE(few.values, (std::vector<float>{-1, 2, 2, 3}));
    QCOMPARE(few.weights, (std::vector<double>{1, 1, 1, 1}));
    QVERIFY(few.range == (Range{-1, 3}));
    QCOMPARE(few.width, 0.0);
    QCOMPARE(distribution(noise(2048, 1)).values.size(), std::size_t{2048});
    const Distribution many = distribution(noise(2049, 1));
    QVERIFY(many.width > 0);
    QCOMPARE(many.total(), 2049.0);
  }

  void restores_what_was_saved_data() { table_rows(kData); }
  void restores_what_was_saved() {
    const Histogram saved = histogram_of(current_row(kData).values);
    const std::span<const std::int64_t> counts = saved.counts();
    const Histogram found =
        Histogram::restored(saved.width(), saved.first(), {counts.begin(), counts.end()}, saved.zeros(), saved.range());
    QVERIFY(found == saved);
    QVERIFY(Histogram::restored(0, 0, {}, 0, {}) == Histogram{});
  }

  void refuses_parts_that_do_not_fit() {
    struct Parts {
      double width;
      std::int64_t first;
      std::vector<std::int64_t> counts;
      std::int64_t zeros;
      Range range;
    };
    const Histogram good = histogram_of(noise(1000, 1));
    const auto refused = [&](auto&& damage) {
      Parts parts{good.width(), good.first(), {good.counts().begin(), good.counts().end()}, good.zeros(), good.range()};
      damage(parts);
      return refusal_of([&] {
        static_cast<void>(
            Histogram::restored(parts.width, parts.first, std::move(parts.counts), parts.zeros, parts.range));
      });
    };
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    for (const double width : {kNaN, -1.0, 0.0, 0.3, 1e-30, 0x1p200, std::numeric_limits<double>::infinity()}) {
      QS_CONTAINS(refused([&](Parts& p) { p.width = width; }), "damaged histogram");
    }
    QS_CONTAINS(refused([](Parts& p) { ++p.first; }), "its first bin");
    QS_CONTAINS(refused([](Parts& p) { p.first = std::numeric_limits<std::int64_t>::min(); }), "its first bin");
    QS_CONTAINS(refused([](Parts& p) { p.counts.pop_back(); }), "its number of bins");
    QS_CONTAINS(refused([](Parts& p) { p.counts[1000] = -1; }), "its counts");
    QS_CONTAINS(refused([](Parts& p) { p.counts.back() = 1; }), "its counts");
    QS_CONTAINS(refused([](Parts& p) { p.counts.front() = 0; }), "its outermost bins");
    QS_CONTAINS(refused([](Parts& p) { p.counts[7] = p.counts[8] = std::numeric_limits<std::int64_t>::max(); }),
                "its total");
    QS_CONTAINS(refused([](Parts& p) { p.zeros = -1; }), "zeros");
    QS_CONTAINS(refused([](Parts& p) { p.zeros = 1000; }), "zeros");
    QS_CONTAINS(refused([](Parts& p) { p.range = {}; }), "its range");
    QS_CONTAINS(refused([](Parts& p) { p.range = {1, -1}; }), "its range");
    QS_CONTAINS(refused([](Parts& p) { p.range.max = std::numeric_limits<float>::quiet_NaN(); }), "its range");
    QS_CONTAINS(refused([](Parts& p) { p.range.max = 1e30F; }), "its width");
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestHistogram)
#include "test_histogram.moc"
