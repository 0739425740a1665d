#include "app/study/study_result_file.h"

#include <QByteArray>
#include <QCryptographicHash>
#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "app/run/epoch_record_reading.h"
#include "app/run/provenance.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"

namespace qs {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string sha256_of_text(const std::string& text) {
  return QCryptographicHash::hash(QByteArray::fromStdString(text), QCryptographicHash::Sha256).toHex().toStdString();
}

std::string listing_of(const fs::path& folder) {
  std::vector<std::string> lines;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    lines.push_back(fmt::format("{} {}\n", fs::relative(entry.path(), folder).string(), entry.file_size()));
  }
  std::ranges::sort(lines);
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

ArmRun read_run(const JsonPlace& place) {
  ArmRun run;
  if (place.has("seed")) run.seed = place.at("seed").unsigned_whole();
  run.accuracy = place.at("accuracy").number();
  run.average_accuracy = number_if_there(place, "average_accuracy");
  run.images = place.at("images").whole(1);
  for (const JsonPlace& epoch : place.at("epochs").elements()) run.curves.push_back(read_epoch_record(epoch));
  return run;
}

}  // namespace

std::string identity_of_images(const std::string& path) {
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored)) return "sha256:" + sha256_of_file(path);
  if (fs::is_directory(path, ignored)) return "listing:" + sha256_of_text(listing_of(path));
  return path;
}

Json inputs_of(const Recipe& recipe) {
  Json json = to_json(recipe);
  for (const char* key : {"id", "title", "summary", "checkpoint_every_epochs"}) json.erase(key);
  if (recipe.quantization) json["quantization"]["scheme"] = to_json(recipe.quantization->scheme.scheme);
  return json;
}

std::string short_hash(const Json& inputs) {
  return sha256_of_text(inputs.dump()).substr(0, 10);
}

Json to_json(const ArmRun& run) {
  Json json;
  if (run.seed) json["seed"] = *run.seed;
  json["accuracy"] = run.accuracy;
  if (run.average_accuracy) json["average_accuracy"] = *run.average_accuracy;
  json["images"] = run.images;
  json["epochs"] = Json::array();
  for (const EpochRecord& record : run.curves) json["epochs"].push_back(to_json(record));
  return json;
}

std::optional<ArmRun> read_result(const fs::path& path, const Json& inputs) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return with_context(path.string() + " (remove it to run this anew)", [&]() -> std::optional<ArmRun> {
    const Json json = parse_json(text);
    const JsonPlace place(json);
    if (place.at("inputs").json() != inputs) return std::nullopt;
    return read_run(place.at("result"));
  });
}

void write_result(const fs::path& path, const Json& inputs, const ArmRun& run) {
  const Json json = {{"format", "quantoscope.study_run"}, {"version", 1}, {"inputs", inputs}, {"result", to_json(run)}};
  write_atomically(path, json.dump(2) + "\n");
}

}  // namespace qs
