#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <thread>

#include "datasets/crop_cache.h"
#include "tests/support/test_files.h"

using namespace qs;

namespace {

namespace fs = std::filesystem;

const Geometry kGeometry{ShorterSide{256}, 224};

ContentHash key(int i) {
  return {static_cast<std::uint64_t>(i), 99};
}

bool same_pixels(const Image& left, const Image& right) {
  return left.size == right.size &&
         std::equal(left.pixels.begin(), left.pixels.begin() + static_cast<std::ptrdiff_t>(left.bytes()),
                    right.pixels.begin());
}

}  // namespace

class TestCropCache : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    temporary_ = std::make_unique<QTemporaryDir>();
    QVERIFY(temporary_->isValid());
    folder_ = fs::path(temporary_->path().toStdString()) / "cache";
  }

  void what_was_added_is_found_by_the_next_run() {
    const Image wide = pattern_image({40, 30}, 1), tall = pattern_image({3, 50}, 2);
    {
      CropCache cache({folder_}, kGeometry);
      QVERIFY(!cache.find(key(1)));
      cache.add(key(1), wide);
      cache.add(key(2), tall);
      cache.add(key(1), wide);
      QVERIFY(cache.notes().empty());
    }
    CropCache cache({folder_}, kGeometry);
    QVERIFY(same_pixels(cache.find(key(1)).value(), wide));
    QVERIFY(same_pixels(cache.find(key(2)).value(), tall));
    QVERIFY(!cache.find(key(3)));
    QCOMPARE(files(".crops"), 1);
    QCOMPARE(files(".tmp"), 0);
  }

  void other_geometries_are_apart() {
    fill(1);
    CropCache cache({folder_}, {ShorterSide{256}, 192});
    QVERIFY(!cache.find(key(0)));
  }

  void a_run_without_news_writes_nothing() {
    fill(2);
    const auto before = only_segment();
    {
      CropCache cache({folder_}, kGeometry);
      QVERIFY(cache.find(key(0)).has_value());
    }
    QCOMPARE(only_segment(), before);
  }

  // Any byte may go wrong, and a file may end anywhere.
  void a_damaged_segment_is_never_believed() {
    const Image image = pattern_image({16, 9}, 0);
    fill(1, {16, 9});
    const fs::path segment = only_segment();
    const FileBytes whole = read_file(segment);
    for (std::size_t at = 0; at < whole.size(); ++at) {
      FileBytes damaged = whole;
      damaged[at] ^= std::byte{0x10};
      if (at % 3 == 0) damaged.resize(at);
      write_file(segment, damaged);
      CropCache cache({folder_}, kGeometry);
      const auto found = cache.find(key(0));
      QVERIFY2(!found || same_pixels(*found, image), std::to_string(at).c_str());
      QVERIFY(!found);
    }
    QVERIFY(!fs::exists(segment));
  }

  void files_of_killed_writers_are_removed() {
    const fs::path abandoned = folder_ / "0123-1.tmp", alive = folder_ / "0123-2.tmp", young = folder_ / "0123-3.tmp";
    for (const fs::path& file : {abandoned, alive, young}) write_text(file, "unfinished");
    const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(1);
    fs::last_write_time(abandoned, long_ago);
    fs::last_write_time(alive, long_ago);
    const int lock = open(alive.c_str(), O_RDONLY);
    QCOMPARE(flock(lock, LOCK_EX), 0);
    { CropCache cache({folder_}, kGeometry); }
    close(lock);
    QVERIFY(!fs::exists(abandoned));
    QVERIFY(fs::exists(alive));
    QVERIFY(fs::exists(young));
  }

  void a_writer_that_is_killed_leaves_nothing_to_be_found() {
    const pid_t child = fork();
    if (child == 0) {
      CropCache cache({folder_}, kGeometry);
      cache.add(key(1), pattern_image({40, 30}));
      _exit(0);  // without finishing, as when killed
    }
    QCOMPARE(waitpid(child, nullptr, 0), child);
    QCOMPARE(files(".tmp"), 1);
    CropCache cache({folder_}, kGeometry);
    QVERIFY(!cache.find(key(1)));
  }

  void processes_may_write_at_the_same_time() {
    std::vector<pid_t> children;
    for (int process = 0; process < 4; ++process) {
      children.push_back(fork());
      if (children.back() != 0) continue;
      {
        CropCache cache({folder_}, kGeometry);
        for (int i = 0; i < 50; ++i) cache.add(key(process * 40 + i), pattern_image({20, 20}, process * 40 + i));
      }
      _exit(0);
    }
    for (pid_t child : children) QCOMPARE(waitpid(child, nullptr, 0), child);
    CropCache cache({folder_}, kGeometry);
    for (int i = 0; i < 170; ++i) QVERIFY(same_pixels(cache.find(key(i)).value(), pattern_image({20, 20}, i)));
  }

  void threads_may_read_and_write_at_the_same_time() {
    fill(20);
    CropCache cache({folder_}, kGeometry);
    std::vector<std::jthread> threads;
    std::atomic<int> found{0};
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 20; ++i) {
          if (cache.find(key(i))) ++found;
          cache.add(key(100 + 10 * t + i), pattern_image({8, 8}));
        }
      });
    threads.clear();
    QCOMPARE(found.load(), 80);
  }

  void the_least_recently_used_segments_go_first() {
    // Three segments of about 100 KB; the bound holds two.
    const CacheOptions options{folder_, 250'000};
    const ImageSize size{100, 333};
    for (int i = 0; i < 3; ++i) {
      if (i == 2) {  // the first is used again, so that the second becomes the oldest
        CropCache cache(options, kGeometry);
        QVERIFY(cache.find(key(0)).has_value());
      }
      CropCache cache(options, kGeometry);
      cache.add(key(i), pattern_image(size, i));
      cache.finish();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));  // a later time stamp
    }
    CropCache cache(options, kGeometry);
    QVERIFY(cache.find(key(0)).has_value());
    QVERIFY(!cache.find(key(1)).has_value());
    QVERIFY(cache.find(key(2)).has_value());
  }

  void one_run_stays_within_the_bound() {
    CropCache cache({folder_, 100'000}, kGeometry);
    for (int i = 0; i < 100; ++i) cache.add(key(i), pattern_image({50, 50}));
    cache.finish();
    QCOMPARE(cache.notes().size(), std::size_t{1});
    QVERIFY(fs::file_size(only_segment()) <= 100'000 + 4'000);  // the records of 13 images come on top
  }

  void many_small_segments_are_merged() {
    for (int i = 0; i < 40; ++i) {
      CropCache cache({folder_}, kGeometry);
      cache.add(key(i), pattern_image({8, 8}, i));
    }
    QVERIFY2(files(".crops") <= 17, std::to_string(files(".crops")).c_str());
    CropCache cache({folder_}, kGeometry);
    for (int i = 0; i < 40; ++i) QVERIFY(same_pixels(cache.find(key(i)).value(), pattern_image({8, 8}, i)));
  }

  void a_folder_that_cannot_be_written_to_switches_caching_off() {
    for (const fs::path& folder : {fs::path("/proc/nowhere"), fs::path("/dev/null/cache")}) {
      CropCache cache({folder}, kGeometry);
      cache.add(key(1), pattern_image({8, 8}));
      cache.add(key(2), pattern_image({8, 8}));
      QVERIFY(!cache.find(key(1)));
      QCOMPARE(cache.notes().size(), std::size_t{1});
      QVERIFY(cache.notes()[0].find(folder.string()) != std::string::npos);
    }
  }

  void a_full_disk_switches_caching_off() {
    const pid_t child = fork();
    if (child == 0) {
      // A process that may write no file larger than this sees the same as on a full disk.
      signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{1000, 1000};
      setrlimit(RLIMIT_FSIZE, &limit);
      CropCache cache({folder_}, kGeometry);
      for (int i = 0; i < 5; ++i) cache.add(key(i), pattern_image({50, 50}));
      cache.finish();
      _exit(cache.notes().size() == 1 && files(".tmp") == 0 && files(".crops") == 0 ? 0 : 1);
    }
    int status = -1;
    QCOMPARE(waitpid(child, &status, 0), child);
    QCOMPARE(status, 0);
  }

  void the_folder_follows_the_environment() {
    qputenv("QS_CACHE_DIR", "/a");
    QCOMPARE(default_cache_folder(), fs::path("/a"));
    qunsetenv("QS_CACHE_DIR");
    qputenv("XDG_CACHE_HOME", "/b");
    QCOMPARE(default_cache_folder(), fs::path("/b/quantoscope"));
    qunsetenv("XDG_CACHE_HOME");
    qputenv("HOME", "/c");
    QCOMPARE(default_cache_folder(), fs::path("/c/.cache/quantoscope"));
    qunsetenv("HOME");
    QCOMPARE(default_cache_folder(), fs::path());
  }

 private:
  /// A run that adds images 0 to count - 1.
  void fill(int count, ImageSize size = {40, 30}) const {
    CropCache cache({folder_}, kGeometry);
    for (int i = 0; i < count; ++i) cache.add(key(i), pattern_image(size, i));
  }
  [[nodiscard]] int files(const char* extension) const {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(folder_)) count += entry.path().extension() == extension ? 1 : 0;
    return count;
  }
  [[nodiscard]] fs::path only_segment() const {
    fs::path found;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      if (entry.path().extension() != ".crops") continue;
      if (!found.empty()) return {};
      found = entry.path();
    }
    return found;
  }

  std::unique_ptr<QTemporaryDir> temporary_;
  fs::path folder_;
};

QTEST_GUILESS_MAIN(TestCropCache)
#include "test_crop_cache.moc"
