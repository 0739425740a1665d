// Checkpoints there and back, what damage does to them, and what interrupts their writing.
#include "core/train/checkpoint.h"

#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xxhash.h>

#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <csignal>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/base/rng.h"
#include "core/graph/networks/networks.h"
#include "tests/support/table.h"

namespace qs {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

Graph small_network(double width = 4) {
  return build_network(network("plain_cnn"), {{"width", width}, {"stages", 1}}, {3, 8, 8}, 2, 1);
}

Checkpoint sample() {
  Checkpoint made;
  made.network = network_description(small_network());
  made.recipe = find_recipe("lsq_w4a4");
  made.epoch = 3;
  made.step = std::int64_t{1} << 40;
  made.tensors = {{"conv.weight", Tensor::from<float>({2, 1, 1, 2}, {1e-40F, -0.0F, 3, 3e38F})},
                  {"optimiser/conv.weight", Tensor::from<float>({4}, {0, 1, 2, 3})},
                  {"steps", Tensor::from<std::int64_t>({}, {-5})},
                  {"nothing", Tensor(DType::f32, {0, 3})}};
  made.curves = {{.epoch = 1,
                  .train_loss = 2.3,
                  .train_accuracy = 0.1,
                  .validation_loss = {},
                  .validation_accuracy = {},
                  .average_accuracy = {},
                  .learning_rate = 0.1,
                  .seconds = 60},
                 {.epoch = 2,
                  .train_loss = 1.0 / 3,
                  .train_accuracy = 0.9,
                  .validation_loss = 0.5,
                  .validation_accuracy = 0.8,
                  .average_accuracy = 0.81,
                  .learning_rate = 1e-9,
                  .seconds = 61}};
  made.best = BestEpoch{.epoch = 2, .accuracy = 0.8};
  return made;
}

/// One tensor of `floats` numbers, all `value`: what is written and killed.
Checkpoint uniform(std::int64_t floats, float value) {
  Checkpoint made;
  made.tensors = {{"w", Tensor(DType::f32, {floats})}};
  std::ranges::fill(made.tensors.front().tensor.mutable_values<float>(), value);
  return made;
}

bool same(const Tensor& a, const Tensor& b) {
  return a.dtype() == b.dtype() && a.shape() == b.shape() &&
         (a.bytes() == 0 || std::memcmp(a.data(), b.data(), a.bytes()) == 0);
}

std::string refusal(std::span<const std::uint8_t> bytes) {
  return refusal_of([&] { (void)checkpoint_from_bytes(bytes); });
}

/// The sample with one value of its payload changed, under a checksum that says all is well.
std::vector<std::uint8_t> forged(const std::string& pointer, const json& value) {
  json root = json::from_cbor(to_bytes(sample()));
  json payload = json::from_cbor(root["payload"].get_binary());
  payload[json::json_pointer(pointer)] = value;
  const std::vector<std::uint8_t> bytes = json::to_cbor(payload);
  root["checksum"] = std::uint64_t{XXH3_64bits(bytes.data(), bytes.size())};
  root["payload"] = json::binary(bytes);
  return json::to_cbor(root);
}

json shape_blob(std::vector<std::int64_t> dims) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(dims.data());
  return json::binary({bytes, bytes + 8 * dims.size()});
}

struct ForgedRow {
  const char* name;
  const char* pointer;
  json value;
  const char* words;
};
const std::vector<ForgedRow> kForged = {
    {"negative epoch", "/epoch", -1, "\"epoch\" is -1, which is no count"},
    {"huge epoch", "/epoch", std::int64_t{1} << 40, "which is no count"},
    {"negative step", "/step", -1, "a negative number of steps"},
    {"no network", "/network", 7, "\"network\" is no text"},
    {"recipe is no JSON", "/recipe", "{", "its recipe is no JSON"},
    {"recipe is none", "/recipe", "{}", "its recipe: the key format is missing"},
    {"recipe nested deeply", "/recipe", std::string(300'000, '['), "its recipe is no JSON"},
    {"tensors is an object", "/tensors", json::object(), "\"tensors\" is no list"},
    {"tensor is a number", "/tensors/0", 7, "something else where an object belongs"},
    {"tensor without name", "/tensors/0/name", nullptr, "\"name\" is no text"},
    {"tensors of one name", "/tensors/0/name", "nothing", "two tensors of one name"},
    {"unknown type", "/tensors/0/type", "bool", "a tensor of an unknown type"},
    {"smaller type", "/tensors/0/type", "s8", "another number of values than its shape says"},
    {"another shape", "/tensors/0/shape", shape_blob({5}), "another number of values than its shape says"},
    {"negative shape", "/tensors/0/shape", shape_blob({-2, -2}), "negative"},
    {"shape beyond measure", "/tensors/0/shape", shape_blob({1LL << 40, 1LL << 40}), "overflow"},
    {"size beyond measure", "/tensors/0/shape", shape_blob({1LL << 62}), "a tensor's size overflows"},
    {"many axes", "/tensors/0/shape", shape_blob(std::vector<std::int64_t>(9, 1)), "another number of values"},
    {"half an axis", "/tensors/0/shape", json::binary({1, 2, 3}), "no byte string of whole numbers' length"},
    {"values is a list", "/tensors/0/values", {1, 2}, "\"values\" is no byte string"},
    {"values are NaN", "/tensors/1/values", json::binary(std::vector<std::uint8_t>(16, 255)), "holds NaN or infinity"},
    {"curves is a text", "/curves", "x", "\"curves\" is no list"},
    {"loss is a text", "/curves/1/train_loss", "x", "\"train_loss\" is no number"},
    {"accuracy is NaN", "/curves/1/validation_accuracy", std::numeric_limits<double>::quiet_NaN(), "is no number"},
    {"best is a number", "/best", 3, "something else where an object belongs"},
};

struct FitRow {
  const char* name;
  const char* pointer;
  nlohmann::ordered_json value;
  const char* words;  ///< empty: fits
};
const std::vector<FitRow> kFits = {
    {"title", "/title", "another", ""},
    {"checkpoints", "/checkpoint_every_epochs", 9, ""},
    {"learning rate", "/learning_rate", 0.5, "another recipe: learning_rate is 0.01 there and 0.5 here; go on"},
    {"inside", "/data/augmentation/cutout", 8, "data.augmentation.cutout is 0 there and 8 here"},
    {"an added setting", "/optimiser/settings", {{"momentum", 0.5}}, "optimiser.settings.momentum is absent there and"},
    {"scheme", "/quantization/scheme", "w8a8-tensor-sym",
     "quantization.scheme is absent there and \"w8a8-tensor-sym\""},
};

}  // namespace

class TestCheckpoint : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    file_ = fs::path(folder_->path().toStdString()) / "checkpoint";
  }

  void comes_back_to_the_bit() {
    const Checkpoint saved = sample();
    save_checkpoint(file_, saved);
    const Checkpoint found = load_checkpoint(file_);
    QCOMPARE(found.network, saved.network);
    QVERIFY(found.recipe == saved.recipe);
    QCOMPARE(found.epoch, saved.epoch);
    QCOMPARE(found.step, saved.step);
    QVERIFY(found.curves == saved.curves);
    QVERIFY(found.best == saved.best);
    QCOMPARE(found.tensors.size(), saved.tensors.size());
    for (const NamedTensor& each : saved.tensors) {
      QVERIFY2(same(*find_tensor(found, each.name), each.tensor), each.name.c_str());
    }
    QVERIFY(find_tensor(found, "conv") == nullptr);
    QVERIFY(to_bytes(found) == to_bytes(saved));
    check_fits(found, network_description(small_network()), find_recipe("lsq_w4a4"));
  }

  void every_truncation_is_refused() {
    const std::vector<std::uint8_t> bytes = to_bytes(sample());
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      QS_CONTAINS(refusal(std::span(bytes).first(length)), "damaged checkpoint: this is no CBOR");
    }
  }

  void every_changed_byte_is_noticed() {
    const std::vector<std::uint8_t> bytes = to_bytes(sample());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      std::vector<std::uint8_t> damaged = bytes;
      damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ (1U << (i % 8)));
      const std::string words = refusal(damaged);
      QVERIFY2(words.find("checkpoint") != std::string::npos, (std::to_string(i) + ": " + words).c_str());
    }
  }

  void random_bytes_and_nesting_never_crash() {
    for (std::uint64_t n = 0; n < 1000; ++n) {
      std::vector<std::uint8_t> bytes(random_bits(2, n) % 200);
      for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(random_bits(n, i));
      QS_CONTAINS(refusal(bytes), "checkpoint");
    }
    QS_CONTAINS(refusal(std::vector<std::uint8_t>(10'000'000, 0x81)), "damaged checkpoint");
    QS_CONTAINS(refusal(forged("/curves/0", json::from_cbor(std::vector<std::uint8_t>{0x80}))), "damaged checkpoint");
  }

  void forged_contents_are_refused_data() { table_rows(kForged); }
  void forged_contents_are_refused() {
    const ForgedRow row = current_row(kForged);
    (void)checkpoint_from_bytes(to_bytes(sample()));  // is good before
    const std::string words = refusal(forged(row.pointer, row.value));
    QS_CONTAINS(words, "damaged checkpoint: ");
    QS_CONTAINS(words, row.words);
  }

  void other_files_are_named() {
    QS_CONTAINS(refusal_of([&] { (void)load_checkpoint(file_); }), file_.string() + ": cannot be read: No such file");
    std::ofstream(file_, std::ios::binary) << "\xa1\x66"
                                              "format\x61x";
    QS_CONTAINS(refusal_of([&] { (void)load_checkpoint(file_); }), file_.string() + ": is no checkpoint");
    QS_CONTAINS(refusal_of([&] { (void)load_checkpoint(file_.parent_path()); }), "cannot be read");
    json root = json::from_cbor(to_bytes(sample()));
    root["version"] = 2;
    QS_CONTAINS(refusal(json::to_cbor(root)), "this checkpoint has version 2, this program reads version 1");
  }

  void other_networks_are_told_by_what_differs() {
    const std::string words =
        refusal_of([] { check_fits(sample(), network_description(small_network(8)), find_recipe("lsq_w4a4")); });
    QS_CONTAINS(words,
                "the checkpoint is of another network: it has \"conv_1 Conv 4x3x3x3 -> 1x4x8x8\" where this one "
                "has \"conv_1 Conv 8x3x3x3 -> 1x8x8x8\"");
    const std::string shorter = sample().network.substr(0, sample().network.find("conv_2"));
    QS_CONTAINS(refusal_of([&] { check_fits(sample(), shorter, find_recipe("lsq_w4a4")); }), "this one has \"nothing");
  }

  void other_recipes_are_told_by_their_keys_data() { table_rows(kFits); }
  void other_recipes_are_told_by_their_keys() {
    const FitRow row = current_row(kFits);
    nlohmann::ordered_json recipe = to_json(find_recipe("lsq_w4a4"));
    recipe["id"] = "mine";
    recipe[nlohmann::ordered_json::json_pointer(row.pointer)] = row.value;
    const Checkpoint saved = sample();
    const std::string words = refusal_of([&] { check_fits(saved, saved.network, recipe_from_json(recipe)); });
    QS_CONTAINS(words, *row.words == '\0' ? "nothing was refused" : row.words);
  }

  /// Cycles of 1, 2 and 4 epochs.
  void the_future_may_differ_but_not_the_past() {
    Checkpoint saved = sample();
    saved.recipe.schedule = {"cosine_restarts", {}};
    saved.recipe.epochs = 3;
    saved.epoch = 3;
    Recipe longer = saved.recipe;
    longer.schedule.settings["cycles"] = 3;
    longer.epochs = 7;
    check_fits(saved, saved.network, longer);
    saved.epoch = 1;  // in the second cycle
    check_fits(saved, saved.network, longer);
    longer.epochs = 6;
    QS_CONTAINS(refusal_of([&] { check_fits(saved, saved.network, longer); }), "epochs is 3 there and 6 here");
    longer.epochs = 7;
    longer.seed = 9;
    const std::string words = refusal_of([&] { check_fits(saved, saved.network, longer); });
    QS_CONTAINS(words, "seed is");
    QVERIFY(words.find("epochs") == std::string::npos);

    saved.recipe.schedule = {"constant", {}};
    longer = saved.recipe;
    longer.epochs = 100;
    check_fits(saved, saved.network, longer);
    longer.epochs = 1;
    QS_CONTAINS(refusal_of([&] { check_fits(saved, saved.network, longer); }), "epochs is 3 there and 1 here");
    longer.learning_rate *= 2;
    QS_CONTAINS(refusal_of([&] { check_fits(saved, saved.network, longer); }), "learning_rate is");
  }

  void diverged_weights_replace_nothing() {
    save_checkpoint(file_, uniform(10, 1));
    QS_CONTAINS(refusal_of([&] { save_checkpoint(file_, uniform(10, std::numeric_limits<float>::quiet_NaN())); }),
                "\"w\" holds NaN or infinity: training has diverged");
    QVERIFY(same(load_checkpoint(file_).tensors[0].tensor, uniform(10, 1).tensors[0].tensor));
  }

  /// A file system of 256 KiB, full after the first checkpoint.
  void full_disk_keeps_the_last_good_one() {
    const fs::path disk = file_.parent_path() / "disk";
    fs::create_directory(disk);
    if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=256k") != 0) QSKIP("only root may mount a small disk");
    save_checkpoint(disk / "checkpoint", uniform(20'000, 1));
    const std::string words = refusal_of([&] { save_checkpoint(disk / "checkpoint", uniform(50'000, 2)); });
    const Checkpoint left = load_checkpoint(disk / "checkpoint");
    const auto files = std::distance(fs::directory_iterator(disk), fs::directory_iterator());
    ::umount(disk.c_str());
    QS_CONTAINS(words, "No space left on device");
    QVERIFY(same(left.tensors[0].tensor, uniform(20'000, 1).tensors[0].tensor));
    QCOMPARE(files, std::ptrdiff_t{1});
  }

  void a_kill_at_any_moment_keeps_a_good_one() {
    save_checkpoint(file_, uniform(300'000, 0));
    for (int attempt = 0; attempt < 20; ++attempt) {
      const pid_t child = ::fork();
      if (child == 0) {
        const Checkpoint one = uniform(300'000, 1);
        const Checkpoint two = uniform(300'000, 2);
        while (true) {
          save_checkpoint(file_, one);
          save_checkpoint(file_, two);
        }
      }
      QVERIFY(child > 0);
      QTest::qSleep(static_cast<int>(random_bits(3, static_cast<std::uint64_t>(attempt)) % 40));
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, 0);
      const auto values = load_checkpoint(file_).tensors[0].tensor.values<float>();
      QVERIFY(std::ranges::all_of(values, [&](float value) { return value == values[0]; }));
    }
  }

 private:
  std::unique_ptr<QTemporaryDir> folder_;
  fs::path file_;
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestCheckpoint)
#include "test_checkpoint.moc"
