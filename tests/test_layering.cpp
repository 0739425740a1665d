// The rooms and who may include whom: data flows left to right, and nothing includes to its right.
#include <QtTest/QtTest>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace qs {
namespace {

namespace fs = std::filesystem;

// base <- tensor <- graph <- {model, quant} <- engine <- {analysis, optimize, train, search} <- evaluate.
// Rooms of one rank do not see each other.
const std::map<std::string, int> kCoreRank = {
    {"base", 0},     {"tensor", 1},   {"graph", 2}, {"model", 3},  {"quant", 3},    {"engine", 4},
    {"analysis", 5}, {"optimize", 5}, {"train", 5}, {"search", 5}, {"evaluate", 6},
};

/// "core/graph/op.h" is in "core/graph"; files right in core/ are the room "core/evaluate"; "app/cli/x.h" is in "app".
std::string room_of(const std::string& path) {
  const std::size_t first = path.find('/');
  if (first == std::string::npos) return "";
  const std::string top = path.substr(0, first);
  if (top != "core") return top;
  const std::size_t second = path.find('/', first + 1);
  return second == std::string::npos ? "core/evaluate" : path.substr(0, second);
}

bool is_core(const std::string& room) {
  return room.starts_with("core/");
}
int rank_of(const std::string& room) {
  return kCoreRank.at(room.substr(5));
}

/// May a file of room `from` include a file of room `to`?
bool may_include(const std::string& from, const std::string& to) {
  if (from == to || from == "app") return from == to || to == "datasets" || to == "views" || is_core(to);
  if (is_core(from)) return is_core(to) && rank_of(to) < rank_of(from);
  if (from == "datasets") return to == "core/base" || to == "core/tensor";
  if (from == "views") return is_core(to) || to == "datasets";
  return false;
}

/// Libraries that live in certain rooms only.
struct Library {
  std::string name;
  std::regex header;
  std::set<std::string> rooms;
};
const std::vector<Library> kLibraries = {
    {"oneDNN", std::regex("(oneapi/dnnl/)?dnnl.*"), {"core/engine"}},
    {"OpenCV", std::regex("opencv2/.*"), {"datasets"}},
    {"libarchive", std::regex("archive(_entry)?\\.h"), {"datasets"}},
    {"ONNX or protobuf", std::regex("(onnx|google/protobuf)/.*"), {"core/model"}},
    {"Qt", std::regex("(Qt[A-Z0-9].*|Q[A-Z]\\w*|qcustomplot\\.h|q[a-z]+\\.h)"), {"views", "app"}},
    {"CLI11", std::regex("CLI/.*"), {"app"}},
};

/// What an `#include` line names, without its brackets or quotes; empty for other lines.
std::optional<std::string> included(const std::string& line) {
  // Not a raw string: moc stumbles over quotes in those.
  static const std::regex kInclude("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"].*");
  std::smatch match;
  if (!std::regex_match(line, match, kInclude)) return std::nullopt;
  return match[1].str();
}

/// Why this line must not stand in `file`; empty when it may.
std::string complaint(const std::string& file, const std::string& line) {
  const std::optional<std::string> header = included(line);
  if (!header) return "";
  const std::string from = room_of(file);
  for (const Library& library : kLibraries) {
    if (std::regex_match(*header, library.header) && !library.rooms.contains(from)) {
      return file + " includes " + library.name + " (" + *header + "), which lives elsewhere";
    }
  }
  const std::string to = room_of(*header);
  static const std::set<std::string> kTops = {"datasets", "views", "app", "tests"};
  const bool ours = is_core(to) ? kCoreRank.contains(to.substr(5)) : kTops.contains(to);
  if (header->starts_with("core/") && !ours) return file + " includes an unknown room: " + *header;
  if (header->starts_with("../") || header->starts_with("./")) return file + " includes by a relative path: " + *header;
  if (ours && !may_include(from, to)) return file + " (" + from + ") must not include " + *header + " (" + to + ")";
  return "";
}

}  // namespace

class TestLayering : public QObject {
  Q_OBJECT

 private slots:
  void no_include_points_to_the_right() {
    const fs::path root = QS_SOURCE_DIR;
    int lines = 0;
    QStringList complaints;
    for (const char* top : {"core", "datasets", "views", "app"}) {
      if (!fs::is_directory(root / top)) continue;
      for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / top)) {
        const std::string extension = entry.path().extension().string();
        if (extension != ".h" && extension != ".cpp") continue;
        const std::string file = fs::relative(entry.path(), root).generic_string();
        if (is_core(room_of(file)) && !kCoreRank.contains(room_of(file).substr(5))) {
          complaints << QString::fromStdString(file + " stands in a room the design does not know");
          continue;
        }
        std::ifstream stream(entry.path());
        for (std::string line; std::getline(stream, line);) {
          if (included(line)) ++lines;
          if (const std::string text = complaint(file, line); !text.empty()) complaints << QString::fromStdString(text);
        }
      }
    }
    QVERIFY2(lines > 50, "the walk found hardly any #include lines: is QS_SOURCE_DIR right?");
    QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join("\n")));
  }

  void the_rule_knows_good_from_bad_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("line");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char* file, const char* line, bool allowed) {
      QTest::addRow("%s: %s", file, line) << file << line << allowed;
    };
    row("core/graph/graph.h", "#include \"core/tensor/tensor.h\"", true);
    row("core/graph/passes/fold.cpp", "#include \"core/graph/graph.h\"", true);
    row("core/tensor/tensor.h", "#include \"core/graph/graph.h\"", false);
    row("core/model/onnx_import.cpp", "#include \"core/engine/executable.h\"", false);
    row("core/model/onnx_import.cpp", "#include \"core/quant/encoding.h\"", false);
    row("core/engine/float/compile.cpp", "#include \"core/quant/encoding.h\"", true);
    row("core/engine/executable.h", "#include \"core/evaluate.h\"", false);
    row("core/evaluate.h", "#include \"core/engine/executable.h\"", true);
    row("core/analysis/sqnr.h", "#include \"core/train/loss.h\"", false);
    row("core/base/error.h", "#include \"app/cli/commands.h\"", false);
    row("core/base/error.h", "#include \"core/util/error.h\"", false);
    row("datasets/reader.h", "#include \"core/tensor/batch.h\"", true);
    row("datasets/reader.h", "#include \"core/graph/graph.h\"", false);
    row("datasets/reader.h", "#include \"views/panel.h\"", false);
    row("views/panel.h", "#include \"datasets/dataset.h\"", true);
    row("views/panel.h", "#include \"app/store.h\"", false);
    row("app/cli/inspect.cpp", "#include \"core/graph/graph.h\"", true);
    row("app/cli/inspect.cpp", "#include \"tests/support/shared_data.h\"", false);
    row("app/cli/inspect.cpp", "#include \"../commands.h\"", false);
    row("core/engine/onednn.h", "#include <oneapi/dnnl/dnnl.hpp>", true);
    row("core/graph/graph.h", "#include <dnnl.hpp>", false);
    row("app/main.cpp", "#include <oneapi/dnnl/dnnl.hpp>", false);
    row("app/cli/evaluate.cpp", "#include <opencv2/core.hpp>", false);
    row("datasets/decode.cpp", "  #  include <opencv2/core.hpp>  // decode", true);
    row("core/model/external.cpp", "#include <archive.h>", false);
    row("core/graph/graph.h", "#include <onnx/onnx_pb.h>", false);
    row("core/base/error.h", "#include <QString>", false);
    row("core/base/error.h", "#include <QtCore/QString>", false);
    row("datasets/reader.h", "#include <qglobal.h>", false);
    row("app/main.cpp", "#include <QCoreApplication>", true);
    row("core/evaluate.cpp", "#include <CLI/CLI.hpp>", false);
    row("core/base/error.h", "#include <string>", true);
    row("core/base/error.h", "// #include <QString>", true);
  }
  void the_rule_knows_good_from_bad() {
    QFETCH(QString, file);
    QFETCH(QString, line);
    QFETCH(bool, allowed);
    const std::string text = complaint(file.toStdString(), line.toStdString());
    QVERIFY2(text.empty() == allowed, text.c_str());
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestLayering)
#include "test_layering.moc"
