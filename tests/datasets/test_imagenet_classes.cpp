#include <QtTest/QtTest>
#include <fstream>
#include <set>

#include "datasets/imagenet_classes.h"
#include "tests/support/shared_data.h"

using namespace qs;

class TestImagenetClasses : public QObject {
  Q_OBJECT

 private slots:
  void there_are_a_thousand_in_ascending_order() {
    const auto classes = imagenet_classes();
    QCOMPARE(classes.size(), std::size_t{1000});
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      QVERIFY(is_wordnet_id(classes[i].wordnet_id));
      if (i > 0) QVERIFY(classes[i - 1].wordnet_id < classes[i].wordnet_id);
      QVERIFY(!classes[i].synonyms.empty());
      names.insert(classes[i].name);
    }
    QCOMPARE(names.size(), std::size_t{1000});
  }

  // Published facts (ILSVRC2012), among them names that mean several things.
  void indices_are_the_published_ones_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<int>("index");
    QTest::addColumn<QString>("name");
    QTest::newRow("tench") << "n01440764" << 0 << "tench";
    QTest::newRow("goldfish") << "n01443537" << 1 << "goldfish";
    QTest::newRow("crane, the bird") << "n02012849" << 134 << "crane bird";
    QTest::newRow("crane, the machine") << "n03126707" << 517 << "crane";
    QTest::newRow("maillot") << "n03710637" << 638 << "maillot";
    QTest::newRow("maillot, tank suit") << "n03710721" << 639 << "maillot tank suit";
    QTest::newRow("missile") << "n03773504" << 657 << "missile";
    QTest::newRow("projectile") << "n04008634" << 744 << "projectile";
    QTest::newRow("sunglass") << "n04355933" << 836 << "sunglass";
    QTest::newRow("sunglasses") << "n04356056" << 837 << "sunglasses";
    QTest::newRow("last") << "n15075141" << 999 << "toilet tissue";
  }
  void indices_are_the_published_ones() {
    QFETCH(QString, id);
    QFETCH(int, index);
    QFETCH(QString, name);
    QCOMPARE(imagenet_index(id.toStdString()), std::optional(index));
    QCOMPARE(imagenet_classes()[static_cast<std::size_t>(index)].name, name.toStdString());
  }

  void other_ids_are_unknown() {
    for (const char* id : {"", "n00000000", "n99999999", "n0144076", "n014407640", "tench"})
      QVERIFY(!imagenet_index(id).has_value());
    QVERIFY(!is_wordnet_id("n0144076x"));
    QVERIFY(!is_wordnet_id("m01440764"));
  }

  void every_sample_agrees() {
    QS_NEEDS_SHARED_DATA();
    std::ifstream labels(shared_data() / "imagenet-samples" / "labels.csv");
    std::string line;
    std::getline(labels, line);
    int rows = 0;
    while (std::getline(labels, line)) {
      const int label = std::stoi(line.substr(line.rfind(',') + 1));
      QCOMPARE(imagenet_index(line.substr(0, 9)), std::optional(label));
      ++rows;
    }
    QCOMPARE(rows, 500);
  }
};

QTEST_GUILESS_MAIN(TestImagenetClasses)
#include "test_imagenet_classes.moc"
