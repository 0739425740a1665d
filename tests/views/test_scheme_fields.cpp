// Schemes taken apart into keys, compared, named, and excepted from.
#include <QtTest/QtTest>
#include <nlohmann/json.hpp>

#include "tests/support/table.h"
#include "views/models/layer_exceptions.h"
#include "views/models/scheme_files.h"
#include "views/models/scheme_names.h"

namespace qs {
namespace {

const Scheme& preset(const std::string& id) {
  for (const Scheme& each : preset_schemes()) {
    if (each.id == id) return each;
  }
  throw std::out_of_range(id);
}

const Field& field(const std::vector<Field>& fields, const std::string& path) {
  for (const Field& each : fields) {
    if (each.path == path) return each;
  }
  throw std::out_of_range(path);
}

/// All paths of a scheme's JSON but for its exceptions; what a method is set to is one value.
void leaves(const nlohmann::ordered_json& json, const std::string& path, std::set<std::string>& found) {
  for (const auto& [key, value] : json.items()) {
    const std::string here = path.empty() ? key : path + "." + key;
    if (value.is_object() && !value.contains("settings")) {
      leaves(value, here, found);
    } else {
      found.insert(here);
    }
  }
}

}  // namespace

class TestSchemeFields : public QObject {
  Q_OBJECT

 private slots:
  void every_key_of_the_json_is_a_field() {
    std::set<std::string> expected;
    leaves(to_json(Scheme{}), "", expected);
    for (const char* none : {"format", "version", "layers"}) expected.erase(none);
    std::set<std::string> found;
    for (const Field& each : fields_of(Scheme{})) {
      found.insert(each.path);
      QVERIFY2(!each.key.title.empty() && !each.key.summary.empty() && !each.section.empty(), each.path.c_str());
      QVERIFY2(each.kind != FieldKind::whole || each.key.min < each.key.max, each.path.c_str());
      const bool has_choices =
          each.kind == FieldKind::choice || each.kind == FieldKind::list || each.kind == FieldKind::method;
      QCOMPARE(!each.choices.empty(), has_choices);
      for (const Choice& choice : each.choices) QVERIFY2(!choice.title.empty(), each.path.c_str());
    }
    QCOMPARE(found, expected);
    for (const Field& each : fields_of(LayerOverride{})) {
      QVERIFY(std::holds_alternative<std::monostate>(each.value));
      const bool refers = each.key.exception_to.empty() || expected.contains(std::string(each.key.exception_to));
      QVERIFY2(refers, each.path.c_str());
    }
  }

  void values_are_put_back_where_they_were() {
    for (const Scheme& from : preset_schemes()) {
      Scheme to;
      to.layers = from.layers;
      for (const Field& each : fields_of(from)) set_field(to, each.path, each.value);
      QVERIFY2(to == from, from.id.c_str());
    }
    Scheme scheme;
    set_field(scheme, "weights.grid", std::string("affine"));
    QVERIFY(scheme.weights.grid == GridKind::affine);
    set_field(scheme, "calibration.seed", std::int64_t{1} << 53);
    QCOMPARE(scheme.calibration.seed, std::uint64_t{1} << 53);
    QVERIFY_EXCEPTION_THROWN(set_field(scheme, "weights.colour", std::int64_t{1}), Error);
    QVERIFY_EXCEPTION_THROWN(set_field(scheme, "weights.bits", true), Error);
  }

  void values_read_as_people_say_them() {
    Scheme scheme;
    scheme.weights.range = {"percentile", {{"percentile", 99.5}}};
    scheme.passes.clear();
    const std::vector<Field> fields = fields_of(scheme);
    QCOMPARE(text_of(field(fields, "weights.bits")), std::string("8 bits"));
    QCOMPARE(text_of(field(fields, "weights.granularity")), std::string("Per channel"));
    QCOMPARE(text_of(field(fields, "weights.range")), std::string("Percentile (Percentile 99.5 %)"));
    QCOMPARE(text_of(field(fields, "passes")), std::string("none"));
    QCOMPARE(text_of(field(fields, "activations.quantized")), std::string("yes"));
  }

  // Table 5's two schemes differ in exactly what its columns are called.
  void differences_of_published_schemes() {
    const std::vector<Scheme> pair{preset("w4a8-tensor-asym"), preset("w4a8-channel-sym")};
    const std::vector<Difference> found = differences(pair);
    QCOMPARE(found.size(), std::size_t{2});
    QCOMPARE(found[0].section + "/" + found[0].title, std::string("Weights/Grid"));
    QCOMPARE(found[0].values, (std::vector<std::string>{"Asymmetric", "Restricted"}));
    QCOMPARE(found[1].section + "/" + found[1].title, std::string("Weights/Scales"));
    QCOMPARE(found[1].values, (std::vector<std::string>{"Per tensor", "Per channel"}));
    QVERIFY(differences({}).empty());
    QVERIFY(differences(std::span(pair).first(1)).empty());
    Scheme excepted = pair[0];
    excepted.layers = {exception_for(excepted, "fc")};
    excepted.layers[0].weight_bits = 8;
    const std::vector<Difference> more = differences(std::vector<Scheme>{pair[0], excepted});
    QCOMPARE(more.size(), std::size_t{1});
    QCOMPARE(more[0].values, (std::vector<std::string>{"none", "fc: Weight bits: 8 bits"}));
  }

  void problems_are_told_of_their_key() {
    QVERIFY(!problem_of(Scheme{}));
    Scheme scheme;
    scheme.activations.grid = GridKind::symmetric;
    scheme.activations.sign = Sign::is_unsigned;
    QCOMPARE(problem_of(scheme)->path, std::string("activations.sign"));
    QS_CONTAINS(problem_of(scheme)->text, "Sign is \"unsigned\", but a symmetric grid would");
    scheme = Scheme{};
    scheme.weights.range = {"percentile", {{"percentile", 200}}};
    QCOMPARE(problem_of(scheme)->path, std::string("weights.range"));
    scheme = Scheme{};
    scheme.id = "no spaces";
    QCOMPARE(problem_of(scheme)->path, std::string("id"));
    scheme = Scheme{};
    scheme.layers = {exception_for(scheme, "x")};
    QCOMPARE(problem_of(scheme)->path, std::string("layers[0]"));
    QCOMPARE(problem_from(Scheme{}, "The model has no layers").path, std::string());
  }

  void titles_say_what_is_set() {
    for (const Scheme& each : preset_schemes()) QCOMPARE(title_for(each), each.title);
    Scheme scheme = preset("w8a8-channel-sym");
    scheme.weights.bits = 5;
    scheme.activations.range = {"kl", {}};
    QCOMPARE(title_for(scheme), std::string("5-bit weights per channel, symmetric, 8-bit activations, activation "
                                            "range by KL divergence (entropy)"));
    scheme = preset("w8a8-channel-sym");
    scheme.bias_bits = 0;
    QCOMPARE(title_for(scheme), preset("w8a8-channel-sym").title + ", changed");
  }

  void names_follow_changes() {
    const Scheme& before = preset("w8a8-channel-sym");
    Scheme after = before;
    after.weights.bits = 4;
    const Scheme edited = with_fitting_names(before, after, {});
    QCOMPARE(edited.id, std::string("w8a8-channel-sym-edited"));
    QCOMPARE(edited.title, std::string("4-bit weights per channel, symmetric, 8-bit activations"));
    QCOMPARE(with_fitting_names(before, after, {edited.id}).id, std::string("w8a8-channel-sym-edited-2"));
    QVERIFY(origin_of(edited).weights == before.weights);  // it is still known where it comes from
    Scheme back = edited;
    back.weights.bits = 8;
    QVERIFY(with_fitting_names(edited, back, {}) == before);
    QCOMPARE(with_fitting_names(edited, back, {before.id}).id, edited.id);
    Scheme named = edited;
    named.title = "Mine";
    Scheme changed = named;
    changed.weights.bits = 3;
    QCOMPARE(with_fitting_names(named, changed, {}).title, std::string("Mine"));
    Scheme second = before;  // as the workbench calls it when it is added twice
    second.id += "-2";
    second.title += " (2)";
    Scheme second_changed = second;
    second_changed.weights.bits = 4;
    QCOMPARE(with_fitting_names(second, second_changed, {}).title, edited.title);
    QCOMPARE(origin_of(second).weights.bits, 8);
  }

  void exceptions_come_and_go() {
    const std::vector<std::string> both{"conv1", "conv2"};
    Scheme scheme = with_exception(Scheme{}, std::vector<std::string>{"*"}, "weight_bits", std::int64_t{4});
    scheme = with_exception(scheme, both, "keep_float", true);
    QCOMPARE(scheme.layers.size(), std::size_t{3});
    QCOMPARE(scheme.layers.back().pattern, std::string("*"));  // the first that matches counts
    QVERIFY(!problem_of(scheme));
    QCOMPARE(exception_fields(scheme, both)[0].field.value, FieldValue(true));
    scheme = with_exception(scheme, std::vector<std::string>{"conv1"}, "keep_float", std::monostate{});
    QCOMPARE(scheme.layers.size(), std::size_t{2});
    QVERIFY(std::holds_alternative<std::monostate>(exception_fields(scheme, both)[0].field.value));
    const std::vector<std::string> names{"conv1", "conv2", "fc"};
    QCOMPARE(matching_layers("conv?", names), 2);
    QCOMPARE(matching_layers("*", names), 3);
    for (const ExceptionField& each : exception_fields(scheme, both)) {
      if (each.field.path == "weight_bits") QCOMPARE(each.otherwise, FieldValue(std::int64_t{8}));
    }
  }

  void files_are_written_and_read() {
    const QTemporaryDir folder;
    const std::string path = folder.filePath("mine.json").toStdString();
    Scheme scheme = preset("w8a8-channel-sym");
    scheme.id = "mine";
    scheme.weights.bits = 5;
    save_scheme(scheme, path);
    QVERIFY(load_scheme(path) == scheme);
    Scheme impossible = scheme;
    impossible.id.clear();
    QS_CONTAINS(refusal_of([&] { save_scheme(impossible, path); }), "id is empty");
    QVERIFY(load_scheme(path) == scheme);  // still
    QS_CONTAINS(refusal_of([&] { save_scheme(scheme, "/no/such/folder/x.json"); }), "cannot be written");
    QS_CONTAINS(refusal_of([] { (void)load_scheme("w8a8-channel-sym"); }), "is neither a scheme nor a file");
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestSchemeFields)
#include "test_scheme_fields.moc"
