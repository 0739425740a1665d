#include "core/train/checkpoint.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/graph/operator.h"
#include "core/train/schedule.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void check_network(std::string_view saved, std::string_view wanted) {
  if (saved == wanted) return;
  const std::vector<std::string_view> there = lines_of(saved);
  const std::vector<std::string_view> here = lines_of(wanted);
  const auto [a, b] = std::mismatch(there.begin(), there.end(), here.begin(), here.end());
  bad_input(
      "the checkpoint is of another network: it has \"{}\" where this one has \"{}\"; train in another folder, or "
      "remove the checkpoint to begin anew",
      a == there.end() ? "nothing more" : *a, b == here.end() ? "nothing more" : *b);
}

constexpr std::array kNames = {"id", "title", "summary", "checkpoint_every_epochs"};
constexpr std::array kRates = {"epochs", "learning_rate", "schedule", "warm_up_epochs"};

/// What decides what comes out of a training, by JSON pointers.
Json decisive(const Recipe& recipe, bool without_rates) {
  Json json = to_json(recipe);
  for (const char* key : kNames) json.erase(key);
  if (without_rates) {
    for (const char* key : kRates) json.erase(key);
  }
  return json.flatten();
}

/// Whether both give the first `epochs` the same learning rates, looked at several times an epoch.
bool have_same_rates(const Recipe& a, const Recipe& b, int epochs) {
  if (std::min(a.epochs, b.epochs) < epochs) return false;
  constexpr int kLooks = 16;
  const auto rate = [](const Recipe& recipe, double epoch) {
    return recipe.learning_rate * learning_rate_factor(recipe.schedule, recipe.warm_up_epochs, epoch, recipe.epochs);
  };
  for (int look = 0; look < kLooks * epochs; ++look) {
    const double epoch = (look + 0.5) / kLooks;
    if (std::abs(rate(a, epoch) - rate(b, epoch)) > 1e-12 * a.learning_rate) return false;
  }
  return true;
}

/// "/data/validation_share" as "data.validation_share".
std::string key_path(std::string pointer) {
  std::replace(pointer.begin(), pointer.end(), '/', '.');
  return pointer.substr(1);
}

std::string value_at(const Json& flat, const std::string& pointer) {
  return flat.contains(pointer) ? flat.at(pointer).dump() : "absent";
}

void check_recipe(const Recipe& saved, const Recipe& wanted, int epoch) {
  // With the epoch that may have begun. What is still to come may differ: more epochs, another cycle.
  const bool went_alike = have_same_rates(saved, wanted, std::min(epoch + 1, saved.epochs));
  const Json there = decisive(saved, went_alike);
  const Json here = decisive(wanted, went_alike);
  Json all = there;
  all.update(here);
  std::string differences;
  for (const auto& [pointer, ignored] : all.items()) {
    const std::string a = value_at(there, pointer);
    const std::string b = value_at(here, pointer);
    if (a == b) continue;
    differences +=
        fmt::format("{}{} is {} there and {} here", differences.empty() ? "" : ", ", key_path(pointer), a, b);
  }
  if (differences.empty()) return;
  bad_input(
      "the checkpoint is of another recipe: {}; go on with the old one, train in another folder, or remove the "
      "checkpoint to begin anew",
      differences);
}

std::vector<std::uint8_t> bytes_of(const std::filesystem::path& path) {
  constexpr std::uintmax_t kLargest = std::uintmax_t{4} << 30U;
  std::error_code failure;
  const std::uintmax_t size = std::filesystem::file_size(path, failure);
  if (failure) bad_input("cannot be read: {}", failure.message());
  if (size > kLargest) bad_input("has {} bytes, which no checkpoint has", size);
  std::ifstream file(path, std::ios::binary);
  std::vector<std::uint8_t> bytes(size);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (!file) bad_input("cannot be read");
  return bytes;
}

}  // namespace

std::string network_description(const Graph& graph) {
  std::string text;
  for (const ValueId id : graph.inputs) {
    text += fmt::format("{} {}\n", graph.value(id).name, to_string(graph.value(id).shape));
  }
  for (const Node& node : graph.nodes) {
    text += fmt::format("{} {}", node.name, name_of(node.op));
    for (const ValueId id : node.inputs) {
      if (const Tensor* constant = graph.constant(id)) text += fmt::format(" {}", to_string(constant->shape()));
    }
    for (const ValueId id : node.outputs) text += fmt::format(" -> {}", to_string(graph.value(id).shape));
    text += '\n';
  }
  return text;
}

void save_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  const std::vector<std::uint8_t> bytes = with_context(path.string(), [&] { return to_bytes(checkpoint); });
  write_atomically(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Checkpoint load_checkpoint(const std::filesystem::path& path) {
  return with_context(path.string(), [&] { return checkpoint_from_bytes(bytes_of(path)); });
}

const Tensor* find_tensor(const Checkpoint& checkpoint, std::string_view name) {
  const auto found = std::find_if(checkpoint.tensors.begin(), checkpoint.tensors.end(),
                                  [&](const NamedTensor& each) { return each.name == name; });
  return found == checkpoint.tensors.end() ? nullptr : &found->tensor;
}

void check_fits(const Checkpoint& checkpoint, std::string_view network, const Recipe& recipe) {
  check_network(checkpoint.network, network);
  check_recipe(checkpoint.recipe, recipe, checkpoint.epoch);
}

nlohmann::ordered_json to_json(const EpochRecord& record) {
  nlohmann::ordered_json json = {{"epoch", record.epoch},
                                 {"train_loss", record.train_loss},
                                 {"train_accuracy", record.train_accuracy},
                                 {"learning_rate", record.learning_rate},
                                 {"seconds", record.seconds}};
  if (record.validation_loss) json["validation_loss"] = *record.validation_loss;
  if (record.validation_accuracy) json["validation_accuracy"] = *record.validation_accuracy;
  if (record.average_accuracy) json["average_accuracy"] = *record.average_accuracy;
  return json;
}

}  // namespace qs
