// Schedules of the learning rate, by hand.
#include <QtTest/QtTest>
#include <cmath>

#include "core/train/schedule.h"
#include "tests/support/table.h"

namespace qs {

namespace {

struct FactorRow {
  const char* name;
  MethodChoice choice;
  double warm_up;
  double epoch;
  double expected;
};
// Of 100 epochs.
const std::vector<FactorRow> kFactors = {
    {"constant", {"constant", {}}, 0, 73, 1},
    {"step, before", {"step", {}}, 0, 29.99, 1},
    {"step, first", {"step", {}}, 0, 30, 0.1},
    {"step, third", {"step", {}}, 0, 95, 0.001},
    {"step, halves", {"step", {{"every", 10}, {"factor", 0.5}}}, 0, 25, 0.25},
    {"cosine, start", {"cosine", {}}, 0, 0, 1},
    {"cosine, third", {"cosine", {}}, 0, 100.0 / 3, 0.75},
    {"cosine, middle", {"cosine", {}}, 0, 50, 0.5},
    {"cosine, end", {"cosine", {}}, 0, 100, 0},
    {"cosine, beyond", {"cosine", {}}, 0, 150, 0},
    {"cosine to a tenth, middle", {"cosine", {{"final_share", 0.1}}}, 0, 50, 0.55},
    {"cosine to a tenth, end", {"cosine", {{"final_share", 0.1}}}, 0, 100, 0.1},
    {"restarts, start", {"cosine_restarts", {}}, 0, 0, 1},
    {"restarts, middle of the first third", {"cosine_restarts", {}}, 0, 100.0 / 6, 0.5},
    {"restarts, a third", {"cosine_restarts", {}}, 0, 100.0 / 3 + 1e-9, 1},
    {"restarts, middle of the rest", {"cosine_restarts", {}}, 0, 200.0 / 3, 0.5},
    {"restarts, end", {"cosine_restarts", {}}, 0, 100, 0},
    {"restarts, beyond", {"cosine_restarts", {}}, 0, 150, 0},
    {"four equal cycles, second", {"cosine_restarts", {{"cycles", 4}, {"growth", 1}}}, 0, 25, 1},
    {"four equal cycles, middle of the last", {"cosine_restarts", {{"cycles", 4}, {"growth", 1}}}, 0, 87.5, 0.5},
    {"one cycle is the cosine", {"cosine_restarts", {{"cycles", 1}}}, 0, 100.0 / 3, 0.75},
    {"exponential, start", {"exponential", {}}, 0, 0, 1},
    {"exponential, two epochs", {"exponential", {}}, 0, 2, 0.9025},
    {"exponential, half an epoch", {"exponential", {{"factor", 0.25}}}, 0, 0.5, 0.5},
    {"warm-up, start", {"constant", {}}, 5, 0, 0},
    {"warm-up, first step of 100", {"constant", {}}, 5, 0.005, 0.001},
    {"warm-up, middle", {"constant", {}}, 5, 2.5, 0.5},
    {"warm-up, end", {"constant", {}}, 5, 5, 1},
    {"warm-up, over", {"step", {}}, 5, 30, 0.1},
    {"warm-up of exponential", {"exponential", {{"factor", 0.25}}}, 2, 1, 0.125},
};

}  // namespace

class TestSchedules : public QObject {
  Q_OBJECT

 private slots:
  void factors_by_hand_data() { table_rows(kFactors); }
  void factors_by_hand() {
    const FactorRow row = current_row(kFactors);
    const double factor = learning_rate_factor(row.choice, row.warm_up, row.epoch, 100);
    QVERIFY2(std::abs(factor - row.expected) < 1e-12, std::to_string(factor).c_str());
  }

  void none_leaves_0_to_1_or_rises_but_for_a_restart() {
    for (const Schedule* each : schedules()) {
      double last = 1;
      int rises = 0;
      for (int i = 0; i <= 400; ++i) {
        const double factor = each->factor(i / 10.0, 40, {});
        QVERIFY2(factor >= 0 && factor <= 1, each->id.data());
        if (factor > last + 1e-15) {
          ++rises;
          QVERIFY2(factor > 0.99, each->id.data());  // all the way up
        }
        last = factor;
      }
      QCOMPARE(rises, each->id == "cosine_restarts" ? 1 : 0);
    }
  }

  void they_describe_themselves() {
    for (const Schedule* each : schedules()) {
      QVERIFY(&schedule(each->id) == each);
      QVERIFY(!each->title.empty() && !each->summary.empty() && !each->citation.empty());
    }
    QS_CONTAINS(refusal_of([] { (void)schedule("magic"); }),
                "no schedule \"magic\"; there are: constant, step, cosine, cosine_restarts, exponential");
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestSchedules)
#include "test_schedules.moc"
