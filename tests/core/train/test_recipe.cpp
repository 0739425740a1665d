// Recipes: what may and may not stand in their JSON.
#include <QtTest/QtTest>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/train/recipe.h"
#include "tests/support/table.h"

namespace qs {
namespace {

using Json = nlohmann::ordered_json;

/// A recipe in which nothing has its default.
Recipe unusual() {
  Recipe recipe;
  recipe.id = "My.recipe-1_b";
  recipe.title = "A title";
  recipe.summary = "A sentence.";
  recipe.network = {"resnet_cifar", {{"depth", 8}}};
  recipe.input = {.height = 40, .width = 48, .mean = {1, 2, 3}, .standard_deviation = {0.5, 6, 7}};
  recipe.start = Start::model;
  recipe.data = {.augmentation = {.flip = false, .pad_crop = 3, .colour = 0.25, .cutout = 8}, .validation_share = 0.5};
  recipe.batch = 7;
  recipe.epochs = 90;
  recipe.seed = std::uint64_t{1} << 53;
  recipe.compute = Compute::bf16;
  recipe.optimiser = {"adam", {{"beta1", 0.8}}};
  recipe.learning_rate = 0.003;
  recipe.weight_decay = 0.01;
  recipe.decay_biases_and_batch_norm = true;
  recipe.gradient_clip = 1.5;
  recipe.label_smoothing = 0.1;
  recipe.schedule = {"step", {{"every", 20}}};
  recipe.warm_up_epochs = 2.5;
  recipe.ema_decay = 0.99;
  recipe.batch_norm_momentum = 0.01;
  recipe.early_stop_epochs = 4;
  recipe.checkpoint_every_epochs = 3;
  recipe.distillation = {.weight = 0.7, .temperature = 2};
  recipe.quantization = QuantizationRecipe{.scheme = {find_scheme("w4a8-tensor-asym")},
                                           .batch_norm = BatchNormTraining::batch_renormalization,
                                           .freeze_after_epochs = 1.5,
                                           .quant_delay_epochs = 0.5,
                                           .activation_ranges = ActivationRanges::learned,
                                           .range_decay = 0.9,
                                           .weight_ranges = WeightRanges::learned};
  return recipe;
}

/// A good recipe's JSON with one value put at a JSON pointer.
struct BadValue {
  const char* name;
  const char* pointer;
  Json value;
  const char* message;
};
const std::vector<BadValue> kBadValues = {
    {"unknown key", "/lerning_rate", 1, "lerning_rate is no key of a recipe; known here: format, version, id, title,"},
    {"unknown key inside", "/data/augmentation/rotate", 8,
     "data.augmentation.rotate is no key of a recipe; known here: flip, pad_crop"},
    {"unknown key in quantization", "/quantization/bits", 8, "quantization.bits is no key of a recipe"},
    {"another format", "/format", "quantoscope.scheme", "format must be \"quantoscope.recipe\""},
    {"a newer version", "/version", 2, "version is 2, but this program reads recipes up to version 1"},
    {"empty id", "/id", "", "id is empty; every recipe has a name of its own"},
    {"network is a text", "/network", "mobilenet_v1", "network must be an object with \"id\" and \"settings\""},
    {"network without id", "/network", Json::object(), "network must be an object with \"id\""},
    {"setting is a text", "/network/settings", {{"width", "1"}}, "network.settings.width must be a number, but is"},
    {"mean of one channel", "/input/mean", {127.5}, "input.mean must be a list of 3 numbers, but is a list"},
    {"mean is a number", "/input/mean", 127.5, "input.mean must be a list of 3 numbers, but is 127.5"},
    {"mean of texts", "/input/mean", {1, "2", 3}, "input.mean[1] must be a number, but is \"2\""},
    {"mean of pixels 0..1 is fine, of 300 not",
     "/input/mean",
     {1, 2, 300},
     "input.mean[2] is 300, but must lie from 0"},
    {"std of 0", "/input/std", {1, 0, 1}, "input.std[1] is 0, but must lie from 0.001 to 255"},
    {"tiny images", "/input/height", 4, "input.height is 4, but must lie from 8 to 512"},
    {"unknown start", "/start", "zero", "start must be one of: scratch, model, but is \"zero\""},
    {"flip is a number", "/data/augmentation/flip", 1, "data.augmentation.flip must be true or false, but is 1"},
    {"colour", "/data/augmentation/colour", 1.5, "data.augmentation.colour is 1.5, but must lie from 0 to 1"},
    {"all for validation", "/data/validation_share", 1, "data.validation_share is 1, but must lie from 0 to 0.5"},
    {"no batch", "/batch", 0, "batch is 0, but must lie from 1 to 4096"},
    {"half an epoch", "/epochs", 1.5, "epochs must be a whole number, but is 1.5"},
    {"negative seed", "/seed", -1, "seed must be a whole number from 0 to"},
    {"fp16", "/compute", "fp16", "compute must be one of: f32, bf16, but is \"fp16\""},
    {"unknown network", "/network/id", "vgg", "network: there is no network \"vgg\"; there are: mobilenet_v1,"},
    {"unknown optimiser", "/optimiser/id", "magic", "optimiser: there is no optimiser \"magic\"; there are: sgd, adam"},
    {"unknown setting", "/optimiser/settings/beta1", 0.9, "optimiser (sgd) has no parameter \"beta1\""},
    {"momentum 1", "/optimiser/settings/momentum", 1, "optimiser (sgd): \"momentum\" is 1, but must lie from 0 to"},
    {"learning rate 0", "/learning_rate", 0, "learning_rate is 0, but must lie from 1e-08 to 10"},
    {"learning rate NaN", "/learning_rate", std::nan(""), "learning_rate is nan, but must lie"},
    {"learning rate is a text", "/learning_rate", "0.1", "learning_rate must be a number, but is \"0.1\""},
    {"unknown schedule", "/schedule/id", "magic", "schedule: there is no schedule \"magic\"; there are: constant"},
    {"long warm-up", "/warm_up_epochs", 30, "warm_up_epochs is 30, but training lasts 30 epochs; warm up for fewer"},
    {"ema 1", "/ema_decay", 1, "ema_decay is 1, but must lie from 0 to 0.99999"},
    {"cutout of all", "/data/augmentation/cutout", 32, "data.augmentation.cutout is 32, which would hide images of 32"},
    {"crop of nothing", "/data/augmentation/pad_crop", 32, "data.augmentation.pad_crop is 32, which could crop"},
    {"no teacher",
     "",
     {{"start", "scratch"}, {"distillation", {{"weight", 0.5}}}},
     "distillation.weight is 0.5, but a network from scratch has no teacher; set start to \"model\""},
    {"nothing to stop by",
     "",
     {{"data", {{"validation_share", 0}}}, {"early_stop_epochs", 3}},
     "early_stop_epochs is 3, but without validation images nothing says when to stop; set data.validation_share"},
    {"quantization is null", "/quantization", nullptr, "quantization must be an object, but is null"},
    {"unknown scheme", "/quantization/scheme", "w9",
     "quantization.scheme must be a scheme, or one of: float, w8-tensor"},
    {"scheme is a number", "/quantization/scheme", 8, "quantization.scheme must be a preset's name or a scheme"},
    {"scheme that is none", "/quantization/scheme", {{"id", "x"}}, "quantization.scheme: the key format is missing"},
    {"scheme of 1 bit",
     "/quantization/scheme",
     {{"format", "quantoscope.scheme"}, {"id", "x"}, {"weights", {{"bits", 1}}}},
     "quantization.scheme: weights.bits is 1, but must lie"},
    {"a preset's id",
     "/quantization/scheme",
     {{"format", "quantoscope.scheme"}, {"id", "a8"}},
     "quantization.scheme.id is \"a8\", which is a preset that says something else"},
    {"float scheme", "/quantization/scheme", "float", "quantization.scheme is \"float\", which quantizes nothing"},
    {"delay to the end", "/quantization/quant_delay_epochs", 30,
     "quantization.quant_delay_epochs is 30, but training lasts 30 epochs, so nothing would be quantized"},
    {"freeze at the end", "/quantization/freeze_after_epochs", 40,
     "quantization.freeze_after_epochs is 40, but training lasts 30 epochs, so nothing would be frozen"},
    {"learned ranges of nothing",
     "/quantization",
     {{"scheme", "w8-channel-sym"}, {"activation_ranges", "learned"}},
     "quantization.activation_ranges is \"learned\", but the scheme w8-channel-sym leaves activations in float"},
    {"learned weights of nothing",
     "/quantization",
     {{"scheme", "a8"}, {"weight_ranges", "learned"}},
     "quantization.weight_ranges is \"learned\", but the scheme a8 leaves weights in float"},
    {"fixed from scratch", "/quantization/activation_ranges", "fixed",
     "quantization.activation_ranges is \"fixed\", but a network from scratch has no ranges to keep yet"},
};

struct BadFile {
  const char* name;
  const char* text;
  const char* message;
};
const std::vector<BadFile> kBadFiles = {
    {"empty", "", "no JSON, as byte 1 shows"},
    {"a list", "[]", "a recipe must be an object, but is a list"},
    {"other JSON", R"({"a": 1})", "the key format is missing; a recipe says \"format\": \"quantoscope.recipe\""},
    {"no id", R"({"format": "quantoscope.recipe"})", "the key id is missing; every recipe has a name of its own"},
    {"a key twice", R"({"format": "quantoscope.recipe", "id": "a", "seed": 1, "seed": 2})",
     "the key seed is given twice"},
    {"a preset's id", R"({"format": "quantoscope.recipe", "id": "cifar10_plain"})",
     "id is \"cifar10_plain\", which is a preset that says something else"},
};

}  // namespace

class TestRecipe : public QObject {
  Q_OBJECT

 private slots:
  // Half as many epochs: half of every delay.
  void other_numbers_of_epochs_keep_the_shares() {
    Recipe recipe = find_recipe("qat_w4a8_per_channel");
    recipe.epochs = 12;
    recipe.warm_up_epochs = 2;
    recipe.early_stop_epochs = 5;
    recipe.quantization->freeze_after_epochs = 8;
    recipe.quantization->quant_delay_epochs = 1;
    const Recipe shorter = with_epochs(recipe, 6);
    QCOMPARE(shorter.epochs, 6);
    QCOMPARE(shorter.warm_up_epochs, 1.0);
    QCOMPARE(shorter.early_stop_epochs, 2);
    QCOMPARE(shorter.quantization->freeze_after_epochs, 4.0);
    QCOMPARE(shorter.quantization->quant_delay_epochs, 0.5);
    check(with_epochs(recipe, 1));
  }

  void presets_are_good_and_found() {
    std::vector<std::string> ids;
    for (const Recipe& recipe : preset_recipes()) {
      check(recipe);
      QVERIFY(!recipe.title.empty() && !recipe.summary.empty());
      QVERIFY(find_recipe(recipe.id) == recipe);
      QVERIFY(recipe_from_json(to_json(recipe)) == recipe);
      ids.push_back(recipe.id);
    }
    QVERIFY(ids == std::vector<std::string>({"builtin_shapes", "cifar10_mobilenet", "cifar10_resnet20", "cifar10_plain",
                                             "float_fine_tuning", "qat_w8a8_per_channel", "qat_w8a8_per_tensor",
                                             "qat_w4a8_per_channel", "qat_w8a4", "lsq_w4a4", "faq_w8a8"}));
    QS_CONTAINS(refusal_of([] { (void)find_recipe("w9"); }),
                "\"w9\" is neither a recipe nor a file; recipes: builtin_shapes, cifar10_mobilenet,");
  }

  void json_keeps_everything() {
    const Json json = to_json(unusual());
    QVERIFY(recipe_from_json(json) == unusual());
    QVERIFY(recipe_from_json(Json::parse(json.dump())) == unusual());
    QCOMPARE(json["format"].get<std::string>(), std::string("quantoscope.recipe"));
    QCOMPARE(json["version"].get<int>(), 1);
    QCOMPARE(json["quantization"]["scheme"].get<std::string>(), std::string("w4a8-tensor-asym"));
    QVERIFY(!to_json(Recipe{}).contains("quantization"));
  }

  void schemes_of_ones_own_stand_inside() {
    Recipe recipe = unusual();
    recipe.quantization->scheme.scheme.id = "mine";
    recipe.quantization->scheme.scheme.weights.bits = 3;
    const Json json = to_json(recipe);
    QCOMPARE(json["quantization"]["scheme"]["weights"]["bits"].get<int>(), 3);
    QVERIFY(recipe_from_json(json) == recipe);
  }

  void keys_left_out_have_their_defaults() {
    Recipe expected;
    expected.id = expected.title = "mine";
    QVERIFY(recipe_from_json({{"format", "quantoscope.recipe"}, {"id", "mine"}}) == expected);
    expected.data.augmentation.cutout = 8;
    QVERIFY(recipe_from_json(
                {{"format", "quantoscope.recipe"}, {"id", "mine"}, {"data", {{"augmentation", {{"cutout", 8.0}}}}}}) ==
            expected);
    expected.quantization.emplace();
    QVERIFY(recipe_from_json({{"format", "quantoscope.recipe"},
                              {"id", "mine"},
                              {"data", {{"augmentation", {{"cutout", 8}}}}},
                              {"quantization", Json::object()}}) == expected);
  }

  void bad_values_are_named_by_their_path_data() { table_rows(kBadValues); }
  void bad_values_are_named_by_their_path() {
    const BadValue row = current_row(kBadValues);
    Recipe recipe;
    recipe.id = "mine";
    recipe.quantization.emplace();
    Json json = to_json(recipe);
    (void)recipe_from_json(json);  // is good before
    if (*row.pointer == '\0') {
      json.merge_patch(row.value);
    } else {
      json[Json::json_pointer(row.pointer)] = row.value;
    }
    QS_CONTAINS(refusal_of([&] { (void)recipe_from_json(json); }), row.message);
  }

  void bad_files_are_named_data() { table_rows(kBadFiles); }
  void bad_files_are_named() {
    const BadFile row = current_row(kBadFiles);
    const QTemporaryDir folder;
    const std::string path = folder.filePath("recipe.json").toStdString();
    std::ofstream(path, std::ios::binary) << row.text;
    const std::string refusal = refusal_of([&] { (void)find_recipe(path); });
    QS_CONTAINS(refusal, path + ": ");
    QS_CONTAINS(refusal, row.message);
  }

  void files_are_found() {
    const QTemporaryDir folder;
    const std::string path = folder.filePath("recipe.json").toStdString();
    std::ofstream(path) << to_json(unusual());
    QVERIFY(find_recipe(path) == unusual());
  }

  void schema_knows_every_key() {
    const Json schema = recipe_schema();
    const Json json = to_json(unusual());
    for (const auto& [key, value] : json.items()) QVERIFY2(schema["properties"].contains(key), key.c_str());
    QCOMPARE(schema["properties"].size(), json.size());
    for (const char* part : {"input", "data", "distillation", "quantization"}) {
      QCOMPARE(schema["properties"][part]["properties"].size(), json[part].size());
    }
    QCOMPARE(schema["properties"]["optimiser"]["$ref"].get<std::string>(), std::string("#/$defs/optimiser"));
    QCOMPARE(schema["$defs"]["optimiser"]["oneOf"].size(), std::size_t{2});
    QCOMPARE(schema["$defs"]["schedule"]["oneOf"].size(), std::size_t{5});
    QCOMPARE(schema["properties"]["learning_rate"]["maximum"].get<double>(), 10.0);
    QVERIFY(schema["$defs"]["scheme"]["$defs"].contains("range"));
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestRecipe)
#include "test_recipe.moc"
