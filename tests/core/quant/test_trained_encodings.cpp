// Ranges that training learned: kept in the model file, and used by `quantize` to the bit.
#include "core/quant/trained_encodings.h"

#include <QtTest/QtTest>
#include <nlohmann/json.hpp>

#include "core/graph/networks/networks.h"
#include "core/graph/operator.h"
#include "core/graph/output_channel.h"
#include "core/model/onnx_export.h"
#include "core/model/onnx_import.h"
#include "core/quant/quantized_graph.h"
#include "core/quant/weight_quantizer.h"
#include "tests/support/calibrated.h"
#include "tests/support/test_files.h"

using namespace qs;

namespace {

using Json = nlohmann::ordered_json;

Scheme scheme_of(Granularity granularity, int weight_bits = 4, int activation_bits = 8) {
  Scheme scheme;
  scheme.id = "test";
  scheme.weights.bits = weight_bits;
  scheme.weights.granularity = granularity;
  scheme.activations.bits = activation_bits;
  return scheme;
}

Scheme with_trained_ranges(Scheme scheme) {
  scheme.weights.range = {"trained", {}};
  scheme.activations.range = {"trained", {}};
  return scheme;
}

Graph small_resnet() {
  return build_network(network("resnet_cifar"), {{"depth", 8}, {"width", 4}}, {3, 16, 16}, 5, 1);
}

/// What training could have learned: the encodings of `quantized` with scales that no range gives, ulps and all.
TrainedEncodings learned(const QuantizedGraph& quantized) {
  TrainedEncodings result;
  const auto changed = [](Encoding encoding) {
    for (ScaleZeroPoint& channel : encoding.channels) {
      channel.scale *= 0.87654321F;
      if (encoding.grid.kind == GridKind::affine)
        channel.zero_point = (channel.zero_point + 3) % encoding.grid.quant_max();
    }
    return encoding;
  };
  for (std::size_t v = 0; v < quantized.encodings.size(); ++v) {
    if (quantized.encodings[v]) result.activations[quantized.graph.values[v].name] = changed(*quantized.encodings[v]);
  }
  for (const auto& [id, weights] : quantized.weights) {
    result.weights[quantized.graph.node(id).name] = changed(weights.encoding);
  }
  return result;
}

/// A network that was trained for `scheme`, written and read back.
struct Trained {
  Graph graph;
  TrainedEncodings encodings;
};

Trained trained_network(const Scheme& scheme) {
  Graph graph = small_resnet();
  const Graph prepared = prepare_for_quantization(graph, scheme);
  const Calibration calibration = calibrated(prepared, random_batches(prepared, 2, 2));
  TrainedEncodings encodings = learned(quantize(prepared, calibration, scheme));
  attach(encodings, graph);
  return {import_onnx(bytes_of(to_onnx(graph)), {}), std::move(encodings)};
}

QuantizedGraph quantized(const Graph& graph, const Scheme& scheme) {
  const Graph prepared = prepare_for_quantization(graph, scheme);
  return quantize(prepared, calibrated(prepared, random_batches(prepared, 2, 2)), scheme);
}

std::string refusal(const Json& json) {
  try {
    static_cast<void>(trained_encodings_from_json(json));
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

Json example() {
  const Grid restricted{4, GridKind::symmetric_restricted, true};
  return to_json({.activations = {{"input", {{8, GridKind::affine, false}, {{0.1F, 7}}}}},
                  .weights = {{"conv", {restricted, {{0.5F, 0}, {1e-30F, 0}}}}}});
}

#define REFUSED(path, value, part)                                  \
  do {                                                              \
    Json json = example();                                          \
    json[Json::json_pointer(path)] = value;                         \
    const std::string found = refusal(json);                        \
    QVERIFY2(found.find(part) != std::string::npos, found.c_str()); \
  } while (false)

}  // namespace

class TestTrainedEncodings : public QObject {
  Q_OBJECT

 private slots:
  void quantize_gets_exactly_what_was_trained_data() {
    QTest::addColumn<int>("granularity");
    QTest::addColumn<bool>("affine");
    QTest::newRow("per tensor") << static_cast<int>(Granularity::tensor) << false;
    QTest::newRow("per channel") << static_cast<int>(Granularity::channel) << false;
    QTest::newRow("per channel, asymmetric") << static_cast<int>(Granularity::channel) << true;
  }
  void quantize_gets_exactly_what_was_trained() {
    QFETCH(int, granularity);
    QFETCH(bool, affine);
    Scheme scheme = scheme_of(static_cast<Granularity>(granularity));
    if (affine) scheme.weights.grid = GridKind::affine;
    if (!affine) scheme.activations.grid = GridKind::symmetric;
    const Trained trained = trained_network(scheme);
    QVERIFY(trained_encodings(trained.graph) == trained.encodings);
    const QuantizedGraph result = quantized(trained.graph, with_trained_ranges(scheme));
    QVERIFY2(result.remarks.empty(), result.remarks.empty() ? "" : result.remarks[0].text.c_str());
    std::size_t found = 0;
    for (std::size_t v = 0; v < result.encodings.size(); ++v) {
      if (!result.encodings[v]) continue;
      const std::string& name = result.graph.values[v].name;
      QVERIFY2(trained.encodings.activations.contains(name), name.c_str());
      // Pooled and moved values keep their input's encoding, as in training.
      if (name == "pool" || name == "flatten") continue;
      QVERIFY2(*result.encodings[v] == trained.encodings.activations.at(name), name.c_str());
      ++found;
    }
    QVERIFY(found > 8);
    QCOMPARE(result.weights.size(), trained.encodings.weights.size());
    for (const auto& [id, weights] : result.weights) {
      const std::string& name = result.graph.node(id).name;
      QVERIFY2(weights.encoding == trained.encodings.weights.at(name), name.c_str());
    }
  }

  void ranges_for_something_else_are_not_used() {
    const Scheme scheme = scheme_of(Granularity::channel);
    const Trained trained = trained_network(scheme);
    const auto remark = [&](const Scheme& other) {
      const QuantizedGraph result = quantized(trained.graph, with_trained_ranges(other));
      return result.remarks.empty() ? std::string() : result.remarks.back().text;
    };
    QCOMPARE(remark(scheme), std::string());
    QVERIFY(remark(scheme_of(Granularity::channel, 8)).find("another number of bits") != std::string::npos);
    QVERIFY(remark(scheme_of(Granularity::tensor)).find("each channel only") != std::string::npos);
    Scheme other = scheme;
    other.weights.grid = GridKind::symmetric;
    QVERIFY(remark(other).find("another grid") != std::string::npos);
    other = scheme;
    other.activations.bits = 4;
    QVERIFY(remark(other).find("another number of bits") != std::string::npos);
    const QuantizedGraph untrained = quantized(small_resnet(), with_trained_ranges(scheme));
    QVERIFY(untrained.remarks.size() > 15);  // every layer and every value
    QVERIFY(untrained.remarks[0].text.find("finds no trained range") != std::string::npos);
  }

  void damaged_entries_matter_only_to_those_who_ask() {
    Graph graph = small_resnet();
    const Scheme scheme = scheme_of(Granularity::channel);
    graph.metadata[std::string(kTrainedEncodingsKey)] = R"({"format": "quantoscope.encodings", "version": 9})";
    QVERIFY(quantized(graph, scheme).remarks.empty());
    try {
      static_cast<void>(quantized(graph, with_trained_ranges(scheme)));
      QFAIL("no error");
    } catch (const Error& error) {
      QVERIFY(std::string(error.what()).find("version is 9") != std::string::npos);
    }
    graph.metadata[std::string(kTrainedEncodingsKey)] = std::string(100000, '[');
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(trained_encodings(graph)), Error);
  }

  void json_comes_back() {
    const Json json = example();
    QVERIFY(to_json(trained_encodings_from_json(json)) == json);
    QCOMPARE(json["activations"]["input"]["zero_point"].get<int>(), 7);
    QCOMPARE(json["weights"]["conv"]["channels"][1]["scale"].get<float>(), 1e-30F);
    QCOMPARE(json["weights"]["conv"]["grid"].get<std::string>(), std::string("symmetric_restricted"));
  }

  void strict_reading() {
    QCOMPARE(refusal(example()), std::string("no error"));
    QVERIFY(refusal(Json::array()).find("format") != std::string::npos);
    REFUSED("/format", "x", "format must be \"quantoscope.encodings\"");
    REFUSED("/version", 2, "it is too old");
    REFUSED("/version", 0, "version must be a whole number");
    REFUSED("/notes", 1, "notes is unknown");
    REFUSED("/activations", 1, "activations must be an object");
    REFUSED("/activations/input/bits", 1, "activations.input.bits must be a whole number from 2 to 16");
    REFUSED("/activations/input/bits", 8.5, "activations.input.bits");
    REFUSED("/activations/input/bits", 18446744073709551615U, "activations.input.bits");
    REFUSED("/activations/input/grid", "log", "activations.input.grid must be affine");
    REFUSED("/activations/input/is_signed", 0, "activations.input.is_signed must be true or false");
    REFUSED("/activations/input/scale", 0, "activations.input.scale must be a positive number");
    REFUSED("/activations/input/scale", 1e300, "activations.input.scale");
    REFUSED("/activations/input/scale", "1", "activations.input.scale");
    REFUSED("/activations/input/zero_point", 256, "activations.input.zero_point must be a whole number from 0 to 255");
    REFUSED("/activations/input/extra", 1, "activations.input.extra is unknown");
    REFUSED("/weights/conv/channels", Json::array(), "weights.conv.channels must be a list");
    REFUSED("/weights/conv/channels/1/zero_point", 1, "weights.conv.channels[1].zero_point must be");
    REFUSED("/weights/conv/channels/0", Json::object(), "weights.conv.channels[0].scale is missing");
  }
};

QTEST_GUILESS_MAIN(TestTrainedEncodings)
#include "test_trained_encodings.moc"
