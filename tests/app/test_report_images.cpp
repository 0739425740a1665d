// Reports of what the window has run, and of its project: the images whose answer changed, and latencies.
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest/QtTest>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/report/html.h"
#include "app/report/pdf.h"
#include "app/report/report.h"
#include "app/report/results_file.h"
#include "app/window/workspace.h"
#include "tests/support/onnx_builder.h"
#include "tests/support/plain_png.h"
#include "tests/support/test_files.h"

namespace qs {
namespace {

namespace fs = std::filesystem;

constexpr int kPatience = 60'000;  // ms; the machine may be busy
constexpr const char* kScheme = "four-bits";
constexpr const char* kHostileClass = "</td><script>alert(\\\"1\\\")</script>&amp;\\u202eevil";
constexpr const char* kHostileImage = "<img src=x onerror=alert(1)>&amp;\u202e.png";

/// Answers with the mean of each color: plain red, green and blue pictures are classes 0, 1 and 2. One scale for all
/// with 15 steps from 0 to 100 makes weights of 1 zero, and the second convolution's 0.01 as well: then all outputs are
/// 0, and the tie goes to class 0. So all that is not red becomes wrong.
class Fixture {
 public:
  Fixture() {
    OnnxBuilder onnx;
    std::string x = onnx.input("image", {-1, 3, 8, 8});
    x = onnx.node("Conv", {x, onnx.reals({3, 3, 1, 1}, {100, 0, 0, 0, 1, 0, 0, 0, 1})});
    x = onnx.node("Conv", {x, onnx.reals({3, 3, 1, 1}, {0.01F, 0, 0, 0, 1, 0, 0, 0, 1})});
    onnx.output(onnx.node("Flatten", {onnx.node("GlobalAveragePool", {x})}));
    write_file(path("net.onnx").toStdString(), onnx.bytes());
    write_text(path("net.json").toStdString(),
               std::string(R"({"class_names": ["red", "green", ")") + kHostileClass + R"("]})");
    for (int c = 0; c < 3; ++c) {
      std::array<std::uint8_t, 3> color{10, 10, 10};
      for (const char* name : {"dull.png", c == 2 ? kHostileImage : "bright.png"}) {
        color[static_cast<std::size_t>(c)] = name == std::string("dull.png") ? 150 : 250;
        const fs::path folder = fs::path(path("images").toStdString()) / std::to_string(c);
        fs::create_directories(folder);
        write_plain_png(folder / name, 8, color);
      }
    }
  }
  [[nodiscard]] QString path(const char* name) const { return folder_.filePath(name); }

 private:
  QTemporaryDir folder_;
};

/// Runs the scheme and times it in batches of 2.
void run_all(Workspace& workspace, const Fixture& files) {
  workspace.open_model(files.path("net.onnx"));
  QTRY_VERIFY_WITH_TIMEOUT(workspace.now().model != nullptr, kPatience);
  workspace.open_images(files.path("images"));
  QTRY_VERIFY_WITH_TIMEOUT(workspace.now().images != nullptr, kPatience);
  workspace.save_project_as(files.path("kept.qscope"));
  Scheme scheme = find_scheme("w8a8-tensor-asym");
  scheme.id = scheme.title = kScheme;
  scheme.weights.bits = 4;
  workspace.add_scheme(scheme);
  QTRY_VERIFY_WITH_TIMEOUT(workspace.now().current()->layers != nullptr, kPatience);
  workspace.run({kScheme}, 0);
  workspace.measure_latency(2);
  QTRY_VERIFY_WITH_TIMEOUT(workspace.is_idle() && workspace.now().current()->latency != nullptr, kPatience);
  QCOMPARE(workspace.now().runs.at(0)->state, RunState::done);
}

struct PageTable {
  QString caption;
  std::vector<QStringList> rows;
  std::vector<QImage> pictures;
};

std::vector<PageTable> tables_of(const QByteArray& html) {
  std::vector<PageTable> tables;
  QXmlStreamReader reader(html);
  while (!reader.atEnd()) {
    if (reader.readNext() != QXmlStreamReader::StartElement) continue;
    const QString name = reader.name().toString();
    if (name == "script") return {};
    if (name == "table") tables.emplace_back();
    if (name == "caption") tables.back().caption = reader.readElementText();
    if (name == "tr") tables.back().rows.emplace_back();
    if (name == "img") {
      const QString source = reader.attributes().value("src").toString();
      if (!source.startsWith("data:image/")) return {};
      tables.back().pictures.push_back(QImage::fromData(QByteArray::fromBase64(source.section(',', 1).toLatin1())));
    } else if ((name == "th" || name == "td") && reader.attributes().value("class") != QLatin1String("picture")) {
      tables.back().rows.back() << reader.readElementText();
    }
  }
  return reader.hasError() ? std::vector<PageTable>() : tables;
}

PageTable images_table(const QByteArray& html) {
  for (const PageTable& table : tables_of(html)) {
    if (table.caption.contains("another first class")) return table;
  }
  return {};
}

}  // namespace

class TestReportImages : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir cache_;
  Fixture files_;
  ReportRequest asked_;  // of the window

 private slots:
  void initTestCase() {
    qputenv("QS_CACHE_DIR", cache_.path().toUtf8());
    Workspace workspace(cache_.filePath("unsaved"));
    run_all(workspace, files_);
    asked_ = report_request(workspace.now());
  }

  void the_window_hands_over_all_it_knows() {
    QCOMPARE(asked_.runs.size(), std::size_t{1});
    const ReportedRun& run = asked_.runs[0];
    QCOMPARE(run.evaluation.evaluation.results[1].top1, (Proportion{2, 6}));
    QCOMPARE(run.schemes.size(), std::size_t{1});
    QVERIFY(run.schemes[0].weights && run.schemes[0].latency);
    QCOMPARE(run.class_names.at(1), std::string("green"));
    const nlohmann::json latency = report_json(asked_)["runs"][0]["latency"];
    QCOMPARE(latency.size(), std::size_t{2});
    QCOMPARE(latency[0]["batch"].get<int>(), 2);
    QCOMPARE(latency[0]["ms_per_image"].get<double>(), 1e3 * run.float_latency->seconds / 2);
  }

  void images_that_became_wrong_are_listed_worst_first() {
    ReportRequest request = asked_;
    add_thumbnails(request);
    QCOMPARE(request.runs[0].no_thumbnails, std::string());
    const PageTable table = images_table(report_html(request));
    QCOMPARE(table.caption, QString("four-bits: another first class for 4 of 6 images (became wrong 4)"));
    QCOMPARE(table.rows.size(), std::size_t{5});
    QCOMPARE(table.pictures.size(), std::size_t{4});
    // With torchvision's means and deviations: blue (250 / 255 - 0.406) / 0.225 over green (10 / 255 - 0.456) / 0.224,
    // and green over blue in the same way.
    QVERIFY(table.rows[1][0].startsWith("2/<img src=x"));
    QCOMPARE(table.rows[1][5], QString("4.41"));
    QCOMPARE(table.rows[2], (QStringList{"1/bright.png", "green", "green", "red", "became wrong", "3.97", "0.00"}));
    QCOMPARE(table.rows[3][0], QString("2/dull.png"));
    QCOMPARE(table.rows[4][0], QString("1/dull.png"));
    // A quality of 85 leaves plain colors nearly as they were.
    const QColor shown(table.pictures[0].pixel(4, 4));
    QVERIFY(std::abs(shown.blue() - 250) < 8 && shown.red() < 20 && shown.green() < 20);
    QVERIFY(table.pictures[0].width() <= kThumbnailSide && table.pictures[0].height() <= kThumbnailSide);
  }

  void outputs_of_the_worst_two_are_plotted() {
    ReportRequest request = asked_;
    request.plots = {"logits"};
    const QByteArray html = report_html(request);
    QCOMPARE(html.count("<svg"), 2);
    QVERIFY(html.contains("Outputs for 1/bright.png: float and four-bits"));
  }

  void hostile_names_are_inert() {
    ReportRequest request = asked_;
    add_thumbnails(request);
    const QByteArray html = report_html(request);
    QVERIFY(!tables_of(html).empty());  // well-formed, without scripts and foreign pictures
    QVERIFY(!html.contains("<script") && !html.contains("<img src=x"));
    QVERIFY(html.contains("&lt;script") && html.contains("&lt;img src=x"));
    QVERIFY(!QString::fromUtf8(html).contains(QChar(0x202E)));
    QVERIFY(to_pdf(report_document(request)).startsWith("%PDF-"));
  }

  void a_project_gives_the_same() {
    std::vector<ReportedRun> runs;
    read_results(files_.path("kept.qscope").toStdString(), runs);
    QCOMPARE(runs.size(), std::size_t{1});
    add_weights_if_there(runs[0]);
    ReportRequest kept;
    kept.runs = runs;
    kept.layers = asked_.layers;
    QCOMPARE(images_table(report_html(kept)).rows, images_table(report_html(asked_)).rows);
    const auto latency = [](const ReportRequest& request) { return report_json(request)["runs"][0]["latency"].dump(); };
    QCOMPARE(latency(kept), latency(asked_));
    for (const char* plot : {"latency", "logits", "sqnr-histogram"}) {
      kept.plots = {plot};
      QVERIFY2(report_html(kept).contains("<svg"), plot);
    }
  }

  void what_is_missing_is_said() {
    ReportRequest request = asked_;
    request.runs[0].evaluation.data.path = files_.path("gone").toStdString();
    add_thumbnails(request);
    QVERIFY(request.runs[0].thumbnails.empty());
    QByteArray html = report_html(request);
    QVERIFY(html.contains("Without pictures") && !html.contains("<img"));
    QCOMPARE(images_table(html).rows.size(), std::size_t{5});
    // As the JSON of evaluate: counts without images.
    request.runs[0].evaluation.evaluation.images.clear();
    for (VariantResult& result : request.runs[0].evaluation.evaluation.results) result.predictions.clear();
    add_thumbnails(request);
    html = report_html(request);
    QVERIFY(html.contains("give the saved project with --results"));
    QVERIFY(images_table(html).rows.empty());
  }

  // On paper there is no mouse.
  void readings_are_not_about_the_mouse() {
    const QString page = QString::fromUtf8(report_html(asked_));
    QVERIFY(page.contains("figcaption"));
    static const QRegularExpression kMouse("\\b(click|drag|hover|mouse)", QRegularExpression::CaseInsensitiveOption);
    QVERIFY2(!page.contains(kMouse), qPrintable(kMouse.match(page).captured()));
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestReportImages)
#include "test_report_images.moc"
