// Tables and progress lines, by example.
#include <QtTest/QtTest>

#include "app/cli/epoch_lines.h"
#include "app/cli/progress_line.h"
#include "app/run/table.h"

namespace qs {

class TestTerminalText : public QObject {
  Q_OBJECT

 private slots:
  void tables_align() {
    const std::string text = table_text({{"name"}, {"size", Align::right}}, {{"conv1", "9 408"}, {"fc", "1"}});
    QCOMPARE(text, std::string("name    size\n"
                               "conv1  9 408\n"
                               "fc         1\n"));
  }

  void tables_have_no_trailing_spaces() {
    QCOMPARE(table_text({{"a"}, {"longer"}}, {{"x", ""}}), std::string("a  longer\nx\n"));
  }

  void long_cells_lose_their_middle_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("width");
    QTest::addColumn<QString>("expected");
    QTest::newRow("fits") << "layer4/conv" << 11 << "layer4/conv";
    QTest::newRow("cut") << "layer4/block1/conv2" << 12 << "layer..conv2";
    QTest::newRow("odd") << "0123456789" << 7 << "01..789";
    QTest::newRow("code points, not bytes") << "äöüäöüäöü" << 8 << "äöü..äöü";
  }
  void long_cells_lose_their_middle() {
    QFETCH(QString, text);
    QFETCH(int, width);
    QFETCH(QString, expected);
    QCOMPARE(QString::fromStdString(cut_middle(text.toStdString(), static_cast<std::size_t>(width))), expected);
  }

  void digits_are_grouped() {
    QCOMPARE(grouped(0), std::string("0"));
    QCOMPARE(grouped(999), std::string("999"));
    QCOMPARE(grouped(1000), std::string("1 000"));
    QCOMPARE(grouped(1234567), std::string("1 234 567"));
    QCOMPARE(grouped(-100), std::string("-100"));
    QCOMPARE(grouped(-1000), std::string("-1 000"));
  }

  void durations_read_well() {
    QCOMPARE(duration_text(0.2), std::string("1 s"));
    QCOMPARE(duration_text(59.5), std::string("1 min 0 s"));
    QCOMPARE(duration_text(200), std::string("3 min 20 s"));
    QCOMPARE(duration_text(7500), std::string("2 h 5 min"));
  }

  void progress_shows_rate_and_time_left() {
    QCOMPARE(progress_text("evaluating", "images", 0, 150, 600, 3.0),
             std::string("evaluating [#####---------------]  25 %  150 of 600 images  50.0/s  9 s left"));
    QCOMPARE(progress_text("evaluating", "images", 0, 0, 600, 3.0),
             std::string("evaluating [--------------------]   0 %  0 of 600 images"));
    QCOMPARE(progress_text("evaluating", "images", 0, 600, 600, 3.0),
             std::string("evaluating [####################] 100 %  600 of 600 images  200.0/s"));
    QCOMPARE(progress_text("loading images", "", 0, 0.5, 1, 2.0),
             std::string("loading images [##########----------]  50 %  2 s left"));
    // Gone on from a checkpoint: what was done before took none of these seconds.
    QCOMPARE(progress_text("training", "epochs", 18, 19.5, 54, 300.0),
             std::string("training [#######-------------]  36 %  19 of 54 epochs  1 h 55 min left"));
  }

  void epochs_are_lines_and_curves() {
    QCOMPARE(
        epoch_titles(),
        std::string("epoch    loss  right (.)  valid. (o)  average (a)     rate    time  0 %               100 %"));
    EpochRecord record{.epoch = 7,
                       .train_loss = 1.25,
                       .train_accuracy = 0.5,
                       .validation_loss = {},
                       .validation_accuracy = {},
                       .average_accuracy = {},
                       .learning_rate = 0.1,
                       .seconds = 251.6};
    QCOMPARE(
        epoch_line(record),
        std::string("    7  1.2500    50.00 %                           0.10000   252 s  |          .          |"));
    record.validation_accuracy = 0;
    record.average_accuracy = 1;
    QCOMPARE(
        epoch_line(record),
        std::string("    7  1.2500    50.00 %      0.00 %     100.00 %  0.10000   252 s  |o         .         a|"));
    record.validation_accuracy = record.average_accuracy = 0.52;  // one place
    QCOMPARE(
        epoch_line(record),
        std::string("    7  1.2500    50.00 %     52.00 %      52.00 %  0.10000   252 s  |          o          |"));
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestTerminalText)
#include "test_terminal_text.moc"
