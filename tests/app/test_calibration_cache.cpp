// Calibrations kept on disk: what makes another key, and what damage and full disks do.
#include <QFile>
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <filesystem>
#include <set>

#include "app/run/calibration_cache.h"
#include "tests/support/table.h"
#include "tests/support/test_files.h"

namespace qs {

namespace {

namespace fs = std::filesystem;

Calibration made(double sum) {
  Calibration calibration;
  calibration.images = 1;
  observe(calibration.values["x"], Tensor::from<float>({1, 3}, {0, 1, 2}), 1, "x");
  calibration.values["x"].sum = sum;
  return calibration;
}

CalibrationIdentity identity() {
  return {.model_sha256 = "00ff", .passes = {"fold"}, .values = {"x", "y"}, .batch = 8, .seed = 1, .environment = "e"};
}

}  // namespace

class TestCalibrationCache : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  fs::path root() const { return folder_.path().toStdString(); }

  Dataset images() const {
    Dataset dataset;
    dataset.root = root() / "images";
    for (const char* name : {"a.png", "b.png"}) {
      DatasetEntry& entry = dataset.entries.emplace_back();
      entry.record.name = name;
      entry.path = dataset.root / name;
    }
    return dataset;
  }
  /// Keeps and reads; tells which of the two happened.
  static std::string outcome(const fs::path& folder, const std::string& key = "key") {
    int runs = 0;
    const KeptCalibration kept = kept_calibration(folder, key, [&] {
      ++runs;
      return made(5);
    });
    if (kept.calibration.at("x").sum != 5 || kept.from_cache != (runs == 0)) return "wrong";
    return (kept.from_cache ? "read" : "made") + std::string(kept.note.empty() ? "" : " with a note");
  }

 private slots:
  void init() {
    fs::remove_all(root());
    write_text(root() / "images" / "a.png", "first");
    write_text(root() / "images" / "b.png", "second");
  }

  void everything_makes_another_key() {
    std::set<std::string> keys;
    const auto add = [&](const CalibrationIdentity& what, const Dataset& chosen) {
      const std::string key = calibration_key(what, chosen);
      return key.size() == 64 && keys.insert(key).second;
    };
    QVERIFY(add(identity(), images()));
    QVERIFY(!add(identity(), images()));
    CalibrationIdentity changed = identity();
    QVERIFY((changed.model_sha256 = "00fe", add(changed, images())));
    changed = identity();
    QVERIFY((changed.passes = {"fold", "relu6_to_relu"}, add(changed, images())));
    changed = identity();
    QVERIFY((changed.values = {"x"}, add(changed, images())));
    QVERIFY((changed.values = {"xy"}, add(changed, images())));
    changed = identity();
    QVERIFY((changed.preprocessing.mean[1] = 0.5, add(changed, images())));
    changed = identity();
    QVERIFY((changed.batch = 4, add(changed, images())));
    changed = identity();
    QVERIFY((changed.seed = 2, add(changed, images())));
    changed = identity();
    QVERIFY((changed.environment = "f", add(changed, images())));
    Dataset fewer = images();
    fewer.entries.pop_back();
    QVERIFY(add(identity(), fewer));
    Dataset swapped = images();
    std::swap(swapped.entries[0], swapped.entries[1]);
    QVERIFY(add(identity(), swapped));
    write_text(root() / "images" / "b.png", "SECOND");  // as long as before
    QVERIFY(add(identity(), images()));
    fs::remove(root() / "images" / "b.png");
    QVERIFY(add(identity(), images()));
  }

  void a_moved_data_set_is_the_same() {
    const std::string key = calibration_key(identity(), images());
    Dataset moved = images();
    fs::rename(root() / "images", root() / "moved");
    moved.root = root() / "moved";
    for (DatasetEntry& entry : moved.entries) entry.path = moved.root / entry.record.name;
    QCOMPARE(calibration_key(identity(), moved), key);
  }

  void an_archive_is_known_by_size_and_time() {
    Dataset archive = images();
    archive.in_archive = true;
    archive.root = root() / "images.tar";
    QS_CONTAINS(refusal_of([&] { static_cast<void>(calibration_key(identity(), archive)); }), "images.tar");
    write_text(archive.root, "an archive");
    const std::string key = calibration_key(identity(), archive);
    QCOMPARE(calibration_key(identity(), archive), key);
    write_text(archive.root, "a longer archive");
    QVERIFY(calibration_key(identity(), archive) != key);
  }

  void the_second_time_is_read() {
    QCOMPARE(outcome(root() / "cache"), std::string("made"));
    QCOMPARE(outcome(root() / "cache"), std::string("read"));
    QCOMPARE(outcome(root() / "cache", "other"), std::string("made"));
    QCOMPARE(outcome({}), std::string("made"));
    QCOMPARE(outcome({}), std::string("made"));
  }

  void damage_is_replaced() {
    QCOMPARE(outcome(root() / "cache"), std::string("made"));
    const fs::path file = root() / "cache" / "key.calibration";
    const FileBytes good = read_file(file);
    for (std::size_t at = 0; at < good.size(); at += 1 + good.size() / 300) {
      FileBytes damaged = good;
      damaged[at] ^= std::byte{4};
      if (at % 2 == 0) damaged.resize(at);
      write_file(file, damaged);
      QCOMPARE(outcome(root() / "cache"), std::string("made"));
      QVERIFY(read_file(file) == good);
    }
    QCOMPARE(outcome(root() / "cache"), std::string("read"));
  }

  void a_folder_that_cannot_be_written_costs_a_note() {
    write_text(root() / "file", "in the way");
    QCOMPARE(outcome(root() / "file"), std::string("made with a note"));
    fs::create_directories(root() / "cache" / "key.calibration");
    QCOMPARE(outcome(root() / "cache"), std::string("made with a note"));
    QCOMPARE(outcome("/proc/none"), std::string("made with a note"));
  }

  void what_making_throws_leaves_nothing_behind() {
    QS_CONTAINS(
        refusal_of([&] {
          static_cast<void>(kept_calibration(root() / "cache", "key", []() -> Calibration { bad_input("no image"); }));
        }),
        "no image");
    QVERIFY(!fs::exists(root() / "cache") || fs::is_empty(root() / "cache"));
  }

  void the_oldest_go() {
    const fs::path cache = root() / "cache";
    for (std::size_t i = 0; i < kMostCalibrations; ++i) write_text(cache / fmt::format("{}.calibration", i), "old");
    const auto an_hour_ago = fs::file_time_type::clock::now() - std::chrono::hours(1);
    fs::last_write_time(cache / "7.calibration", an_hour_ago);
    write_text(cache / "notes.txt", "not ours");
    QCOMPARE(outcome(cache), std::string("made"));
    QVERIFY(!fs::exists(cache / "7.calibration"));
    QVERIFY(fs::exists(cache / "8.calibration") && fs::exists(cache / "notes.txt"));
    QCOMPARE(outcome(cache), std::string("read"));
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestCalibrationCache)
#include "test_calibration_cache.moc"
