// The layers of a network as rows: counted against summaries and published figures, sorted and filtered by hand-made
// numbers.
#include <QAbstractItemModelTester>
#include <QtTest/QtTest>
#include <cmath>
#include <limits>

#include "core/graph/passes/passes.h"
#include "core/model/importers.h"
#include "tests/support/graph_builder.h"
#include "tests/support/shared_data.h"
#include "views/models/layer_execution.h"
#include "views/models/layer_filter.h"
#include "views/models/model_facts.h"

namespace qs {

namespace {

constexpr double kExact = std::numeric_limits<double>::infinity();

/// conv -> relu -> pool -> conv with a shortcut from the pool -> relu.
Graph small_network() {
  GraphBuilder builder;
  const ValueId x = builder.input({2, 3, 8, 8});
  const ValueId first = builder.add(Relu{}, {builder.conv(x, 4, 1, 1, true)});
  const ValueId second = builder.conv(first, 4, 1);
  const ValueId sum = builder.add(Add{}, {second, first});
  return builder.finish({builder.add(Relu{}, {sum})});
}

LayerRow row(const std::string& name, std::optional<double> sqnr, std::int64_t macs = 1) {
  LayerRow made;
  made.name = name;
  made.type = "Conv";
  made.multiply_accumulates = macs;
  made.quantizable = sqnr.has_value();
  made.numbers.sqnr_min = sqnr;
  return made;
}

/// b has two nodes fused into it.
std::vector<LayerRow> hand_made() {
  std::vector<LayerRow> rows = {row("a", 30, 100), row("b", 12.5, 2000), row("c", std::nullopt, 30), row("d", kExact),
                                row("e", -2)};
  rows[1].type = "Conv + Add + Relu";
  rows[1].parts = {row("b.add", std::nullopt), row("b.relu", std::nullopt)};
  return rows;
}

QString order(const QAbstractItemModel& model, const QModelIndex& parent = {}) {
  QStringList names;
  for (int i = 0; i < model.rowCount(parent); ++i) names += model.index(i, 0, parent).data().toString();
  return names.join(' ');
}

std::unique_ptr<QAbstractItemModelTester> watch(QAbstractItemModel& model) {
  return std::make_unique<QAbstractItemModelTester>(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
}

}  // namespace

class TestLayerModel : public QObject {
  Q_OBJECT

 private slots:
  void groups_hold_what_is_fused() {
    const std::vector<LayerRow> rows = layer_rows(small_network(), Residual::fused);
    QCOMPARE(rows.size(), 2U);
    QCOMPARE(rows[0].type, std::string("Conv + Relu"));
    QCOMPARE(rows[0].parameters, 3 * 4 + 4);
    QCOMPARE(rows[0].multiply_accumulates, 3 * 4 * 64);  // of one image, though the graph's batch is 2
    QCOMPARE(rows[1].type, std::string("Conv + Add + Relu"));
    QCOMPARE(rows[1].parts.size(), 2U);
    QVERIFY(rows[1].output == Shape({2, 4, 8, 8}));
    QCOMPARE(layer_rows(small_network(), Residual::separate).size(), 3U);
    QCOMPARE(find_group(rows, rows[1].parts[0].name), &rows[1]);
    QVERIFY(find_group(rows, "no such node") == nullptr);
  }

  void plans_what_runs_in_int8() {
    const Graph graph = small_network();
    Scheme scheme = find_scheme("w8a8-channel-sym");
    QCOMPARE(planned_float(graph, scheme), (std::vector<std::string>{"", ""}));
    LayerOverride kept;
    kept.pattern = graph.nodes[0].name;
    kept.keep_float = true;
    scheme.layers.push_back(kept);
    QVERIFY(!planned_float(graph, scheme)[0].empty());
    QVERIFY(planned_float(graph, scheme)[1].empty());
    scheme.activations.quantized = false;
    QVERIFY(!planned_float(graph, scheme)[1].empty());
    QCOMPARE(planned_float(graph, preset_schemes().front())[0], std::string("the scheme is float"));
  }

  void follows_the_rules_of_item_models() {
    LayerModel model;
    LayerFilter filter(model);
    const auto model_watch = watch(model);
    const auto filter_watch = watch(filter);
    filter.sort(layer_column_index("weight_sqnr_min"));
    model.show(hand_made());
    model.color_by("weight_sqnr_min", print_theme());
    filter.set_text("conv");
    std::vector<LayerRow> changed = hand_made();
    changed[3].numbers.sqnr_min = 1;
    model.show(changed);
    model.show(layer_rows(small_network(), Residual::fused));
    model.show({});
    QCOMPARE(model.rowCount(), 0);
  }

  void sorts_by_value_with_the_unknown_last() {
    LayerModel model;
    model.show(hand_made());
    LayerFilter filter(model);
    filter.sort(layer_column_index("weight_sqnr_min"), Qt::AscendingOrder);
    QCOMPARE(order(filter), QString("e b a d c"));
    filter.sort(layer_column_index("weight_sqnr_min"), Qt::DescendingOrder);
    QCOMPARE(order(filter), QString("d a b e c"));
    filter.sort(layer_column_index("macs"), Qt::DescendingOrder);  // not as text: 2000 before 100 before 30
    QCOMPARE(order(filter), QString("b a c d e"));
    QCOMPARE(order(filter, filter.index(0, 0)), QString("b.add b.relu"));
    filter.sort(-1);
    QCOMPARE(order(filter), QString("a b c d e"));
  }

  void filters() {
    LayerModel model;
    model.show(hand_made());
    LayerFilter filter(model);
    filter.set_text("RELU add");
    QCOMPARE(order(filter), QString("b"));
    QCOMPARE(filter.rowCount(filter.index(0, 0)), 2);
    filter.set_text("");
    filter.set_only_quantizable(true);
    QCOMPARE(order(filter), QString("a b d e"));
    filter.set_below("weight_sqnr_min", 20);
    QCOMPARE(order(filter), QString("b e"));
    filter.set_below("weight_sqnr_min", std::nullopt);
    filter.set_only_quantizable(false);
    QCOMPARE(filter.rowCount(), 5);
  }

  void numbers_change_without_a_reset() {
    LayerModel model;
    model.show(hand_made());
    const QPersistentModelIndex kept = model.index(1, 0, model.index(1, 0));
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    std::vector<LayerRow> other = hand_made();
    other[0].numbers.sqnr_min = 7;
    model.show(other);
    QCOMPARE(resets.size(), 0);
    QCOMPARE(changes.size(), 1);
    model.show(other);  // nothing new
    QCOMPARE(changes.size(), 1);
    QVERIFY(kept.isValid());
    QCOMPARE(model.index(0, layer_column_index("weight_sqnr_min")).data().toString(), QString("7.0"));
    other.pop_back();
    model.show(other);
    QCOMPARE(resets.size(), 1);
  }

  void colors_tell_damage() {
    const std::vector<LayerRow> rows = hand_made();
    const LayerColumn& sqnr = *find_layer_column("weight_sqnr_min");
    const DamageScale scale = damage_scale(sqnr, rows);  // 40 dB is harmless, 10 dB is worst
    QCOMPARE(*damage(sqnr, scale, row("", 25)), 0.5);
    QCOMPARE(*damage(sqnr, scale, row("", 60)), 0.0);
    QCOMPARE(*damage(sqnr, scale, row("", kExact)), 0.0);
    QCOMPARE(*damage(sqnr, scale, row("", -kExact)), 1.0);
    QVERIFY(!damage(sqnr, scale, rows[2]));
    const LayerColumn& macs = *find_layer_column("macs");
    QCOMPARE(*damage(macs, damage_scale(macs, rows), rows[0]), 100.0 / 2000);
    LayerModel model;
    model.show(rows);
    model.color_by("weight_sqnr_min", print_theme());
    QCOMPARE(model.index(4, 0).data(Qt::BackgroundRole).value<QBrush>().color(), print_theme().damage(1));
    QVERIFY(!model.index(2, 0).data(Qt::BackgroundRole).isValid());
  }

  void copies_numbers_in_full() {
    LayerRow exact = row("x", 1.0 / 3);
    const QString text = layer_table_text({&exact}, {find_layer_column("name"), find_layer_column("weight_sqnr_min")});
    QCOMPARE(text, QString("Layer\tWeight SQNR, minimum (dB)\nx\t0.3333333333333333\n"));
  }

  void hostile_names_stay_text() {
    LayerModel model;
    model.show({row("<b>x</b>\n\u202e\xff", 1)});
    const QModelIndex index = model.index(0, 0);
    QVERIFY(!index.data().toString().contains('\n'));
    QVERIFY(!index.data().toString().contains(QChar(0x202e)));
    QVERIFY(!index.data(Qt::ToolTipRole).toString().contains("<b>"));
  }

  void short_quantities() {
    QCOMPARE(short_quantity(0), QString("0"));
    QCOMPARE(short_quantity(999), QString("999"));
    QCOMPARE(short_quantity(1814073344), QString("1.81 G"));
    QCOMPARE(short_quantity(999999), QString("1.00 M"));
    QCOMPARE(grouped_digits(11689512).remove(QChar(0x202f)), QString("11689512"));
    QCOMPARE(grouped_digits(123).size(), 3);
  }

  void sums_are_those_of_the_summary() {
    QS_NEEDS_SHARED_DATA();
    for (const char* file : {"resnet18_pqf.onnx", "mobilenet_v1_0.25_224.onnx", "squeezenet1.1_onnxzoo.onnx"}) {
      const Graph graph = run_passes(import_model(shared_data() / "models" / file), passes()).graph;
      const GraphSummary summary = summarize(graph);
      const std::vector<LayerRow> rows = layer_rows(graph, Residual::fused);
      std::int64_t parameters = 0;
      std::int64_t macs = 0;
      std::size_t nodes = 0;
      for (const LayerRow& each : rows) {
        parameters += each.parameters;
        macs += each.multiply_accumulates;
        nodes += 1 + each.parts.size();
      }
      QCOMPARE(nodes, graph.nodes.size());
      QCOMPARE(parameters, summary.parameters);
      QCOMPARE(macs, summary.multiply_accumulates);
      LayerModel model;
      const auto model_watch = watch(model);
      model.show(rows);
    }
  }

  /// torchvision's documentation: 11,689,512 parameters. The file also holds mean and variance of 4,800 channels; a
  /// folded network has neither, and biases in the place of scale and shift: as many numbers less as there are
  /// channels.
  void resnet18_has_the_published_parameters() {
    QS_NEEDS_SHARED_DATA();
    constexpr std::int64_t kPublished = 11'689'512;
    constexpr std::int64_t kChannels = 4'800;
    const auto parameters = [](const Graph& graph) {
      std::int64_t sum = 0;
      for (const LayerRow& each : layer_rows(graph, Residual::fused)) sum += each.parameters;
      return sum;
    };
    const Graph graph = import_model(shared_data() / "models/resnet18_pqf.onnx");
    QCOMPARE(parameters(graph), kPublished + 2 * kChannels);
    QCOMPARE(parameters(prepare_for_quantization(graph, preset_schemes().front())), kPublished - kChannels);
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestLayerModel)
#include "test_layer_model.moc"
