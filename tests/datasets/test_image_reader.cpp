#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <chrono>
#include <thread>

#include "core/base/error.h"
#include "datasets/reader.h"
#include "tests/support/shared_data.h"
#include "tests/support/test_files.h"

using namespace qs;

namespace {

namespace fs = std::filesystem;

struct Everything {
  std::vector<std::string> names;
  std::vector<std::size_t> batches;  ///< their sizes
  std::vector<float> values;
  ReadStatistics statistics;
};

Everything read_all(const Dataset& dataset, const ReaderOptions& options) {
  ImageReader reader(dataset, options);
  Everything result;
  while (const auto batch = reader.next()) {
    result.batches.push_back(batch->images.size());
    for (const ImageRecord& record : batch->images) result.names.push_back(record.name);
    const auto values = batch->tensor.values<float>();
    result.values.insert(result.values.end(), values.begin(), values.end());
  }
  result.statistics = reader.statistics();
  return result;
}

ReaderOptions options_for(const char* preprocessing, std::int64_t batch = 4, int threads = 2) {
  return {.preprocessing = parse_preprocessing(preprocessing), .batch = batch, .threads = threads};
}

}  // namespace

class TestImageReader : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    temporary_ = std::make_unique<QTemporaryDir>();
    QVERIFY(temporary_->isValid());
    root_ = fs::path(temporary_->path().toStdString()) / "set";
  }

  // Each image is flat, so that its pixels tell which one it is.
  void images_come_in_order_data() {
    QTest::addColumn<int>("threads");
    QTest::addColumn<int>("batch");
    for (int threads : {1, 2, 5})
      for (int batch : {1, 4, 13, 64}) QTest::addRow("%d threads, batches of %d", threads, batch) << threads << batch;
  }
  void images_come_in_order() {
    QFETCH(int, threads);
    QFETCH(int, batch);
    constexpr int kImages = 50;
    write_flat_images(kImages);
    for (const fs::path& path : {root_, root_archive()}) {
      const Everything all = read_all(open_dataset(path), options_for("none", batch, threads));
      QCOMPARE(all.statistics.decoded, std::int64_t{kImages});
      QVERIFY(all.statistics.skipped.empty());
      QCOMPARE(all.batches.size(), std::size_t((kImages + batch - 1) / batch));
      for (std::size_t i = 0; i + 1 < all.batches.size(); ++i) QCOMPARE(all.batches[i], std::size_t(batch));
      for (int i = 0; i < kImages; ++i) {
        QCOMPARE(all.names[static_cast<std::size_t>(i)], fmt::format("{}.png", i));
        QCOMPARE(all.values[static_cast<std::size_t>(i) * 3 * 4 * 5], static_cast<float>(i));
      }
    }
  }

  void bad_images_are_skipped_and_listed() {
    write_flat_images(5);
    write_text(root_ / "1.png", "");
    write_text(root_ / "2.png", "no image");
    write_file(root_ / "3.png", encode(pattern_image({9, 9}), ".png"));
    fs::permissions(root_ / "4.png", fs::perms::none);
    const Everything all = read_all(open_dataset(root_), options_for("none"));
    const bool is_root = ::geteuid() == 0;  // who may read anything
    QCOMPARE(all.names.front(), std::string("0.png"));
    QCOMPARE(all.names.size(), std::size_t{is_root ? 2U : 1U});
    QCOMPARE(all.statistics.skipped.size(), std::size_t{is_root ? 3U : 4U});
    QCOMPARE(all.statistics.skipped[0].name, std::string("1.png"));
    QCOMPARE(all.statistics.skipped[0].reason, std::string("empty file"));
    QVERIFY(all.statistics.skipped[1].reason.starts_with("not a JPEG"));
    QCOMPARE(all.statistics.skipped[2].reason, std::string("9 x 9 pixels, but the network takes 5 x 4"));
  }

  void when_no_image_is_good_there_is_no_batch() {
    for (int i = 0; i < 20; ++i) write_text(root_ / fmt::format("{}.png", i), "no image");
    const Everything all = read_all(open_dataset(root_), options_for("none"));
    QVERIFY(all.batches.empty());
    QCOMPARE(all.statistics.skipped.size(), std::size_t{20});
  }

  void the_networks_size_decides() {
    write_flat_images(3);
    ReaderOptions options = options_for("none");
    options.size = ImageSize{5, 5};
    QCOMPARE(read_all(open_dataset(root_), options).statistics.skipped.size(), std::size_t{3});
  }

  void files_that_vanish_are_skipped() {
    write_flat_images(3);
    const Dataset dataset = open_dataset(root_);
    fs::remove(root_ / "1.png");
    const Everything all = read_all(dataset, options_for("none"));
    QCOMPARE(all.names, (std::vector<std::string>{"0.png", "2.png"}));
    QCOMPARE(all.statistics.skipped.size(), std::size_t{1});
  }

  void an_archive_damaged_since_gives_what_comes_before() {
    write_flat_images(40);
    const Dataset dataset = open_dataset(root_archive());
    FileBytes bytes = read_file(root_archive());
    bytes.resize(bytes.size() / 2);
    write_file(root_archive(), bytes);
    const Everything all = read_all(dataset, options_for("none"));
    QVERIFY(all.names.size() > 10 && all.names.size() < 30);
    QCOMPARE(all.names.size() + all.statistics.skipped.size(), std::size_t{40});
    QVERIFY(!all.statistics.skipped.back().reason.empty());
  }

  void a_second_run_decodes_nothing_data() {
    QTest::addColumn<QString>("second");
    QTest::newRow("same") << "shorter side 20, pillow_bilinear, crop 16";
    QTest::newRow("other colours") << "shorter side 20, pillow_bilinear, crop 16, BGR, mean 3, std 7";
  }
  void a_second_run_decodes_nothing() {
    QFETCH(QString, second);
    for (int i = 0; i < 9; ++i)
      write_file(root_ / fmt::format("{}.jpg", i), encode(pattern_image({40 + i, 50}, i), ".jpg"));
    write_text(root_ / "bad.jpg", "");
    const Dataset dataset = open_dataset(root_);
    ReaderOptions options = options_for("shorter side 20, pillow_bilinear, crop 16");
    options.cache = CacheOptions{root_.parent_path() / "cache"};
    QCOMPARE(read_all(dataset, options).statistics.decoded, std::int64_t{9});

    options.preprocessing = parse_preprocessing(second.toStdString());
    const Everything cached = read_all(dataset, options);
    QCOMPARE(cached.statistics.decoded, std::int64_t{0});
    QCOMPARE(cached.statistics.from_cache, std::int64_t{9});
    QCOMPARE(cached.statistics.skipped.size(), std::size_t{1});
    options.cache.reset();
    const Everything fresh = read_all(dataset, options);
    QCOMPARE(fresh.statistics.decoded, std::int64_t{9});
    QCOMPARE(cached.values, fresh.values);
    QCOMPARE(cached.names, fresh.names);
  }

  void what_was_read_before_a_stop_is_cached() {
    write_flat_images(40);
    const Dataset dataset = open_dataset(root_);
    ReaderOptions options = options_for("none", 4, 1);
    options.cache = CacheOptions{root_.parent_path() / "cache"};
    {
      ImageReader reader(dataset, options);
      QVERIFY(reader.next().has_value());
    }
    QVERIFY(read_all(dataset, options).statistics.from_cache >= 4);
  }

  void an_unusable_cache_is_noted_and_nothing_else() {
    write_flat_images(5);
    ReaderOptions options = options_for("none");
    options.cache = CacheOptions{"/proc/nowhere"};
    const Everything all = read_all(open_dataset(root_), options);
    QCOMPARE(all.statistics.decoded, std::int64_t{5});
    QCOMPARE(all.statistics.notes.size(), std::size_t{1});
  }

  void a_reader_may_be_left_at_any_time() {
    write_flat_images(60);
    const Dataset dataset = open_dataset(root_);
    for (int taken : {0, 1, 3}) {
      for (int repeat = 0; repeat < 10; ++repeat) {
        ImageReader reader(dataset, options_for("none", 4, 3));
        for (int i = 0; i < taken; ++i) QVERIFY(reader.next().has_value());
      }
    }
  }

  void a_stop_ends_the_reading() {
    write_flat_images(60);
    std::stop_source stop;
    ImageReader reader(open_dataset(root_), options_for("none", 4, 2), Progress(stop.get_token(), {}));
    QVERIFY(reader.next().has_value());
    stop.request_stop();
    QVERIFY(!reader.next().has_value());
    QVERIFY(!reader.next().has_value());
  }

  void a_stop_wakes_a_waiting_consumer() {
    // A single image that takes long: the consumer waits for it when the stop comes.
    write_file(root_ / "0.jpg", encode(pattern_image({4000, 4000}), ".jpg"));
    std::stop_source stop;
    ImageReader reader(open_dataset(root_), options_for("shorter side 8", 1, 1), Progress(stop.get_token(), {}));
    std::jthread stopper([&] { stop.request_stop(); });
    static_cast<void>(reader.next());  // ends: with the image when that was quicker
  }

  // The window is a batch and two images a thread, so that a reader nobody asks stays small.
  void a_reader_nobody_asks_reads_no_further() {
    write_flat_images(60);
    const Dataset dataset = open_dataset(root_);
    ImageReader reader(dataset, options_for("none", 4, 2));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    QVERIFY(reader.statistics().decoded <= 4 + 2 * 2);
  }

  void an_empty_selection_ends_at_once() {
    write_flat_images(3);
    QVERIFY(read_all(select(open_dataset(root_), 0), options_for("none")).batches.empty());
  }

  void real_images_and_archives() {
    QS_NEEDS_SHARED_DATA();
    const Dataset samples = select(open_dataset(shared_data() / "imagenet-samples"), 20);
    const Everything read = read_all(samples, options_for("torchvision", 8));
    QCOMPARE(read.statistics.decoded, std::int64_t{20});
    QCOMPARE(read.batches, (std::vector<std::size_t>{8, 8, 4}));
    QCOMPARE(read.values.size(), std::size_t{20} * 3 * 224 * 224);

    const Dataset cifar = select(open_dataset(shared_data() / "cifar10" / "test1000-lossless.tar.xz"), 100);
    QCOMPARE(read_all(cifar, options_for("none", 16)).statistics.decoded, std::int64_t{100});
  }

 private:
  [[nodiscard]] fs::path root_archive() const { return root_.string() + ".tar"; }

  /// Images i.png of 5 x 4 pixels of value i, in a folder and in an archive.
  void write_flat_images(int count) const {
    std::vector<std::pair<std::string, FileBytes>> files;
    for (int i = 0; i < count; ++i) {
      Image image({5, 4});
      std::ranges::fill(image.pixels, static_cast<std::uint8_t>(i));
      files.emplace_back(fmt::format("{}.png", i), encode(image, ".png"));
      write_file(root_ / files.back().first, files.back().second);
    }
    write_archive(root_archive(), files);
  }

  std::unique_ptr<QTemporaryDir> temporary_;
  fs::path root_;
};

QTEST_GUILESS_MAIN(TestImageReader)
#include "test_image_reader.moc"
