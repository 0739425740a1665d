// What `inspect --passes` says.
#include <nlohmann/json.hpp>

#include "app/cli/pass_report.h"
#include "tests/support/graph_builder.h"
#include "tests/support/table.h"

using namespace qs;

namespace {

/// A BatchNorm that folds, one that does not, a ReLU6 and a dead channel.
Graph network() {
  GraphBuilder g;
  ValueId x = g.batch_norm(g.conv(g.input({2, 3, 6, 6}), 4, 3));
  x = g.batch_norm(g.add(Clip{0, 6}, {x}));
  const ValueId dead = g.constant(Tensor::from<float>({2, 4, 1, 1}, {1, 2, 3, 4, 0, 0, 0, 0}));
  return g.finish({g.add(Conv{square_window(2, 1), 1}, {g.add(Identity{}, {x}), dead})});
}

const PassReport& find(const std::vector<PassReport>& reports, std::string_view id) {
  return *std::find_if(reports.begin(), reports.end(), [&](const PassReport& each) { return each.pass->id == id; });
}

}  // namespace

class TestPassReport : public QObject {
  Q_OBJECT
 private slots:
  void every_pass_is_told() {
    const std::vector<PassReport> reports = report_passes(network());
    QCOMPARE(reports.size(), passes().size() + optional_passes().size());
    const PassReport& folding = find(reports, "fold_batch_norm");
    QCOMPARE(folding.changed.size(), std::size_t{1});
    QVERIFY(!folding.optional && folding.comparison);
    QVERIFY(sqnr_db(folding.comparison->outputs.at(0).error) > 100);
    const PassReport& unbound = find(reports, "relu6_to_relu");
    QVERIFY(unbound.optional && unbound.changed.size() == 1 && unbound.comparison);
    QVERIFY(find(reports, "remove_identity").comparison->identical());
    const PassReport& dead = find(reports, "find_dead_channels");
    QVERIFY(dead.changed.empty() && !dead.comparison);
    QCOMPARE(dead.kept.at(0).text, "1 of 2 output channels are dead, all weights being 0: 1");
  }

  void text_holds_notes_and_differences() {
    const std::string text = to_text(report_passes(network()));
    for (const char* words :
         {"fold_batch_norm (exact): 1 changed, 1 kept", "  changed BatchNormalization_1: folded into Conv_0",
          "  kept    BatchNormalization_3: it follows Clip_2 (Clip), which has no weights to take it in, and is not "
          "folded into Conv_5 behind it",
          "  differs Conv_5: at most ", "relu6_to_relu (optional, approximate): 1 changed, 0 kept",
          "outputs the same, bit for bit", "found nothing to do: fuse_swish, "}) {
      QS_CONTAINS(text, words);
    }
  }

  void json_has_no_numbers_that_json_has_not() {
    const nlohmann::ordered_json json = to_json(report_passes(network()));
    for (const auto& pass : json) {
      QVERIFY(pass.at("outputs").is_null() == pass.at("changed").empty());
      for (const auto& output : pass.at("outputs")) {
        QVERIFY(output.at("sqnr_db").is_number() || output.at("sqnr_db") == "exact");
      }
      if (pass.at("id") == "remove_identity") {
        QCOMPARE(pass.at("outputs").at(0).at("sqnr_db").get<std::string>(), "exact");
      }
    }
  }
};

QTEST_APPLESS_MAIN(TestPassReport)
#include "test_pass_report.moc"
