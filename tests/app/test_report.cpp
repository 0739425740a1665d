// A report read back: HTML as XML, PDF by its objects, JSON and CSV, and commands by the shell.
#include "app/report/report.h"

#include <QApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest/QtTest>
#include <nlohmann/json.hpp>

#include "app/report/html.h"
#include "app/report/inline_svg.h"
#include "app/report/pdf.h"
#include "app/report/shell.h"
#include "app/run/evaluation_report.h"
#include "core/base/error.h"

namespace qs {
namespace {

constexpr const char* kHostile = "</td><script>alert(\"1\")</script>&amp;' \u202eevil\x01\x7f\n\xff|`$(touch x)";

VariantResult result_of(const std::string& id, std::int64_t hits, double seconds) {
  VariantResult result;
  result.id = id;
  result.top1 = {hits, 650};
  result.top5 = {hits + 100, 650};
  result.rows = 650;
  result.seconds = seconds;
  return result;
}

VariantReport variant_of(const std::string& preset) {
  SchemeReport details;
  details.scheme = find_scheme(preset);
  details.backend = "integer";
  details.layer_images = 8;
  LayerError layer;
  layer.name = "conv1";
  layer.local = {1000, 1};
  layer.accumulated = {1000, 10};
  details.layers = {layer};
  VariantReport variant;
  variant.scheme = preset;
  variant.backend = "integer";
  variant.model_bytes = 500'000;
  variant.details = details;
  return variant;
}

VariantReport float_variant() {
  VariantReport variant;
  variant.scheme = variant.backend = "float";
  variant.model_bytes = 2'000'000;
  return variant;
}

ReportRequest request() {
  ReportedRun run;
  EvaluationReport& report = run.evaluation;
  report.model = {.path = "m/net.onnx", .name = "net", .sha256 = "00ff", .parameters = 500'000, .classes = 1000};
  report.data.path = "images";
  report.data.found = 650;
  report.data.selected = 650;
  report.data.preprocessing = "no resize";
  report.environment = {.isa = "avx2", .onednn = "2.6.3", .threads = 2};
  report.batch = 16;
  report.variants = {float_variant(), variant_of("w8a8-tensor-sym"), variant_of("w8a8-channel-sym")};
  report.evaluation.results = {result_of("float", 423, 2), result_of("w8a8-tensor-sym", 1, 1),
                               result_of("w8a8-channel-sym", 402, 0.5)};
  report.evaluation.results[1].only_first_right = 422;
  report.evaluation.results[2].only_first_right = 38;
  report.evaluation.results[2].only_this_right = 17;
  WeightSqnr weights;
  weights.layer = "conv1";
  weights.channels = {{{1000, 1}, false}, {{1000, 100}, false}};
  weights.ranges = {{-1, 1}, {-2, 2}};
  weights.encoding = {{8, GridKind::symmetric_restricted, true}, {{0.01F, 0}}};
  for (const char* id : {"w8a8-tensor-sym", "w8a8-channel-sym"}) {
    SchemeView view;
    view.scheme = find_scheme(id);
    view.color = static_cast<int>(run.schemes.size());
    view.network = std::make_shared<const PreparedNetwork>();
    view.weights = std::make_shared<const std::vector<WeightSqnr>>(1, weights);
    run.schemes.push_back(view);
  }
  ReportRequest request;
  request.runs = {run};
  return request;
}

ReportRequest hostile_request() {
  ReportRequest request = qs::request();
  request.title = request.notes = kHostile;
  EvaluationReport& report = request.runs[0].evaluation;
  report.model.name = report.model.path = report.model.sha256 = kHostile;
  report.data.path = report.data.preprocessing = report.data.preprocessing_source = report.data.summary = kHostile;
  report.data.notes = {kHostile};
  report.data.skipped = {{kHostile, kHostile}};
  report.environment.isa = report.environment.onednn = kHostile;
  SchemeReport& details = *report.variants[1].details;
  details.scheme.title = details.scheme.summary = kHostile;
  LayerError& layer = details.layers.front();
  layer.name = layer.type = layer.kernel = layer.reason = kHostile;
  WeightSqnr weights = request.runs[0].schemes[0].weights->front();
  weights.layer = kHostile;
  request.runs[0].schemes[0].weights = std::make_shared<const std::vector<WeightSqnr>>(1, weights);
  request.layers = {kHostile};
  return request;
}

/// The cells of the table whose first heading cells are these.
std::vector<QStringList> table(const QByteArray& html, const QStringList& heading) {
  std::vector<QStringList> rows;
  QXmlStreamReader reader(html);
  while (!reader.atEnd()) {
    reader.readNext();
    if (reader.isStartElement() && reader.name() == QLatin1String("table")) rows.clear();
    if (reader.isStartElement() && reader.name() == QLatin1String("tr")) rows.emplace_back();
    const bool is_cell = reader.name() == QLatin1String("th") || reader.name() == QLatin1String("td");
    if (reader.isStartElement() && is_cell) rows.back() << reader.readElementText();
    if (reader.isEndElement() && reader.name() == QLatin1String("table") &&
        rows.front().mid(0, heading.size()) == heading) {
      return rows;
    }
  }
  return {};
}

/// What makes XML's reader stop, and elements that a report has no use for.
QString complaint(const QByteArray& html) {
  static const QSet<QString> kKnown = {"html",
                                       "head",
                                       "meta",
                                       "title",
                                       "style",
                                       "body",
                                       "main",
                                       "h1",
                                       "h2",
                                       "h3",
                                       "h4",
                                       "p",
                                       "ul",
                                       "li",
                                       "span",
                                       "div",
                                       "table",
                                       "caption",
                                       "thead",
                                       "tbody",
                                       "tr",
                                       "th",
                                       "td",
                                       "dl",
                                       "dt",
                                       "dd",
                                       "cite",
                                       "pre",
                                       "figure",
                                       "figcaption",
                                       "b",
                                       "svg",
                                       "g",
                                       "defs",
                                       "path",
                                       "rect",
                                       "text",
                                       "polyline",
                                       "linearGradient",
                                       "radialGradient",
                                       "stop",
                                       "circle",
                                       "ellipse",
                                       "line",
                                       "polygon",
                                       "image",
                                       "pattern",
                                       "clipPath",
                                       "use",
                                       "mask"};
  QXmlStreamReader reader(html);
  while (!reader.atEnd()) {
    reader.readNext();
    if (!reader.isStartElement()) continue;
    if (!kKnown.contains(reader.name().toString())) return "element " + reader.name().toString();
    for (const QXmlStreamAttribute& attribute : reader.attributes()) {
      const QString name = attribute.name().toString();
      if (name.startsWith("on") || name == "src" ||
          (name == "href" && !attribute.value().startsWith(QLatin1Char('#')) &&
           !attribute.value().startsWith(QLatin1String("data:image/")))) {
        return "attribute " + name;
      }
    }
  }
  return reader.hasError() ? reader.errorString() : QString();
}

}  // namespace

class TestReport : public QObject {
  Q_OBJECT

 private slots:
  void html_is_well_formed_and_stands_alone() {
    const QByteArray html = report_html(request());
    QVERIFY(html.startsWith("<!DOCTYPE html>"));
    QCOMPARE(complaint(html), QString());
    QVERIFY(html.contains("<svg"));
    QVERIFY(!html.contains("@import") && !html.contains("url(http"));
    // A browser ends no element that closes itself but these: everything behind would be inside it.
    static const QRegularExpression kSelfClosed("<([a-z0-9]+)[^>]*/>");
    const QString page = QString::fromUtf8(html).remove(
        QRegularExpression("<svg.*</svg>", QRegularExpression::DotMatchesEverythingOption));
    for (auto matches = kSelfClosed.globalMatch(page); matches.hasNext();)
      QCOMPARE(matches.next().captured(1), QString("meta"));
  }

  void hostile_names_are_inert() {
    const QByteArray html = report_html(hostile_request());
    QCOMPARE(complaint(html), QString());
    QVERIFY(!html.contains("<script"));
    QVERIFY(html.contains("&lt;script"));
    QVERIFY2(!QString::fromUtf8(html).contains(QChar(0x202E)), "text would run backwards");
  }

  // Bars are named, all of them, though the plot has never been on a screen.
  void pictures_name_every_scheme() {
    ReportRequest some = request();
    some.plots = {"accuracy"};
    const QString html = QString::fromUtf8(report_html(some));
    const QString svg = html.mid(html.indexOf("<svg"), html.indexOf("</svg>") - html.indexOf("<svg"));
    for (const char* name : {"Float", "w8a8-tensor-sym", "w8a8-channel-sym", "Top-1 accuracy (%)"}) {
      QVERIFY2(svg.contains(name), name);
    }
  }

  // Every number of the accuracy table is the JSON's, to the decimals shown.
  void tables_agree_with_the_json() {
    const ReportRequest request = qs::request();
    const auto rows = table(report_html(request), {"scheme", "top-1 (%)"});
    const nlohmann::ordered_json json = report_json(request)["runs"][0]["results"];
    QCOMPARE(rows.size(), json.size() + 1);
    const auto percent = [](const nlohmann::ordered_json& share) {
      return QString::number(100 * share.get<double>(), 'f', 2);
    };
    for (std::size_t i = 0; i < json.size(); ++i) {
      const QStringList& row = rows[i + 1];
      QCOMPARE(row[0].toStdString(), json[i]["scheme"].get<std::string>());
      QCOMPARE(row[1], percent(json[i]["top1"]));
      QCOMPARE(row[2], percent(json[i]["top1_interval"][0]) + " to " + percent(json[i]["top1_interval"][1]));
      QCOMPARE(row[3], percent(json[i]["top5"]));
      if (i == 0) continue;
      QCOMPARE(row[4], percent(json[i]["top1_difference"]));
      const double p = json[i]["mcnemar_p"].get<double>();
      QCOMPARE(row[5], p < 0.001 ? QString("< 0.001") : QString::number(p, 'f', 3));
      QCOMPARE(row[7], QString("loses"));
    }
    const auto sizes = table(report_html(request), {"scheme", "backend"});
    QCOMPARE(sizes[1].mid(2), (QStringList{"2.000", "100.0", "", "325.0", "1.00"}));
    QCOMPARE(sizes[3].mid(2), (QStringList{"0.500", "25.0", "", "1300.0", "4.00"}));
  }

  void json_holds_what_evaluate_wrote() {
    const ReportRequest request = qs::request();
    nlohmann::ordered_json run = report_json(request)["runs"][0];
    QVERIFY(run["findings"].size() > 3);
    run.erase("findings");
    run.erase("weights");
    QCOMPARE(run.dump(), to_json(request.runs[0].evaluation).dump());
  }

  void csv_has_a_line_per_variant() {
    const QStringList lines = QString::fromStdString(report_csv(request())).split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 4);
    QVERIFY(lines[0].startsWith("run,model,sha256,data,scheme,backend,labelled,top1,"));
    QVERIFY(lines[3].startsWith("1,net,00ff,images,w8a8-channel-sym,integer,650,0.6184615384615385,"));
  }

  void pdf_has_pages_with_text() {
    const QByteArray pdf = to_pdf(report_document(hostile_request()));
    QVERIFY(pdf.startsWith("%PDF-"));
    QVERIFY(pdf.trimmed().endsWith("%%EOF"));
    const qsizetype pages = pdf.count("/Type /Page\n");
    QVERIFY2(pages >= 2 && pages < 20, qPrintable(QString::number(pages)));
    QVERIFY2(pdf.contains("/Type /Font"), "text is drawn as text");
  }

  void format_follows_the_extension() {
    const QTemporaryDir folder;
    for (const char* suffix : {"html", "pdf", "csv", "json"}) {
      const QString path = folder.filePath(QString("a report.%1").arg(suffix));
      write_report(request(), path.toStdString());
      QVERIFY2(QFileInfo(path).size() > 200, suffix);
    }
    QVERIFY_EXCEPTION_THROWN(write_report(request(), folder.filePath("report.docx").toStdString()), Error);
    QVERIFY_EXCEPTION_THROWN(write_report(request(), "/no/such/folder/report.html"), Error);
    QVERIFY_EXCEPTION_THROWN(write_report({}, folder.filePath("nothing.html").toStdString()), Error);
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 4);
  }

  void plots_are_chosen_by_name() {
    ReportRequest some = request();
    some.plots = {"sqnr-histogram"};
    QCOMPARE(report_html(some).count("<svg"), 1);
    some.plots = {"no-such-plot"};
    QVERIFY_EXCEPTION_THROWN((void)report_html(some), Error);
  }

  void several_runs_stand_side_by_side() {
    ReportRequest two = request();
    two.runs.push_back(two.runs.front());
    two.runs[1].evaluation.model.name = "other";
    const auto rows = table(report_html(two), {"run", "scheme"});
    QCOMPARE(rows.size(), std::size_t{7});
    QCOMPARE(rows[6][0], QString("other (2)"));
  }

  void variants_are_chosen_with_float() {
    const EvaluationReport chosen = with_variants(request().runs[0].evaluation, {2});
    QCOMPARE(chosen.variants.size(), std::size_t{2});
    QCOMPARE(chosen.variants[1].scheme, std::string("w8a8-channel-sym"));
    QCOMPARE(chosen.evaluation.results[1].top1.hits, std::int64_t{402});
  }

  void an_unlabelled_run_has_no_accuracy() {
    ReportRequest unlabelled = request();
    for (VariantResult& result : unlabelled.runs[0].evaluation.evaluation.results) {
      result.top1 = result.top5 = {};
      result.agreement = Proportion{600, 650};
    }
    const auto rows = table(report_html(unlabelled), {"scheme", "agreement with float (%)"});
    QCOMPARE(rows.size(), std::size_t{4});
    QCOMPARE(rows[2][1], QString("92.31"));
  }

  // A shell takes the words for what they were.
  void words_are_quoted_for_the_shell_data() {
    QTest::addColumn<QByteArray>("word");
    for (const char* word : {"plain", "a b", "it's", "$(touch x)", "`x`", "a\"b", "*", "", "-rf", "back\\slash",
                             "tab\tnew\nline", "\xff\xfe", "\u202ert", "naïve/日本", "~", "#", "a;b&c|d", kHostile}) {
      QTest::newRow(QByteArray(word).toHex().prepend("x")) << QByteArray(word);
    }
  }
  void words_are_quoted_for_the_shell() {
    if (QStandardPaths::findExecutable("bash").isEmpty()) QSKIP("no bash");
    QFETCH(QByteArray, word);
    QProcess bash;
    bash.start("bash", {"-c", "printf %s " + QString::fromStdString(shell_quoted(word.toStdString()))});
    QVERIFY(bash.waitForFinished());
    QCOMPARE(bash.readAllStandardOutput(), word);
  }

  void commands_make_it_again() {
    ReportRequest request = qs::request();
    request.runs[0].evaluation.data.selected = 100;
    QCOMPARE(QString::fromStdString(evaluate_command_line(request.runs[0].evaluation, "results.json")),
             QString("quantoscope evaluate m/net.onnx --images images --limit 100 --preprocessing 'no resize' --scheme "
                     "w8a8-tensor-sym --scheme w8a8-channel-sym --backend integer --calibration 256 --layer-images 8 "
                     "--batch 16 --threads 2 --json results.json"));
    // What is no preset is a file, and the file's contents are in the report.
    request.runs[0].evaluation.variants[1].details->scheme.weights.bits = 4;
    request.runs[0].evaluation.variants[1].details->scheme.id = "mine";
    QVERIFY(report_html(request).contains("--scheme mine.json"));
    QVERIFY(report_html(request).contains("&quot;format&quot;: &quot;quantoscope.scheme&quot;") ||
            report_html(request).contains("\"format\": \"quantoscope.scheme\""));
  }

  void only_drawings_are_taken_from_a_picture() {
    QByteArray out;
    QXmlStreamWriter xml(&out);
    write_inline_svg(xml,
                     "<svg viewBox='0 0 1 1' xmlns='http://www.w3.org/2000/svg' onload='x()'><script>x()</script>"
                     "<g id='a' onclick='x()'><path d='M0 0' fill='url(#a)'/><a href='http://x'><text>t</text></a>"
                     "<image href='http://x/y.png'/></g></svg>",
                     "p-", "label");
    QVERIFY(!out.contains("script") && !out.contains("onload") && !out.contains("onclick") &&
            !out.contains("http://x"));
    QVERIFY(out.contains("id=\"p-a\"") && out.contains("url(#p-a)"));
    QVERIFY_EXCEPTION_THROWN(write_inline_svg(xml, "<html/>", "", ""), Error);
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestReport)
#include "test_report.moc"
