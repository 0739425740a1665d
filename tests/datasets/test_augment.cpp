// What happens to training images, checked where it can be seen by eye.
#include <QtTest/QtTest>
#include <algorithm>
#include <map>
#include <set>

#include "datasets/augment.h"
#include "tests/support/table.h"

namespace qs {

namespace {

using Pixels = std::vector<std::uint8_t>;

Pixels augmented(const Pixels& source, ImageSize size, const AugmentOptions& options, std::int64_t image,
                 std::int64_t epoch = 0) {
  Pixels target(source.size());
  augment(source, size, options, {.seed = 1, .epoch = epoch, .image = image}, target);
  return target;
}

/// Three equal planes.
Pixels planes(const Pixels& plane) {
  Pixels all;
  for (int c = 0; c < 3; ++c) all.insert(all.end(), plane.begin(), plane.end());
  return all;
}

/// Every outcome of `keys` different images, with how often it came.
std::map<Pixels, int> outcomes(const Pixels& source, ImageSize size, const AugmentOptions& options, int keys = 2000) {
  std::map<Pixels, int> seen;
  for (int i = 0; i < keys; ++i) ++seen[augmented(source, size, options, i)];
  return seen;
}

}  // namespace

class TestAugment : public QObject {
  Q_OBJECT

 private slots:
  void without_options_nothing_changes() {
    Pixels source(3 * 5 * 4);
    for (std::size_t i = 0; i < source.size(); ++i) source[i] = static_cast<std::uint8_t>(i * 4);
    for (int i = 0; i < 50; ++i) QCOMPARE(augmented(source, {5, 4}, {}, i), source);
  }

  void half_of_the_images_are_mirrored() {
    const Pixels source = {1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16, 21, 22, 23, 24, 25, 26};
    const Pixels mirrored = {3, 2, 1, 6, 5, 4, 13, 12, 11, 16, 15, 14, 23, 22, 21, 26, 25, 24};
    const std::map<Pixels, int> seen = outcomes(source, {3, 2}, {.flip = true});
    QCOMPARE(seen.size(), std::size_t{2});
    QVERIFY(seen.contains(source) && seen.contains(mirrored));
    QVERIFY(std::abs(seen.at(mirrored) - 1000) < 120);  // five standard deviations
  }

  void pad_crop_shifts_and_reflects_sideways() {
    // All rows are alike, so that shifts up and down do not show.
    const Pixels plane = {10, 20, 30, 40, 10, 20, 30, 40, 10, 20, 30, 40};
    std::set<Pixels> rows;
    for (const auto& [pixels, count] : outcomes(planes(plane), {4, 3}, {.pad_crop = 2})) {
      const Pixels first(pixels.begin(), pixels.begin() + 4);
      for (auto row = pixels.begin(); row != pixels.end(); row += 4) QVERIFY(std::equal(row, row + 4, first.begin()));
      rows.insert(first);
      QVERIFY(count > 200);  // about 400 of each
    }
    const std::set<Pixels> expected = {
        {30, 20, 10, 20}, {20, 10, 20, 30}, {10, 20, 30, 40}, {20, 30, 40, 30}, {30, 40, 30, 20}};
    QVERIFY(rows == expected);
  }

  void pad_crop_shifts_and_reflects_up_and_down() {
    const Pixels plane = {10, 10, 20, 20, 30, 30};
    std::set<Pixels> seen;
    for (const auto& [pixels, count] : outcomes(planes(plane), {2, 3}, {.pad_crop = 1})) {
      QVERIFY(std::equal(pixels.begin(), pixels.begin() + 6, pixels.begin() + 12));
      seen.insert({pixels[0], pixels[2], pixels[4]});
    }
    QVERIFY((seen == std::set<Pixels>{{20, 10, 20}, {10, 20, 30}, {20, 30, 20}}));
  }

  void a_flat_grey_image_only_changes_its_brightness() {
    int least = 255, most = 0;
    for (const auto& [pixels, count] : outcomes(Pixels(3 * 2 * 2, 100), {2, 2}, {.colour = 0.2F})) {
      QVERIFY(std::ranges::all_of(pixels, [&](int value) { return value == pixels[0]; }));
      least = std::min<int>(least, pixels[0]);
      most = std::max<int>(most, pixels[0]);
    }
    QCOMPARE(least, 80);
    QCOMPARE(most, 120);
  }

  void colours_are_clamped_and_keep_their_order() {
    const Pixels source = {250, 0, 100, 20, 0, 0, 50, 20, 3, 0, 60, 20};  // planes of a 2 x 2 image
    const std::map<Pixels, int> seen = outcomes(source, {2, 2}, {.colour = 0.5F});
    QVERIFY(seen.size() > 1000);
    int white = 0;
    for (const auto& [pixels, count] : seen) {
      QVERIFY(pixels[0] >= pixels[4] && pixels[4] <= pixels[8]);
      white += pixels[0] == 255 ? 1 : 0;
    }
    QVERIFY(white > 100);
  }

  void cutout_greys_one_square_that_may_stick_out() {
    std::map<std::size_t, int> sizes;
    std::set<std::pair<int, int>> corners;
    for (int i = 0; i < 2000; ++i) {
      const Pixels pixels = augmented(Pixels(3 * 8 * 6, 200), {8, 6}, {.cutout = 3}, i);
      int left = 8, top = 6, right = -1, bottom = -1;
      for (int at = 0; at < 48; ++at) {
        if (pixels[static_cast<std::size_t>(at)] == 200) continue;
        QCOMPARE(int{pixels[static_cast<std::size_t>(at)]}, 128);
        left = std::min(left, at % 8), right = std::max(right, at % 8);
        top = std::min(top, at / 8), bottom = std::max(bottom, at / 8);
      }
      // A whole square but for what lies beyond the border.
      const auto area = static_cast<std::size_t>((right - left + 1) * (bottom - top + 1));
      QCOMPARE(static_cast<std::size_t>(std::ranges::count(pixels, 128)), 3 * area);
      QVERIFY(right - left == 2 || left == 0 || right == 7);
      QVERIFY(bottom - top == 2 || top == 0 || bottom == 5);
      ++sizes[area];
      corners.emplace(left, top);
    }
    QVERIFY((sizes.size() == 3 && sizes.contains(9) && sizes.contains(6) && sizes.contains(4)));
    QCOMPARE(corners.size(), std::size_t{7 * 5});  // left 0..6 and top 0..4
  }

  void each_epoch_and_image_has_its_own() {
    Pixels source(3 * 8 * 8);
    for (std::size_t i = 0; i < source.size(); ++i) source[i] = static_cast<std::uint8_t>(i);
    const AugmentOptions all{.flip = true, .pad_crop = 3, .colour = 0.3F, .cutout = 2};
    QCOMPARE(augmented(source, {8, 8}, all, 7, 3), augmented(source, {8, 8}, all, 7, 3));
    std::set<Pixels> seen;
    for (int epoch = 0; epoch < 10; ++epoch)
      for (int image = 0; image < 10; ++image) seen.insert(augmented(source, {8, 8}, all, image, epoch));
    QVERIFY(seen.size() > 95);
  }

  void wrong_options_are_named() {
    const auto refusal = [](const AugmentOptions& options) { return refusal_of([&] { check(options, {32, 24}); }); };
    QS_CONTAINS(refusal({.pad_crop = 24}), "pad_crop is 24, but must be 0 (off) to 23");
    QS_CONTAINS(refusal({.pad_crop = -1}), "pad_crop is -1");
    QS_CONTAINS(refusal({.colour = 1.5F}), "colour is 1.5");
    QS_CONTAINS(refusal({.colour = std::numeric_limits<float>::quiet_NaN()}), "colour is nan");
    QS_CONTAINS(refusal({.cutout = 33}), "cutout is 33");
    check({.flip = true, .pad_crop = 23, .colour = 1, .cutout = 32}, {32, 24});
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestAugment)
#include "test_augment.moc"
