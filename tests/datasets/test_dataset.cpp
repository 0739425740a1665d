#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <random>
#include <set>

#include "core/base/error.h"
#include "datasets/archive.h"
#include "datasets/dataset.h"
#include "datasets/natural_order.h"
#include "tests/support/shared_data.h"
#include "tests/support/test_files.h"

using namespace qs;

namespace {

namespace fs = std::filesystem;

using Texts = std::vector<std::pair<std::string, std::string>>;  // name and contents

/// "name=label name=label ...", in the data set's order; "-" for no label.
std::string listed(const Dataset& dataset) {
  std::string text;
  for (const auto& [record, path, position] : dataset.entries)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", record.name,
                        record.label ? std::to_string(*record.label) : "-");
  return text;
}

std::string error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

ClassContext classes(int count, std::vector<std::string> names = {}) {
  return {count, std::move(names)};
}

}  // namespace

class TestDataset : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    QVERIFY(folder_->isValid());
    root_ = fs::path(folder_->path().toStdString()) / "set";
    fs::create_directories(root_);
  }

  // Not by Qt, which cannot delete names that are not UTF-8.
  void cleanup() { fs::remove_all(root_.parent_path()); }

  // Listing and labelling look at names only, so the images of these tables are empty files.
  void layouts_are_recognised_data() {
    QTest::addColumn<Texts>("files");
    QTest::addColumn<ClassContext>("network");
    QTest::addColumn<QString>("summary");
    QTest::addColumn<QString>("entries");
    const auto row = [](const char* name, const Texts& files, const ClassContext& network, const char* summary,
                        const char* entries) {
      QTest::newRow(name) << files << network << QString(summary) << QString(entries);
    };
    row("val.txt", {{"b.JPEG", ""}, {"a.JPEG", ""}, {"val.txt", "a.JPEG 7\nb.JPEG 3\n"}}, classes(1000),
        "ILSVRC validation layout: 2 images, 2 classes, labels from val.txt", "a.JPEG=7 b.JPEG=3");
    row("val.txt with folders and Windows line ends",
        {{"x/a 1.png", ""}, {"val.txt", "\xEF\xBB\xBFx/a 1.png 7\r\n\r\nother.png 8\r\n"}}, classes(0),
        "ILSVRC validation layout: 1 image, 1 class, labels from val.txt", "x/a 1.png=7");
    row("labels.csv", {{"a.jpg", ""}, {"b.jpg", ""}, {"labels.csv", "image,label\na.jpg,0\n\"b.jpg\",\"2\"\n"}},
        classes(3), "Images with a label table: 2 images, 2 classes, labels from labels.csv", "a.jpg=0 b.jpg=2");
    row("labels.csv with other columns", {{"a.jpg", ""}, {"labels.csv", "id,class,file\n9,1,a.jpg\n"}}, classes(3),
        "Images with a label table: 1 image, 1 class, labels from labels.csv", "a.jpg=1");
    row("labels.csv by WordNet id, without a header", {{"a.jpg", ""}, {"labels.csv", "a.jpg,n01443537\n"}},
        classes(1000), "Images with a label table: 1 image, 1 class, labels from labels.csv", "a.jpg=1");
    row("ground truth",
        {{"ILSVRC2012_val_00000002.JPEG", ""},
         {"ILSVRC2012_val_00000001.JPEG", ""},
         {"ILSVRC2012_validation_ground_truth.txt", "2\n1\n"},
         {"synsets.txt", "n01484850 great white shark\nn01440764 tench\n"}},
        classes(1000),
        "ILSVRC validation layout: 2 images, 2 classes, labels from ILSVRC2012_validation_ground_truth.txt",
        "ILSVRC2012_val_00000001.JPEG=0 ILSVRC2012_val_00000002.JPEG=2");
    row("class folders, WordNet ids", {{"n01443537/x.JPEG", ""}, {"n01440764/y.JPEG", ""}}, classes(1000),
        "Class folders: 2 images, 2 classes, labels from folder names by WordNet id",
        "n01440764/y.JPEG=0 n01443537/x.JPEG=1");
    row("class folders, class names", {{"Cat/1.png", ""}, {"polar_bear/1.png", ""}},
        classes(3, {"polar bear", "dog", "cat"}),
        "Class folders: 2 images, 2 classes, labels from folder names by the model's class names",
        "Cat/1.png=2 polar_bear/1.png=0");
    row("class folders, numbers", {{"10/1.png", ""}, {"9/1.png", ""}}, classes(11),
        "Class folders: 2 images, 2 classes, labels are the folders' numbers", "9/1.png=9 10/1.png=10");
    row("class folders, alphabetical", {{"dog/1.png", ""}, {"cat/1.png", ""}, {"Zebra/1.png", ""}}, classes(3),
        "Class folders: 3 images, 3 classes, labels from the alphabetical order of the folders",
        "Zebra/1.png=0 cat/1.png=1 dog/1.png=2");
    row("class folders, a guess", {{"dog/1.png", ""}, {"cat/1.png", ""}}, classes(3),
        "Class folders: 2 images, 2 classes, labels from the alphabetical order of the folders (a guess: 2 folders, 3 "
        "classes)",
        "cat/1.png=0 dog/1.png=1");
    row("class folders below others", {{"a/b/dog/1.png", ""}, {"a/b/cat/deep/1.png", ""}}, classes(2),
        "Class folders: 2 images, 2 classes, labels from the alphabetical order of the folders",
        "a/b/cat/deep/1.png=0 a/b/dog/1.png=1");
    row("one class folder", {{"n01443537/x.JPEG", ""}}, classes(1000),
        "Class folders: 1 image, 1 class, labels from folder names by WordNet id", "n01443537/x.JPEG=1");
    row("WordNet names", {{"n01443537_goldfish.JPEG", ""}, {"n01440764_10026.JPEG", ""}}, classes(1000),
        "Images named by WordNet id: 2 images, 2 classes, labels from WordNet ids in file names",
        "n01440764_10026.JPEG=0 n01443537_goldfish.JPEG=1");
    row("nothing known, natural order", {{"i10.png", ""}, {"i9.png", ""}, {"i010.png", ""}}, classes(10),
        "Images without labels: 3 images", "i9.png=- i010.png=- i10.png=-");
    row("hidden and other files", {{".a.png", ""}, {".git/b.png", ""}, {"c.PNG", ""}, {"notes.md", ""}, {"d.tiff", ""}},
        classes(10), "Images without labels: 1 image", "c.PNG=-");
  }
  void layouts_are_recognised() {
    QFETCH(Texts, files);
    QFETCH(ClassContext, network);
    QFETCH(QString, summary);
    QFETCH(QString, entries);
    std::vector<std::pair<std::string, FileBytes>> archived;
    for (const auto& [name, text] : files) {
      write_text(root_ / name, text);
      archived.emplace_back(name, bytes_of(text));
    }
    const Dataset dataset = open_dataset(root_, {.classes = network});
    QCOMPARE(QString::fromStdString(dataset.summary), summary);
    QCOMPARE(QString::fromStdString(listed(dataset)), entries);

    for (const char* extension : {".tar", ".tar.gz", ".tar.xz", ".zip"}) {
      const fs::path archive = root_.string() + extension;
      write_archive(archive, archived);
      Dataset inside = open_dataset(archive, {.classes = network});
      QCOMPARE(QString::fromStdString(inside.summary), summary);
      std::ranges::sort(inside.entries, natural_less,
                        [](const auto& entry) { return std::string_view(entry.record.name); });
      QCOMPARE(QString::fromStdString(listed(inside)), entries);
    }
  }

  void what_cannot_be_labelled_is_an_error_data() {
    QTest::addColumn<Texts>("files");
    QTest::addColumn<ClassContext>("network");
    QTest::addColumn<QStringList>("named");
    const auto row = [](const char* name, const Texts& files, const ClassContext& network, const QStringList& named) {
      QTest::newRow(name) << files << network << named;
    };
    row("empty folder", {}, classes(0), {"holds no"});
    row("no images", {{"a.txt", ""}}, classes(0), {"holds no"});
    row("some without label", {{"a.png", ""}, {"b.png", ""}, {"c.png", ""}, {"val.txt", "a.png 1\n"}}, classes(9),
        {"2 of 3", "b.png, c.png", "val.txt", "--labels"});
    row("a stray image beside class folders", {{"cat/1.png", ""}, {"dog/1.png", ""}, {"stray.png", ""}}, classes(2),
        {"1 of 3", "stray.png"});
    row("no row fits", {{"a.png", ""}, {"val.txt", "z.png 1\n"}}, classes(9), {"val.txt", "none of its 1 rows"});
    row("empty labels file", {{"a.png", ""}, {"val.txt", ""}}, classes(9), {"val.txt", "none of its 0 rows"});
    row("label too large", {{"a.png", ""}, {"val.txt", "b.png 0\na.png 9\n"}}, classes(9), {"line 2", "9", "0..8"});
    row("label negative", {{"a.png", ""}, {"val.txt", "a.png -1\n"}}, classes(9), {"line 1", "-1"});
    row("label overflowing", {{"a.png", ""}, {"val.txt", "a.png 99999999999\n"}}, classes(9),
        {"line 1", "99999999999"});
    row("label no class", {{"a.png", ""}, {"labels.csv", "a.png,zebu\n"}}, classes(9), {"line 1", "zebu"});
    row("two labels", {{"a.png", ""}, {"val.txt", "a.png 1\na.png 2\n"}}, classes(9), {"line 2", "a.png"});
    row("one column", {{"a.png", ""}, {"labels.csv", "image,label\na.png\n"}}, classes(9), {"line 2"});
    row("binary labels", {{"a.png", ""}, {"val.txt", std::string("\0\xff\xfe\x01", 4)}}, classes(9),
        {"val.txt line 1"});
    row("ground truth without its order",
        {{"ILSVRC2012_val_00000001.JPEG", ""}, {"ILSVRC2012_validation_ground_truth.txt", "490\n"}}, classes(1000),
        {"synsets.txt", "val.txt"});
    row("ground truth beyond its order",
        {{"ILSVRC2012_val_00000001.JPEG", ""},
         {"ILSVRC2012_validation_ground_truth.txt", "2\n"},
         {"synsets.txt", "n01440764\n"}},
        classes(1000), {"line 1", "1..1"});
    row("some folders are classes", {{"cat/1.png", ""}, {"dog/1.png", ""}, {"zebu/1.png", ""}},
        classes(2, {"cat", "dog"}), {"2 of 3", "zebu"});
    row("more folders than classes", {{"cat/1.png", ""}, {"dog/1.png", ""}, {"zebu/1.png", ""}}, classes(2),
        {"3 class folders", "2 classes"});
    row("folder number too large", {{"0/1.png", ""}, {"2/1.png", ""}}, classes(2), {"folder 2"});
    row("train and val", {{"train/cat/1.png", ""}, {"val/cat/1.png", ""}}, classes(2), {"train, val", "choose"});
  }
  void what_cannot_be_labelled_is_an_error() {
    QFETCH(Texts, files);
    QFETCH(ClassContext, network);
    QFETCH(QStringList, named);
    for (const auto& [name, text] : files) write_text(root_ / name, text);
    const QString error =
        QString::fromStdString(error_of([&] { static_cast<void>(open_dataset(root_, {.classes = network})); }));
    for (const QString& part : named) QVERIFY2(error.contains(part), qPrintable(error));
  }

  void a_labels_file_overrides_the_layout() {
    for (const char* name : {"cat/1.png", "dog/2.png"}) write_text(root_ / name, "");
    const fs::path labels = root_.string() + ".csv";
    write_text(labels, "image,label\n1.png,5\ndog/2.png,6\n");
    const Dataset dataset = open_dataset(root_, {.labels_file = labels, .classes = classes(10)});
    QCOMPARE(listed(dataset), std::string("cat/1.png=5 dog/2.png=6"));
    QCOMPARE(dataset.summary, std::string("Images with a labels file: 2 images, 2 classes, labels from set.csv"));

    write_text(labels, "cat/1.png 5\n");
    QVERIFY(error_of([&] { static_cast<void>(open_dataset(root_, {.labels_file = labels})); }).find("1 of 2") !=
            std::string::npos);
    QVERIFY(error_of([&] {
              static_cast<void>(open_dataset(root_, {.labels_file = "/nowhere.csv"}));
            }).find("/nowhere.csv") != std::string::npos);
  }

  void the_layout_can_be_chosen() {
    for (const char* name : {"cat/1.png", "dog/2.png"}) write_text(root_ / name, "");
    QCOMPARE(listed(open_dataset(root_, {.kind = "unlabelled"})), std::string("cat/1.png=- dog/2.png=-"));
    QVERIFY(error_of([&] { static_cast<void>(open_dataset(root_, {.kind = "val_txt"})); }).find("val_txt") !=
            std::string::npos);
    QVERIFY(error_of([&] { static_cast<void>(open_dataset(root_, {.kind = "nope"})); }).find("class_folders") !=
            std::string::npos);
  }

  void links_are_followed_once() {
    write_text(root_ / "a.png", "");
    fs::create_directory_symlink(root_, root_ / "loop");
    write_text(root_.parent_path() / "elsewhere" / "b.png", "");
    fs::create_directory_symlink(root_.parent_path() / "elsewhere", root_ / "linked");
    fs::create_symlink("/nowhere", root_ / "dangling.png");
    QCOMPARE(listed(open_dataset(root_)), std::string("a.png=- linked/b.png=-"));
  }

  void names_are_made_printable() {
    write_text(root_ / "bad\xff.png", "");
    QCOMPARE(listed(open_dataset(root_)), std::string("bad?.png=-"));
    QCOMPARE(clean_name("/../a//./b\xc3\xa4/../c"), std::string("a/b\xc3\xa4/c"));
  }

  void escaping_names_in_archives_are_only_names() {
    const fs::path archive = root_.string() + ".tar";
    write_archive(archive, {{"../../cat/1.png", {}}, {"/dog/2.png", {}}, {"dog/3.txt", {}}});
    QCOMPARE(listed(open_dataset(archive)), std::string("cat/1.png=0 dog/2.png=1"));
    QVERIFY(!fs::exists(root_ / "cat"));
  }

  void of_entries_of_one_name_the_last_counts() {
    const fs::path archive = root_.string() + ".tar";
    write_archive(archive, {{"a.png", {}}, {"b.png", {}}, {"a.png", {}}});
    const Dataset dataset = open_dataset(archive);
    QCOMPARE(listed(dataset), std::string("b.png=- a.png=-"));
    QCOMPARE(dataset.entries[1].position, std::int64_t{2});
  }

  void broken_archives_are_errors() {
    const fs::path archive = root_.string() + ".tar.gz";
    const auto opening_fails = [&](const char* reason) {
      const std::string error = error_of([&] { static_cast<void>(open_dataset(archive)); });
      return error.starts_with("set.tar.gz: ") && error.find(reason) != std::string::npos;
    };
    write_text(archive, "");
    QVERIFY(opening_fails("empty"));
    write_text(archive, "no archive at all");
    QVERIFY(opening_fails("neither a tar nor a zip"));
    FileBytes noise(1 << 20);
    std::mt19937 random(1);
    for (std::byte& byte : noise) byte = static_cast<std::byte>(random());
    write_archive(archive, {{"a.png", noise}, {"b.png", noise}});
    FileBytes bytes = read_file(archive);
    bytes.resize(bytes.size() / 4);
    write_file(archive, bytes);
    QVERIFY(opening_fails("damaged after 1 entries"));
  }

  void encrypted_archives_are_errors() {
    const fs::path archive = root_.string() + ".zip";
    write_archive(archive, {{"a.png", bytes_of("secret")}}, "password");
    QVERIFY(error_of([&] { static_cast<void>(open_dataset(archive)); }).find("encrypted") != std::string::npos);
  }

  // 5 x 250 MiB of zeros: more than 1000 times the archive's size, and more than the gibibyte always allowed.
  void archive_bombs_are_errors() {
    const fs::path archive = root_.string() + ".tar.zst";
    write_zeros_archive(archive, 5, 250 << 20);
    QVERIFY(error_of([&] { static_cast<void>(open_dataset(archive)); }).find("bomb") != std::string::npos);
  }

  void oversized_entries_are_errors() {
    const fs::path archive = root_.string() + ".tar.zst";
    write_zeros_archive(archive, 1, (256 << 20) + 1);
    QVERIFY(error_of([&] { static_cast<void>(open_dataset(archive)); }).find("268435457") != std::string::npos);
  }

  void missing_things_are_errors() {
    for (const char* path : {"/nowhere/at/all", "/dev/null", ""})
      QVERIFY_EXCEPTION_THROWN(static_cast<void>(open_dataset(path)), Error);
  }

  void a_selection_is_spread_evenly() {
    for (int i = 0; i < 10; ++i) write_text(root_ / fmt::format("i{}.png", i), "");
    const Dataset dataset = open_dataset(root_);
    // Middles of fifths of 0..9, then of thirds: floor(10/6) = 1, floor(30/6) = 5, floor(50/6) = 8.
    QCOMPARE(listed(select(dataset, 5)), std::string("i1.png=- i3.png=- i5.png=- i7.png=- i9.png=-"));
    QCOMPARE(listed(select(dataset, 3)), std::string("i1.png=- i5.png=- i8.png=-"));
    QCOMPARE(listed(select(dataset, 10)), listed(dataset));
    QCOMPARE(listed(select(dataset, 1000)), listed(dataset));
    QVERIFY(select(dataset, 3).summary.ends_with("; 3 of them, evenly spread"));
  }

  void a_selection_of_an_archive_is_that_of_its_folder() {
    std::vector<std::pair<std::string, FileBytes>> files;
    for (int i = 0; i < 12; ++i) files.emplace_back(fmt::format("{}.png", i * 7 % 12), FileBytes());
    for (const auto& [name, bytes] : files) write_file(root_ / name, bytes);
    const fs::path archive = root_.string() + ".tar";
    write_archive(archive, files);
    std::set<std::string> in_folder, in_archive;
    for (const auto& entry : select(open_dataset(root_), 5).entries) in_folder.insert(entry.record.name);
    const Dataset selected = select(open_dataset(archive), 5);
    for (const auto& entry : selected.entries) in_archive.insert(entry.record.name);
    QCOMPARE(in_archive, in_folder);
    QVERIFY(std::ranges::is_sorted(selected.entries, {}, &DatasetEntry::position));
  }

  void real_data_sets_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("summary");
    QTest::newRow("samples") << "imagenet-samples"
                             << "Images with a label table: 500 images, 500 classes, labels from labels.csv";
    QTest::newRow("val") << "imagenet-val"
                         << "ILSVRC validation layout: 650 images, 456 classes, labels from val.txt";
    QTest::newRow("archive")
        << "cifar10/test.tar.xz"
        << "Class folders: 10000 images, 10 classes, labels from the alphabetical order of the folders";
  }
  void real_data_sets() {
    QS_NEEDS_SHARED_DATA();
    QFETCH(QString, path);
    QFETCH(QString, summary);
    QCOMPARE(QString::fromStdString(open_dataset(shared_data() / path.toStdString()).summary), summary);
  }

 private:
  std::unique_ptr<QTemporaryDir> folder_;
  fs::path root_;
};

QTEST_GUILESS_MAIN(TestDataset)
#include "test_dataset.moc"
