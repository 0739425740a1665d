// Training images in memory, in random order, augmented ahead of the training.
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <numeric>
#include <set>
#include <thread>

#include "datasets/training_source.h"
#include "tests/support/shared_data.h"
#include "tests/support/table.h"
#include "tests/support/test_files.h"

namespace qs {

namespace {

namespace fs = std::filesystem;

/// Ten images of 2 x 2, each flat: its number tells which one it is; classes 0, 1, 2 by turns.
std::shared_ptr<TrainingImages> flat_images(int count) {
  auto images = std::make_shared<TrainingImages>();
  images->size = {2, 2};
  images->classes = 3;
  auto pixels = std::make_shared<std::vector<std::uint8_t>>();
  for (int i = 0; i < count; ++i) {
    images->records.push_back({std::to_string(i), i % 3});
    images->places.push_back(static_cast<std::uint32_t>(i));
    pixels->insert(pixels->end(), 12, static_cast<std::uint8_t>(i));
  }
  images->pixels = pixels;
  return images;
}

std::vector<int> numbers(const TrainingBatch& batch) {
  std::vector<int> found;
  for (std::size_t i = 0; i < batch.labels.size(); ++i)
    found.push_back(static_cast<int>(batch.images.values<float>()[12 * i]));
  return found;
}

std::vector<float> values_of(const TrainingBatch& batch) {
  const auto values = batch.images.values<float>();
  return {values.begin(), values.end()};
}

}  // namespace

class TestTrainingImages : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    temporary_ = std::make_unique<QTemporaryDir>();
    QVERIFY(temporary_->isValid());
    root_ = fs::path(temporary_->path().toStdString()) / "set";
  }

  void pixels_and_labels_are_those_of_the_files() {
    const Image first = pattern_image({6, 5}, 1), second = pattern_image({6, 5}, 2);
    write_file(root_ / "cat" / "a.png", encode(first, ".png"));
    write_file(root_ / "dog" / "b.png", encode(second, ".png"));
    write_file(root_ / "dog" / "c.png", bytes_of("no image"));
    write_file(root_ / "dog" / "d.png", encode(pattern_image({7, 5}), ".png"));
    const TrainingImages images = load_training_images(open_dataset(root_), {});
    QCOMPARE(images.count(), 2);
    QCOMPARE(images.classes, 2);
    QCOMPARE(images.class_names, (std::vector<std::string>{"cat", "dog"}));
    QCOMPARE(images.label(0), 0);
    QCOMPARE(images.label(1), 1);
    QCOMPARE(images.skipped.size(), std::size_t{2});
    QCOMPARE(images.skipped[1].name, std::string("dog/d.png"));
    for (std::size_t c = 0; c < 3; ++c)
      for (std::size_t i = 0; i < 30; ++i) {
        QCOMPARE(images.image(0)[30 * c + i], first.pixels[3 * i + c]);
        QCOMPARE(images.image(1)[30 * c + i], second.pixels[3 * i + c]);
      }
  }

  void batches_in_order_are_those_of_the_reader() {
    for (int i = 0; i < 7; ++i)
      write_file(root_ / std::to_string(i % 2) / fmt::format("{}.png", i), encode(pattern_image({9, 8}, i), ".png"));
    const Preprocessing preprocessing = parse_preprocessing("caffe, no resize, crop 6");
    const Dataset dataset = open_dataset(root_);
    ImageReader reader(dataset, {.preprocessing = preprocessing, .batch = 3});
    const BatchSource source =
        in_order(std::make_shared<TrainingImages>(load_training_images(dataset, preprocessing)), 3);
    for (const std::int64_t size : {3, 3, 1}) {
      const std::optional<Batch> expected = reader.next(), found = source();
      QVERIFY(expected && found);
      QCOMPARE(found->tensor.shape(), (Shape{size, 3, 6, 6}));
      QVERIFY(std::ranges::equal(found->tensor.values<float>(), expected->tensor.values<float>()));
      for (std::size_t i = 0; i < found->images.size(); ++i) QCOMPARE(found->images[i].name, expected->images[i].name);
    }
    QVERIFY(!source());
  }

  void what_cannot_be_trained_on_is_refused() {
    const auto refusal = [&](const Preprocessing& preprocessing = {}) {
      return refusal_of([&] { static_cast<void>(load_training_images(open_dataset(root_), preprocessing)); });
    };
    write_file(root_ / "x" / "a.png", encode(pattern_image({4, 4}), ".png"));
    QS_CONTAINS(refusal(), "needs one for each image");  // a single folder is no class
    Dataset one = open_dataset(root_);
    one.entries[0].record.label = 0;
    QS_CONTAINS(refusal_of([&] { static_cast<void>(load_training_images(one, {})); }), "at least two classes");
    write_file(root_ / "y" / "a.png", bytes_of("no image"));
    QS_CONTAINS(refusal({.layout = TensorLayout::nhwc}), "NHWC");
    QCOMPARE(load_training_images(open_dataset(root_), {}).skipped.size(), std::size_t{1});
    write_file(root_ / "x" / "a.png", bytes_of("no image either"));
    QS_CONTAINS(refusal(), "none of the 2 images");
  }

  void more_than_memory_holds_is_refused_at_once() {
    Dataset dataset;
    write_file(root_ / "a.png", encode(pattern_image({8, 8}), ".png"));
    for (int i = 0; i < 90'000; ++i) dataset.entries.push_back({{"a.png", i % 2}, root_ / "a.png", 0});
    const std::string refusal =
        refusal_of([&] { static_cast<void>(load_training_images(dataset, parse_preprocessing("squash 128"))); });
    QS_CONTAINS(refusal, "90000 images of 128 x 128 pixels take 4.1 GiB");
    QS_CONTAINS(refusal, "fewer pixels");
  }

  void a_split_takes_its_share_of_each_class() {
    const auto images = flat_images(30);
    const TrainingSplit parts = split(*images, 0.2, 5);
    QCOMPARE(parts.training.count(), 24);
    QCOMPARE(parts.validation.count(), 6);
    std::set<int> seen;
    std::map<int, int> classes;
    for (const TrainingImages* part : {&parts.training, &parts.validation})
      for (std::int64_t i = 0; i < part->count(); ++i) {
        const int number = part->image(i)[0];
        QCOMPARE(part->label(i), number % 3);
        QVERIFY(seen.insert(number).second);
        if (part == &parts.validation) ++classes[number % 3];
      }
    QCOMPARE(seen.size(), std::size_t{30});
    QVERIFY((classes == std::map<int, int>{{0, 2}, {1, 2}, {2, 2}}));
    QVERIFY(split(*images, 0.2, 5).validation.places == parts.validation.places);
    QVERIFY(split(*images, 0.2, 6).validation.places != parts.validation.places);
    for (const double share : {0.0, 1.0, -0.5, std::numeric_limits<double>::quiet_NaN()})
      QS_CONTAINS(refusal_of([&] { static_cast<void>(split(*images, share, 1)); }), "more than 0 and less than 1");
    QS_CONTAINS(refusal_of([&] { static_cast<void>(split(*images, 0.001, 1)); }), "30 images for training and 0");
  }

  void each_epoch_is_another_order_of_the_same_images() {
    const TrainingSource source = training_source(flat_images(100), {.batch = 10, .seed = 3});
    QCOMPARE(source.batches(), 10);
    QCOMPARE(source.image, (Shape{3, 2, 2}));
    std::set<std::vector<int>> orders;
    for (int epoch = 0; epoch < 4; ++epoch) {
      std::vector<int> order;
      for (int i = 0; i < 10; ++i) {
        const TrainingBatch batch = source.at(epoch, i);
        const std::vector<int> found = numbers(batch);
        for (std::size_t k = 0; k < found.size(); ++k) QCOMPARE(batch.labels[k], found[k] % 3);
        order.insert(order.end(), found.begin(), found.end());
      }
      orders.insert(order);
      std::ranges::sort(order);
      for (int i = 0; i < 100; ++i) QCOMPARE(order[static_cast<std::size_t>(i)], i);
    }
    QCOMPARE(orders.size(), std::size_t{4});
  }

  void what_is_left_over_waits_for_another_epoch() {
    const TrainingSource source = training_source(flat_images(10), {.batch = 4});
    QCOMPARE(source.batches(), 2);
    std::set<int> seen;
    for (int epoch = 0; epoch < 20; ++epoch)
      for (int i = 0; i < 2; ++i)
        for (const int number : numbers(source.at(epoch, i))) seen.insert(number);
    QCOMPARE(seen.size(), std::size_t{10});
    QS_CONTAINS(refusal_of([&] { static_cast<void>(training_source(flat_images(3), {.batch = 4})); }),
                "3 training images are less than one batch of 4");
    QS_CONTAINS(refusal_of([&] {
                  static_cast<void>(training_source(flat_images(9), {.augment = {.pad_crop = 2}, .batch = 4}));
                }),
                "pad_crop");
  }

  void batches_do_not_depend_on_threads_nor_on_the_order_of_asking() {
    const AugmentOptions augment{.flip = true, .pad_crop = 1, .colour = 0.5F, .cutout = 1};
    const auto images = flat_images(60);
    const auto source_with = [&](int threads) {
      return training_source(images, {.augment = augment, .batch = 6, .seed = 9, .threads = threads});
    };
    const TrainingSource plain = source_with(0);
    for (const int threads : {1, 2, 5}) {
      const TrainingSource forwards = source_with(threads), jumping = source_with(threads);
      for (int step = 0; step < 60; ++step) {
        const int there = step * 7 % 60;  // each once
        QCOMPARE(values_of(forwards.at(step / 10, step % 10)), values_of(plain.at(step / 10, step % 10)));
        QCOMPARE(values_of(jumping.at(there / 10, there % 10)), values_of(plain.at(there / 10, there % 10)));
      }
      QCOMPARE(values_of(forwards.at(5, 9)), values_of(plain.at(5, 9)));  // again
    }
  }

  void cifar_loads_from_its_archive() {
    QS_NEEDS_SHARED_DATA();
    const Dataset dataset = select(open_dataset(shared_data() / "cifar10" / "test.tar.xz"), 1000);
    const TrainingImages images = load_training_images(dataset, {});
    QCOMPARE(images.count(), 1000);
    QCOMPARE(images.classes, 10);
    QCOMPARE(images.class_names.front(), std::string("airplane"));
    QVERIFY((images.size == ImageSize{32, 32}));
  }

 private:
  std::unique_ptr<QTemporaryDir> temporary_;
  fs::path root_;
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestTrainingImages)
#include "test_training_images.moc"
