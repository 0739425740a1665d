#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <filesystem>

#include "datasets/prepared_images.h"
#include "tests/support/shared_data.h"
#include "tests/support/test_files.h"

using namespace qs;

namespace {

namespace fs = std::filesystem;

/// As in the usual recipe: shorter side to 256, centre crop of 224.
FoundPreprocessing usual() {
  FoundPreprocessing found;
  found.preprocessing.geometry = {.resize = ShorterSide{.size = 256}, .crop = 224};
  found.source = "from a test";
  return found;
}

}  // namespace

class TestPreparedImages : public QObject {
  Q_OBJECT

 private slots:
  void resize_is_left_out_only_for_squares_between_crop_and_resize_data() {
    QTest::addColumn<std::vector<ImageSize>>("sizes");
    QTest::addColumn<bool>("resized");
    QTest::newRow("squares of 227, as some collections store ImageNet")
        << std::vector<ImageSize>{{227, 227}, {227, 227}} << false;
    QTest::newRow("squares of exactly the crop") << std::vector<ImageSize>{{224, 224}, {224, 224}} << false;
    QTest::newRow("one image has another size") << std::vector<ImageSize>{{227, 227}, {230, 230}} << true;
    QTest::newRow("photographs") << std::vector<ImageSize>{{500, 375}, {375, 500}} << true;
    QTest::newRow("no squares") << std::vector<ImageSize>{{240, 227}, {240, 227}} << true;
    QTest::newRow("smaller than the crop") << std::vector<ImageSize>{{64, 64}, {64, 64}} << true;
    QTest::newRow("just what the resize would make") << std::vector<ImageSize>{{256, 256}, {256, 256}} << true;
  }
  void resize_is_left_out_only_for_squares_between_crop_and_resize() {
    QFETCH(std::vector<ImageSize>, sizes);
    QFETCH(bool, resized);
    const QTemporaryDir folder;
    const fs::path root = folder.path().toStdString();
    std::vector<std::pair<std::string, FileBytes>> entries;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      entries.emplace_back("image" + std::to_string(i) + ".png", encode(pattern_image(sizes[i]), ".png"));
      write_file(root / "images" / entries.back().first, entries.back().second);
    }
    write_archive(root / "images.tar", entries);
    for (const char* name : {"images", "images.tar"}) {
      const FoundPreprocessing fitted = fitted_to_images(usual(), open_dataset(root / name));
      QCOMPARE(std::holds_alternative<ShorterSide>(fitted.preprocessing.geometry.resize), resized);
      QCOMPARE(fitted.preprocessing.geometry.crop, std::optional<int>(224));
      QCOMPARE(fitted.source == usual().source, resized);  // what was changed is said
    }
  }

  void a_recipe_without_resize_stays() {
    FoundPreprocessing found = usual();
    found.preprocessing.geometry.resize = NoResize{};
    QVERIFY(fitted_to_images(found, Dataset{}).source == found.source);
  }

  void real_collections() {
    QS_NEEDS_SHARED_DATA();
    QCOMPARE(common_size(open_dataset(shared_data() / "imagenet-val")), (std::optional<ImageSize>({227, 227})));
    QCOMPARE(common_size(open_dataset(shared_data() / "imagenet-samples")), std::nullopt);
  }
};

QTEST_GUILESS_MAIN(TestPreparedImages)
#include "test_prepared_images.moc"
