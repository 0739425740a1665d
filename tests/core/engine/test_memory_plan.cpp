#include <QtTest/QtTest>
#include <algorithm>
#include <random>

#include "core/engine/program/memory_plan.h"

using qs::Lifetime;

class TestMemoryPlan : public QObject {
  Q_OBJECT

 private slots:
  void shares_memory_between_buffers_that_never_meet() {
    // Three equal buffers in a row, each alive with its neighbour only: two places are enough.
    const std::vector<Lifetime> chain = {{100, 0, 1}, {100, 1, 2}, {100, 2, 3}};
    const qs::MemoryPlan plan = qs::plan_memory(chain);
    QCOMPARE(plan.offsets, (std::vector<std::size_t>{0, 128, 0}));
    QCOMPARE(plan.bytes, std::size_t{256});
  }

  void uses_a_gap_left_by_larger_buffers() {
    // 320 bytes live from 0 to 9, 192 from 5 to 9 above them; the 64 of step 2 fit where the second is not yet.
    const std::vector<Lifetime> buffers = {{320, 0, 9}, {192, 5, 9}, {64, 2, 2}};
    const qs::MemoryPlan plan = qs::plan_memory(buffers);
    QCOMPARE(plan.offsets, (std::vector<std::size_t>{0, 320, 320}));
    QCOMPARE(plan.bytes, std::size_t{512});
  }

  void handles_nothing() { QCOMPARE(qs::plan_memory({}).bytes, std::size_t{0}); }

  void never_overlaps_in_both_time_and_memory() {
    std::mt19937 random(7);
    const auto draw = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
    for (int round = 0; round < 300; ++round) {
      std::vector<Lifetime> buffers;
      for (int i = draw(40); i >= 0; --i) {
        const int first = draw(30);
        buffers.push_back({static_cast<std::size_t>(draw(5000)), first, first + draw(10)});
      }
      const qs::MemoryPlan plan = qs::plan_memory(buffers);
      std::size_t all = 0;
      for (std::size_t a = 0; a < buffers.size(); ++a) {
        all += (buffers[a].bytes + 63) / 64 * 64;
        QCOMPARE(plan.offsets[a] % 64, std::size_t{0});
        QVERIFY(plan.offsets[a] + buffers[a].bytes <= plan.bytes);
        for (std::size_t b = 0; b < a; ++b) {
          const bool in_time = buffers[a].first <= buffers[b].last && buffers[b].first <= buffers[a].last;
          const bool in_memory = plan.offsets[a] < plan.offsets[b] + buffers[b].bytes &&
                                 plan.offsets[b] < plan.offsets[a] + buffers[a].bytes;
          QVERIFY(!(in_time && in_memory));
        }
      }
      QVERIFY(plan.bytes <= all);
    }
  }
};

QTEST_GUILESS_MAIN(TestMemoryPlan)
#include "test_memory_plan.moc"
