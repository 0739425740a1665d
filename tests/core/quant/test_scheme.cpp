// Schemes: the presets of the whitepaper, and what may and may not stand in a scheme's JSON.
#include <QtTest/QtTest>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/quant/scheme_words.h"
#include "core/quant/weight_method.h"
#include "tests/support/table.h"

namespace qs {
namespace {

using Json = nlohmann::ordered_json;

/// Schemes are known by these words: bits, grid and granularity of the weights, bits of the activations.
std::string in_words(const Scheme& scheme) {
  const WeightScheme& w = scheme.weights;
  const ActivationScheme& a = scheme.activations;
  std::string text = "-";
  if (w.quantized) text = fmt::format("{} {} {} {}", w.bits, word_of(w.grid), word_of(w.granularity), w.range.id);
  if (!a.quantized) return text + " | -";
  return text + fmt::format(" | {} {} {} {}", a.bits, word_of(a.grid), word_of(a.sign), a.range.id);
}

struct PresetRow {
  const char* name;
  const char* words;
  const char* source;
};
// Krishnamoorthi, arXiv:1806.08342, tables 2, 3, 5 and 6; the order is that of the command line.
const std::vector<PresetRow> kPresets = {
    {"float", "- | -", "Table 1"},
    {"w8-tensor-asym", "8 affine tensor min_max | -", "Table 2"},
    {"w8-channel-sym", "8 symmetric_restricted channel min_max | -", "Table 2"},
    {"w8-channel-asym", "8 affine channel min_max | -", "Table 2"},
    {"w8a8-tensor-asym", "8 affine tensor min_max | 8 affine automatic moving_average", "Table 3"},
    {"w8a8-tensor-sym", "8 symmetric_restricted tensor min_max | 8 affine automatic moving_average", "figures 18, 19"},
    {"w8a8-channel-sym", "8 symmetric_restricted channel min_max | 8 affine automatic moving_average", "Table 3"},
    {"w8a8-channel-asym", "8 affine channel min_max | 8 affine automatic moving_average", "Table 3"},
    {"a8", "- | 8 affine automatic moving_average", "Table 3"},
    {"w4a8-tensor-asym", "4 affine tensor min_max | 8 affine automatic moving_average", "Table 5"},
    {"w4a8-channel-sym", "4 symmetric_restricted channel min_max | 8 affine automatic moving_average", "Table 5"},
    {"w8a4-channel-sym", "8 symmetric_restricted channel min_max | 4 affine automatic moving_average", "Table 6"},
    {"w7a8-channel-sym", "7 symmetric_restricted channel min_max | 8 affine automatic moving_average", ""},
};

/// A scheme in which nothing has its default.
Scheme unusual() {
  Scheme scheme;
  scheme.id = "My.scheme-1_b";
  scheme.title = "A title";
  scheme.summary = "A sentence.";
  scheme.weights = {.quantized = false,
                    .method = "uniform",
                    .bits = 5,
                    .grid = GridKind::symmetric,
                    .granularity = Granularity::tensor,
                    .rounding = Rounding::stochastic,
                    .range = {"moving_average", {}}};
  scheme.activations = {.quantized = false,
                        .bits = 16,
                        .grid = GridKind::symmetric_restricted,
                        .sign = Sign::is_signed,
                        .rounding = Rounding::stochastic,
                        .residual = Residual::separate,
                        .range = {"min_max", {}}};
  scheme.passes = {"remove_identity", "fuse_gelu"};
  scheme.first_layer = EndLayers::eight_bits;
  scheme.last_layer = EndLayers::keep_float;
  scheme.bias_bits = 0;
  scheme.layers = {{.pattern = "conv_dw_*",
                    .keep_float = std::nullopt,
                    .weight_bits = 16,
                    .activation_bits = 2,
                    .weight_range = MethodChoice{"min_max", {}},
                    .activation_range = MethodChoice{"moving_average", {}}},
                   {.pattern = "fc?",
                    .keep_float = true,
                    .weight_bits = {},
                    .activation_bits = {},
                    .weight_range = {},
                    .activation_range = {}}};
  scheme.calibration = {.images = 10, .batch = 3, .seed = std::uint64_t{1} << 53};
  scheme.seed = 99;
  return scheme;
}

/// A good scheme's JSON with one value put at a JSON pointer.
struct BadValue {
  const char* name;
  const char* pointer;
  Json value;
  const char* message;
};
const std::vector<BadValue> kBadValues = {
    {"unknown key", "/wieghts", 1, "wieghts is no key of a scheme; known here: format, version, id, title,"},
    {"unknown key inside", "/weights/bitz", 8,
     "weights.bitz is no key of a scheme; known here: quantized, method, bits"},
    {"unknown key in a layer", "/layers/0/bits", 8, "layers[0].bits is no key"},
    {"another format", "/format", "other", "format must be \"quantoscope.scheme\", but is \"other\""},
    {"a newer version", "/version", 2, "version is 2, but this program reads schemes up to version 1"},
    {"version 0", "/version", 0, "version must be 1, but is 0"},
    {"empty id", "/id", "", "id is empty"},
    {"id with a space", "/id", "a b", "id may hold letters, digits and -_. only"},
    {"long id", "/id", std::string(101, 'a'), "id has 101 characters, but must have 100 at most"},
    {"title is a number", "/title", 3, "title must be a text, but is 3"},
    {"weights is a text", "/weights", "int8", "weights must be an object, but is \"int8\""},
    {"quantized is a number", "/weights/quantized", 1, "weights.quantized must be true or false, but is 1"},
    {"bits is a text", "/weights/bits", "8", "weights.bits must be a whole number, but is \"8\""},
    {"bits is a fraction", "/weights/bits", 7.5, "weights.bits must be a whole number, but is 7.5"},
    {"bits is huge", "/weights/bits", 1e300, "weights.bits must be a whole number, but is 1e+300"},
    {"bits is NaN", "/weights/bits", std::nan(""), "weights.bits must be a whole number, but is null"},
    {"1 bit", "/weights/bits", 1, "weights.bits is 1, but must lie from 2 to 16"},
    {"17 bits", "/activations/bits", 17, "activations.bits is 17, but must lie from 2 to 16"},
    {"unknown method", "/weights/method", "magic", "weights.method is \"magic\", but must be one of: uniform"},
    {"unknown grid", "/weights/grid", "round",
     "weights.grid must be one of: affine, symmetric, symmetric_restricted, but is \"round\""},
    {"grid in capitals", "/weights/grid", "Affine", "weights.grid must be one of"},
    {"grid is a number", "/activations/grid", 0, "activations.grid must be one of"},
    {"sign", "/activations/sign", "maybe", "activations.sign must be one of: automatic, signed, unsigned"},
    {"range is a text", "/weights/range", "min_max", "weights.range must be an object with \"id\" and \"settings\""},
    {"range without id", "/weights/range", Json::object(), "weights.range must be an object with \"id\""},
    {"range with another key", "/weights/range/percent", 3,
     "weights.range.percent is no key of a scheme; known here: id"},
    {"unknown estimator", "/activations/range/id", "guess", "activations.range: "},
    {"unknown setting", "/weights/range/settings/x", 1, "weights.range (min_max) has no parameter \"x\""},
    {"setting out of bounds",
     "/weights/range",
     {{"id", "percentile"}, {"settings", {{"percentile", 200}}}},
     "weights.range (percentile): \"percentile\" is 200, but must lie from 50 to 100"},
    {"setting that is not whole",
     "/layers/0",
     {{"pattern", "x"}, {"weight_range", {{"id", "mse"}, {"settings", {{"candidates", 50.5}}}}}},
     "layers[0].weight_range (mse): \"candidates\" is 50.5, but must be whole"},
    {"setting is a text", "/weights/range/settings/x", "1", "weights.range.settings.x must be a number, but is \"1\""},
    {"settings is a list", "/weights/range/settings", Json::array(), "weights.range.settings must be an object"},
    {"unknown pass", "/passes/0", "fold", "passes[0] is \"fold\", but must be one of: remove_identity,"},
    {"a pass twice", "/passes", {"fuse_gelu", "fuse_gelu"}, "passes[1] is \"fuse_gelu\", which is in the list before"},
    {"passes is a text", "/passes", "fuse_gelu", "passes must be a list of texts"},
    {"bias of 16 bits", "/bias_bits", 16, "bias_bits is 16, but must be 0 or 32"},
    {"no calibration", "/calibration/images", 0, "calibration.images is 0, but must lie from 1 to"},
    {"negative seed", "/seed", -1, "seed must be a whole number from 0 to"},
    {"seed that JSON rounds", "/seed", (std::uint64_t{1} << 53) + 2, "seed must be a whole number from 0 to"},
    {"layers is an object", "/layers", Json::object(), "layers must be a list of objects"},
    {"layer without pattern", "/layers/0/pattern", "", "layers[0].pattern is empty"},
    {"layer that says nothing", "/layers/0", {{"pattern", "x"}}, "layers[0] says nothing about"},
    {"layer float and not", "/layers/0/weight_bits", 4, "layers[0] keeps layers float and chooses bits"},
    {"layer with 1 bit",
     "/layers/0",
     {{"pattern", "x"}, {"weight_bits", 1}},
     "layers[0].weight_bits is 1, but must lie"},
    {"null is no value", "/layers/0/keep_float", nullptr, "layers[0].keep_float must be true or false, but is null"},
    {"unsigned and symmetric",
     "/activations",
     {{"grid", "symmetric"}, {"sign", "unsigned"}},
     "activations.sign is \"unsigned\", but a symmetric grid would then cut off"},
};

struct BadFile {
  const char* name;
  const char* text;
  const char* message;
};
const std::vector<BadFile> kBadFiles = {
    {"empty", "", "no JSON, as byte 1 shows"},
    {"cut", R"({"format": "quantoscope.scheme", )", "no JSON, as byte"},
    {"a list", "[]", "a scheme must be an object, but is a list"},
    {"other JSON", R"({"a": 1})", "the key format is missing"},
    {"no id", R"({"format": "quantoscope.scheme"})", "the key id is missing"},
    {"a key twice", R"({"format": "quantoscope.scheme", "id": "a", "seed": 1, "seed": 2})",
     "the key seed is given twice"},
    {"a huge number", R"({"format": "quantoscope.scheme", "id": "a", "seed": 1e999})", "no JSON"},
    {"no UTF-8", "{\"format\": \"\xff\"}", "no JSON, as byte"},
    {"a preset's id", R"({"format": "quantoscope.scheme", "id": "a8", "seed": 2})",
     "id is \"a8\", which is a preset that says something else"},
};

struct Match {
  const char* name;
  const char* pattern;
  const char* text;
  bool fits;
};
const std::vector<Match> kMatches = {
    {"itself", "conv1", "conv1", true},
    {"no part of it", "conv", "conv1", false},
    {"no more than it", "conv12", "conv1", false},
    {"star", "conv*", "conv1", true},
    {"star is empty", "conv1*", "conv1", true},
    {"star alone", "*", "", true},
    {"nothing", "", "", true},
    {"nothing and something", "", "a", false},
    {"question mark", "conv?", "conv1", true},
    {"question mark is not empty", "conv1?", "conv1", false},
    {"star in the middle", "layer*/conv2", "layer3.1/conv2", true},
    {"the star takes the later one", "*conv2", "conv2/conv2", true},
    {"two stars", "*dw*", "conv_dw_1", true},
    {"two stars in order", "*a*b", "xbxa", false},
    {"star and question mark", "a*?", "a", false},
};

}  // namespace

class TestScheme : public QObject {
  Q_OBJECT

 private slots:
  void presets_are_those_of_the_paper() {
    QCOMPARE(preset_schemes().size(), kPresets.size());
    for (std::size_t i = 0; i < kPresets.size(); ++i) {
      const Scheme& scheme = preset_schemes()[i];
      QCOMPARE(scheme.id, std::string(kPresets[i].name));
      QCOMPARE(in_words(scheme), std::string(kPresets[i].words));
      QCOMPARE(preset_source(scheme.id), std::string_view(kPresets[i].source));
      QVERIFY(!scheme.title.empty() && !scheme.summary.empty());
      check(scheme);
      QVERIFY(find_scheme(scheme.id) == scheme);
    }
    QVERIFY(find_scheme("float").is_float());
    QVERIFY(preset_source("mine").empty());
  }

  void json_keeps_everything() {
    for (const Scheme& scheme : preset_schemes()) QVERIFY(scheme_from_json(to_json(scheme)) == scheme);
    const Scheme scheme = unusual();
    const Json json = to_json(scheme);
    QVERIFY(scheme_from_json(json) == scheme);
    QVERIFY(scheme_from_json(Json::parse(json.dump())) == scheme);
    QCOMPARE(json["format"].get<std::string>(), std::string("quantoscope.scheme"));
    QCOMPARE(json["version"].get<int>(), 1);
  }

  void keys_left_out_have_their_defaults() {
    Scheme expected;
    expected.id = expected.title = "mine";
    QVERIFY(scheme_from_json({{"format", "quantoscope.scheme"}, {"id", "mine"}}) == expected);
    expected.weights.bits = 3;
    QVERIFY(scheme_from_json({{"format", "quantoscope.scheme"}, {"id", "mine"}, {"weights", {{"bits", 3.0}}}}) ==
            expected);
  }

  void bad_values_are_named_by_their_path_data() { table_rows(kBadValues); }
  void bad_values_are_named_by_their_path() {
    const BadValue row = current_row(kBadValues);
    Scheme scheme;
    scheme.id = "mine";
    scheme.layers = {{.pattern = "fc",
                      .keep_float = true,
                      .weight_bits = {},
                      .activation_bits = {},
                      .weight_range = {},
                      .activation_range = {}}};
    Json json = to_json(scheme);
    (void)scheme_from_json(json);  // is good before
    json[Json::json_pointer(row.pointer)] = row.value;
    QS_CONTAINS(refusal_of([&] { (void)scheme_from_json(json); }), row.message);
  }

  void bad_files_are_named_data() { table_rows(kBadFiles); }
  void bad_files_are_named() {
    const BadFile row = current_row(kBadFiles);
    const QTemporaryDir folder;
    const std::string path = folder.filePath("scheme.json").toStdString();
    std::ofstream(path, std::ios::binary) << row.text;
    const std::string refusal = refusal_of([&] { (void)find_scheme(path); });
    QS_CONTAINS(refusal, path + ": ");
    QS_CONTAINS(refusal, row.message);
  }

  void files_are_found() {
    const QTemporaryDir folder;
    const std::string path = folder.filePath("scheme.json").toStdString();
    std::ofstream(path) << to_json(unusual());
    QVERIFY(find_scheme(path) == unusual());
    std::ofstream(path) << to_json(preset_schemes()[3]);  // a saved preset is that preset
    QVERIFY(find_scheme(path) == preset_schemes()[3]);
    QS_CONTAINS(refusal_of([&] { (void)find_scheme(folder.path().toStdString()); }), "cannot be read");
    std::ofstream(path) << std::string((1U << 20U) + 1, ' ');
    QS_CONTAINS(refusal_of([&] { (void)find_scheme(path); }), "has 1048577 bytes, which no scheme has");
  }

  void unknown_names_list_the_presets() {
    QS_CONTAINS(refusal_of([] { (void)find_scheme("w9"); }),
                "\"w9\" is neither a scheme nor a file; schemes: float, w8-tensor-asym, w8-channel-sym");
  }

  void deep_nesting_is_refused() {
    const QTemporaryDir folder;
    const std::string path = folder.filePath("deep.json").toStdString();
    std::ofstream(path) << std::string(500'000, '[') << std::string(500'000, ']');
    QS_CONTAINS(refusal_of([&] { (void)find_scheme(path); }), "a scheme must be an object, but is a list");
  }

  void patterns_match_data() { table_rows(kMatches); }
  void patterns_match() {
    const Match row = current_row(kMatches);
    QCOMPARE(matches(row.pattern, row.text), row.fits);
  }

  // Backtracking over every star would take longer than the universe has.
  void many_stars_end() {
    std::string pattern;
    for (int i = 0; i < 200; ++i) pattern += "*a";
    QVERIFY(!matches(pattern + "b", std::string(10'000, 'a')));
  }

  void schema_knows_every_key() {
    const Json schema = scheme_schema();
    Json json = to_json(unusual());
    for (const auto& [key, value] : json.items()) QVERIFY2(schema["properties"].contains(key), key.c_str());
    QCOMPARE(schema["properties"].size(), json.size());
    for (const char* part : {"weights", "activations", "calibration"}) {
      QCOMPARE(schema["properties"][part]["properties"].size(), json[part].size());
      QCOMPARE(schema["properties"][part]["additionalProperties"].get<bool>(), false);
    }
    QCOMPARE(schema["properties"]["layers"]["items"]["properties"].size(), std::size_t{6});
    QCOMPARE(schema["properties"]["weights"]["properties"]["bits"]["maximum"].get<int>(), 16);
    QCOMPARE(schema["$defs"]["range"]["oneOf"][0]["properties"]["id"]["const"].get<std::string>(),
             std::string("min_max"));
  }

  void weight_methods_describe_themselves() {
    for (const WeightMethod* method : weight_methods()) {
      QVERIFY(&weight_method(method->id) == method);
      QVERIFY(!method->title.empty() && !method->summary.empty() && !method->citation.empty());
    }
    QS_CONTAINS(refusal_of([] { (void)weight_method("magic"); }), "no weight method \"magic\"; known methods: uniform");
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestScheme)
#include "test_scheme.moc"
