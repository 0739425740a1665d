// Which images are chosen: by seed, not by machine, order or class.
#include <QtTest/QtTest>
#include <algorithm>
#include <set>

#include "datasets/calibration_images.h"
#include "tests/support/table.h"

namespace qs {

namespace {

/// `classes` folders of `each` images, sorted by class.
Dataset folders(int classes, int each) {
  Dataset made;
  made.root = "images";
  for (int c = 0; c < classes; ++c) {
    for (int i = 0; i < each; ++i) made.entries.push_back({{fmt::format("class{}/{}.png", c, i), c}, {}, c * each + i});
  }
  return made;
}

std::vector<std::string> names(const Dataset& dataset) {
  std::vector<std::string> found;
  for (const DatasetEntry& entry : dataset.entries) found.push_back(entry.record.name);
  return found;
}

std::set<std::string> set_of(const std::vector<std::string>& found) {
  return {found.begin(), found.end()};
}

}  // namespace

class TestCalibrationImages : public QObject {
  Q_OBJECT

 private slots:
  void the_choice_is_the_same_everywhere() {
    // From the same shuffle in another language: a change would make every calibration a different one.
    const Dataset chosen = choose(folders(3, 4), {.count = 5, .seed = 1});
    QCOMPARE(names(chosen), (std::vector<std::string>{"class2/2.png", "class1/2.png", "class2/1.png", "class0/3.png",
                                                      "class2/0.png"}));
    Dataset backwards = folders(3, 4);
    std::reverse(backwards.entries.begin(), backwards.entries.end());
    QCOMPARE(names(choose(backwards, {.count = 5, .seed = 1})), names(chosen));
    QVERIFY(names(choose(folders(3, 4), {.count = 5, .seed = 2})) != names(chosen));
    QVERIFY(chosen.summary.find("5 of them, chosen by seed 1") != std::string::npos);
  }

  void classes_are_mixed() {
    const Dataset chosen = choose(folders(10, 100), {.count = 100, .seed = 3});
    std::set<int> first;
    std::set<int> all;
    for (std::size_t i = 0; i < chosen.entries.size(); ++i) {
      all.insert(*chosen.entries[i].record.label);
      if (i < 16) first.insert(*chosen.entries[i].record.label);
    }
    QCOMPARE(all.size(), std::size_t{10});
    QVERIFY(first.size() >= 5);  // the first two batches do not follow the folders
    QCOMPARE(set_of(names(chosen)).size(), std::size_t{100});
  }

  void an_archive_is_chosen_alike_and_read_in_order() {
    Dataset archive = folders(5, 20);
    archive.in_archive = true;
    const Dataset chosen = choose(archive, {.count = 30, .seed = 7});
    QVERIFY(std::ranges::is_sorted(chosen.entries, {}, &DatasetEntry::position));
    QVERIFY(set_of(names(chosen)) == set_of(names(choose(folders(5, 20), {.count = 30, .seed = 7}))));
  }

  void subsets_are_disjoint_and_cover_all() {
    const Dataset all = folders(4, 25);
    std::set<std::string> seen;
    for (const std::int64_t subset : {0, 1, 2, 3}) {
      const std::vector<std::string> found = names(choose(all, {.count = 30, .seed = 5, .subset = subset}));
      QCOMPARE(found.size(), subset < 3 ? std::size_t{30} : std::size_t{10});
      for (const std::string& name : found) QVERIFY(seen.insert(name).second);
    }
    QVERIFY(seen == set_of(names(all)));
    QS_CONTAINS(refusal_of([&] { static_cast<void>(choose(all, {.count = 30, .seed = 5, .subset = 4})); }),
                "none is left for subset 5");
    QS_CONTAINS(refusal_of([&] { static_cast<void>(choose(all, {.count = INT64_MAX / 2, .seed = 5, .subset = 40})); }),
                "overflow");
  }

  void few_images_are_all_taken() {
    QVERIFY(set_of(names(choose(folders(2, 3), {.count = 256}))) == set_of(names(folders(2, 3))));
    QS_CONTAINS(refusal_of([&] { static_cast<void>(choose(folders(0, 0), {.count = 256})); }), "0 images");
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestCalibrationImages)
#include "test_calibration_images.moc"
