// What every plot can do: be empty, be drawn, be exported.
#include <qcustomplot.h>

#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest/QtTest>

#include "core/base/error.h"
#include "views/plots/sqnr_histogram.h"

namespace qs {

namespace {

SqnrHistogramPlot two_channels() {
  const SquaredError thirty{1000, 1};
  const SquaredError twenty{100, 1};
  return {.subject = "layer",
          .width_db = 1,
          .series = {{"scheme", 0, "", {{"layer", 0, {thirty, false}, {}}, {"layer", 1, {twenty, false}, {}}}}}};
}

}  // namespace

class TestPlotView : public QObject {
  Q_OBJECT

 private slots:
  void is_empty_until_something_is_shown() {
    PlotView view("id", "title");
    QVERIFY(view.is_empty());
    view.show_plot([](PlotView& v) { draw(two_channels(), v); });
    QVERIFY(!view.is_empty());
    view.show_nothing("no model");
    QVERIFY(view.is_empty());
    QVERIFY(view.numbers().rows.empty());
  }

  // Titles and series are named after files.
  void svg_is_well_formed_whatever_names_are() {
    PlotView view("id", "title");
    view.resize(500, 320);
    const QString hostile = QStringLiteral("<script>&\"'\u202e\x01 ]]>");
    SqnrHistogramPlot plot = two_channels();
    plot.subject = hostile;
    plot.series.front().title = hostile;
    view.show_plot([plot](PlotView& v) { draw(plot, v); });
    QVERIFY(view.title().contains(hostile));
    QVERIFY(!view.reading().isEmpty());
    QXmlStreamReader reader(view.svg(500, 320));
    while (!reader.atEnd()) {
      reader.readNext();
      QVERIFY(!reader.isStartElement() || reader.name() != QLatin1String("script"));
    }
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
  }

  void saves_pictures_and_numbers() {
    const QTemporaryDir folder;
    PlotView view("id", "title");
    view.resize(500, 320);
    view.show_plot([](PlotView& v) { draw(two_channels(), v); });
    for (const char* suffix : {"svg", "pdf", "png", "csv"}) {
      const QString path = folder.filePath(QString("plot.%1").arg(suffix));
      view.save(path);
      QVERIFY2(QFileInfo(path).size() > 50, suffix);
    }
    QFile csv(folder.filePath("plot.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    const QByteArray text = csv.readAll();
    QVERIFY(text.startsWith("scheme,from_db,to_db,channels\n"));
    QVERIFY(text.contains("scheme,20,21,1\n"));
    QVERIFY(text.contains("scheme,30,31,1\n"));
    QVERIFY_EXCEPTION_THROWN(view.save(folder.filePath("plot.docx")), Error);
    QVERIFY_EXCEPTION_THROWN(view.save("/no/such/folder/plot.svg"), Error);
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestPlotView)
#include "test_plot_view.moc"
