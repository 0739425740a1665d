// Pictures the program draws itself: the same everywhere, balanced, and a data set like any other.
#include <QtTest/QtTest>
#include <algorithm>
#include <set>

#include "datasets/builtin_datasets.h"
#include "datasets/builtin_shapes.h"
#include "datasets/calibration_images.h"
#include "datasets/content_hash.h"
#include "datasets/prepared_images.h"
#include "datasets/reader.h"
#include "datasets/shapes/outlines.h"
#include "datasets/shapes/painting.h"
#include "tests/support/table.h"

namespace qs {

namespace {

ContentHash hash_of(const Image& image) {
  return content_hash(std::as_bytes(std::span(image.pixels).first(image.bytes())));
}

/// The red channel.
std::vector<int> reds(const Image& image) {
  std::vector<int> found;
  for (std::size_t i = 0; i < image.bytes(); i += 3) found.push_back(image.pixels[i]);
  return found;
}

/// Number of samples of a 64 x 64 grid inside the outline at full size.
int area_of(const shapes::Outline& outline) {
  int samples = 0;
  const shapes::Polygon polygon = shapes::placed(outline.make(), {.centre = {2048, 2048}, .radius = 1600});
  shapes::fill(polygon, shapes::kUnit, 64, [&](int, int first, int last) { samples += last - first; });
  return samples;
}

}  // namespace

class TestBuiltinShapes : public QObject {
  Q_OBJECT

 private slots:
  void every_machine_draws_the_same() {
    std::vector<std::byte> all;
    for (int i = 0; i < 64; ++i) {
      const std::vector<std::byte> file = builtin_file(builtin_dataset("builtin:shapes"), i);
      all.insert(all.end(), file.begin(), file.end());
    }
    const ContentHash hash = content_hash(all);
    // As first drawn. Another value is another data set: accuracies would not compare.
    QCOMPARE(fmt::format("{:016x}{:016x}", hash.high, hash.low), std::string("b5779dbf138667514285123caacb2831"));
  }

  void classes_are_balanced_and_named_in_alphabetical_order() {
    const std::vector<std::string>& names = shape_classes();
    QCOMPARE(names.size(), std::size_t{20});
    QVERIFY(std::ranges::is_sorted(names));
    QCOMPARE(names.front(), std::string("checked disc"));
    QCOMPARE(names.back(), std::string("striped triangle"));
    std::vector<int> counts(20);
    for (std::uint64_t i = 0; i < 20000; ++i) ++counts[static_cast<std::size_t>(shape_class(3, i))];
    for (const int count : counts) QVERIFY(std::abs(count - 1000) < 155);  // five standard deviations
  }

  void training_and_test_share_no_image() {
    std::set<ContentHash> seen;
    for (const BuiltinDataset& part : builtin_datasets())
      for (int i = 0; i < 2000; ++i) QVERIFY(seen.insert(hash_of(part.draw(i))).second);
  }

  void any_size_can_be_drawn() {
    for (const int side : {16, 33, 64, 224}) {
      const Image image = draw_shape(5, 6, side);
      QVERIFY((image.size == ImageSize{side, side}));
      const auto [least, most] = std::ranges::minmax(std::span(image.pixels).first(image.bytes()));
      QVERIFY(most - least > 30);
    }
  }

  void borders_are_averaged_over_samples() {
    Image image({4, 4});
    const shapes::Polygon rectangle = {{64, 64}, {192, 64}, {192, 160}, {64, 160}};  // 1..3 across, 1..2.5 down
    shapes::paint(image, rectangle, {.base = {200, 0, 0}});
    QCOMPARE(reds(image), (std::vector<int>{0, 0, 0, 0, 0, 200, 200, 0, 0, 100, 100, 0, 0, 0, 0, 0}));
    shapes::paint(image, rectangle, {.base = {0, 0, 0}, .opacity = 128});
    QCOMPARE(reds(image)[5], 100);
  }

  void half_of_a_striped_square_is_marked() {
    Image image({4, 4});
    const shapes::Polygon everything = {{0, 0}, {256, 0}, {256, 256}, {0, 256}};
    const auto striped = std::ranges::find(shapes::textures(), "striped", &shapes::Texture::name);
    shapes::paint(image, everything,
                  {.base = {10, 0, 0}, .mark = {200, 0, 0}, .texture = shapes::laid(*striped, {0, 0}, 0, 128)});
    for (int i = 0; i < 16; ++i) QCOMPARE(reds(image)[static_cast<std::size_t>(i)], i % 2 == 0 ? 200 : 10);
  }

  void shapes_are_of_similar_size() {
    // So that how much is covered does not tell the shape.
    for (const shapes::Outline& outline : shapes::outlines()) {
      const int area = area_of(outline);
      QVERIFY2(area > 750 && area < 1850, qPrintable(QString("%1 samples").arg(area)));
    }
  }

  void they_open_like_any_data_set() {
    const Dataset test = open_dataset("builtin:shapes");
    QCOMPARE(test.entries.size(), std::size_t{2000});
    QCOMPARE(open_dataset("builtin:shapes/train").entries.size(), std::size_t{20000});
    QCOMPARE(test.kind, std::string("builtin"));
    QCOMPARE(test.summary, std::string("Built-in images: 2000 images, 20 classes, labels known from drawing them"));
    QVERIFY(test.class_names == shape_classes());
    for (const DatasetEntry& entry : test.entries)
      QVERIFY(entry.record.name.starts_with(shape_classes()[static_cast<std::size_t>(*entry.record.label)] + "/"));
    QVERIFY((common_size(test) == ImageSize{64, 64}));

    const Dataset few = select(test, 40);
    std::set<int> classes;
    for (const DatasetEntry& entry : few.entries) classes.insert(*entry.record.label);
    QVERIFY(classes.size() >= 18);
  }

  void they_are_read_in_any_selection() {
    const Dataset chosen = choose(open_dataset("builtin:shapes"), {.count = 20});
    ImageReader reader(chosen, {.batch = 20});
    const std::optional<Batch> batch = reader.next();
    QVERIFY(batch && batch->images.size() == 20);
    const std::span<const float> values = batch->tensor.values<float>();
    for (std::size_t i = 0; i < 20; ++i) {
      const std::vector<int> red = reds(builtin_dataset("builtin:shapes").draw(chosen.entries[i].position));
      const auto plane = values.subspan(i * 3 * 64 * 64, 64 * 64);
      QVERIFY(
          std::ranges::equal(plane, red, [](float value, int pixel) { return value == static_cast<float>(pixel); }));
    }
  }

  void labels_follow_the_networks_class_names() {
    std::vector<std::string> names = shape_classes();
    std::ranges::reverse(names);
    const Dataset dataset = open_dataset("builtin:shapes", {.classes = {.count = 20, .names = names}});
    const DatasetEntry& first = dataset.entries.front();
    QVERIFY(first.record.name.starts_with(names[static_cast<std::size_t>(*first.record.label)] + "/"));
    QCOMPARE(*first.record.label, 19);
    QS_CONTAINS(refusal_of([] { static_cast<void>(open_dataset("builtin:shapes", {.classes = {.count = 10}})); }),
                "the network has 10 classes");
  }

  void unknown_names_are_told_what_there_is() {
    for (const char* name : {"builtin:", "builtin:shape", "builtin:shapes/"}) {
      const std::string refusal = refusal_of([&] { static_cast<void>(open_dataset(name)); });
      QS_CONTAINS(refusal, fmt::format("there is no built-in data set \"{}\"", name));
      QS_CONTAINS(refusal, "builtin:shapes/train");
    }
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestBuiltinShapes)
#include "test_builtin_shapes.moc"
