// A checkpoint as bytes.
#include <xxhash.h>

#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/cbor.h"
#include "core/base/checked.h"
#include "core/graph/operator.h"
#include "core/train/checkpoint.h"

namespace qs {

namespace {

using nlohmann::json;

constexpr std::string_view kFormat = "quantoscope.checkpoint";
constexpr int kVersion = 1;
constexpr std::string_view kDamaged = "damaged checkpoint";
constexpr std::array kTypes = {DType::f32, DType::s8, DType::u8, DType::s32, DType::s64};

// ---- writing ----

std::span<const std::uint8_t> raw(const Tensor& tensor) {
  return {static_cast<const std::uint8_t*>(tensor.data()), tensor.bytes()};
}

json tensor_json(const NamedTensor& named) {
  const Tensor& tensor = named.tensor;
  QS_ASSERT(std::find(kTypes.begin(), kTypes.end(), tensor.dtype()) != kTypes.end());
  if (tensor.dtype() == DType::f32) {
    const auto values = tensor.values<float>();
    const bool finite = std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
    if (!finite)
      bad_input("\"{}\" holds NaN or infinity: training has diverged; a smaller \"learning_rate\" helps", named.name);
  }
  return {{"name", named.name},
          {"type", name_of(tensor.dtype())},
          {"shape", cbor_blob<std::int64_t>(tensor.shape().dims())},
          {"values", cbor_blob(raw(tensor))}};
}

json payload_json(const Checkpoint& checkpoint) {
  json tensors = json::array();
  for (const NamedTensor& each : checkpoint.tensors) tensors.push_back(tensor_json(each));
  json curves = json::array();
  for (const EpochRecord& each : checkpoint.curves) curves.push_back(json(to_json(each)));
  json made = {{"network", checkpoint.network}, {"recipe", to_json(checkpoint.recipe).dump()},
               {"epoch", checkpoint.epoch},     {"step", checkpoint.step},
               {"tensors", std::move(tensors)}, {"curves", std::move(curves)}};
  if (checkpoint.best) made["best"] = {{"epoch", checkpoint.best->epoch}, {"accuracy", checkpoint.best->accuracy}};
  return made;
}

// ---- reading ----

int count(const json& object, const char* key) {
  const std::int64_t found = cbor_whole(object, key);
  if (found < 0 || found > INT32_MAX) bad_input("\"{}\" is {}, which is no count", key, found);
  return static_cast<int>(found);
}

const json& list(const json& object, const char* key) {
  const json& found = cbor_member(object, key);
  if (!found.is_array()) bad_input("\"{}\" is no list", key);
  return found;
}

std::optional<double> optional_number(const json& object, const char* key) {
  if (!object.contains(key)) return std::nullopt;
  return cbor_finite(object, key);
}

DType type_from(const std::string& name) {
  for (const DType type : kTypes) {
    if (name_of(type) == name) return type;
  }
  bad_input("a tensor of an unknown type");
}

NamedTensor tensor_from(const json& object) {
  const std::string name = cbor_text(object, "name");
  const DType type = type_from(cbor_text(object, "type"));
  const Shape shape(cbor_numbers<std::int64_t>(object, "shape"));
  const std::vector<std::uint8_t>& bytes = cbor_bytes(object, "values");
  const std::int64_t expected =
      shape.rank() > kMaxRank
          ? -1
          : checked_multiply(shape.elements(), static_cast<std::int64_t>(size_of(type)), "a tensor's size");
  if (expected != std::ssize(bytes)) bad_input("a tensor with another number of values than its shape says");
  if (type == DType::f32) (void)cbor_numbers<float>(object, "values");  // is finite
  Tensor tensor(type, shape);
  if (!bytes.empty()) std::memcpy(tensor.mutable_data(), bytes.data(), bytes.size());
  return {name, std::move(tensor)};
}

EpochRecord record_from(const json& object) {
  return {.epoch = count(object, "epoch"),
          .train_loss = cbor_finite(object, "train_loss"),
          .train_accuracy = cbor_finite(object, "train_accuracy"),
          .validation_loss = optional_number(object, "validation_loss"),
          .validation_accuracy = optional_number(object, "validation_accuracy"),
          .average_accuracy = optional_number(object, "average_accuracy"),
          .learning_rate = cbor_finite(object, "learning_rate"),
          .seconds = cbor_finite(object, "seconds")};
}

Recipe recipe_from_text(const std::string& text) {
  try {
    return with_context("its recipe", [&] { return recipe_from_json(nlohmann::ordered_json::parse(text)); });
  } catch (const nlohmann::ordered_json::exception&) {
    bad_input("its recipe is no JSON");
  }
}

Checkpoint checkpoint_from(const json& payload) {
  Checkpoint made;
  made.network = cbor_text(payload, "network");
  made.recipe = recipe_from_text(cbor_text(payload, "recipe"));
  made.epoch = count(payload, "epoch");
  made.step = cbor_whole(payload, "step");
  if (made.step < 0) bad_input("a negative number of steps");
  std::set<std::string> names;
  for (const json& each : list(payload, "tensors")) {
    made.tensors.push_back(tensor_from(each));
    if (!names.insert(made.tensors.back().name).second) bad_input("two tensors of one name");
  }
  for (const json& each : list(payload, "curves")) made.curves.push_back(record_from(each));
  if (payload.contains("best")) {
    const json& best = payload.at("best");
    made.best = BestEpoch{.epoch = count(best, "epoch"), .accuracy = cbor_finite(best, "accuracy")};
  }
  return made;
}

/// The payload, once format, version and checksum are right.
json payload_from(const json& root) {
  const json& checksum = cbor_member(root, "checksum");
  const std::vector<std::uint8_t>& bytes = cbor_bytes(root, "payload");
  if (!checksum.is_number_unsigned() || checksum.get<std::uint64_t>() != XXH3_64bits(bytes.data(), bytes.size())) {
    bad_input("its checksum says that it was changed");
  }
  return cbor_from_bytes(bytes);
}

}  // namespace

std::vector<std::uint8_t> to_bytes(const Checkpoint& checkpoint) {
  std::vector<std::uint8_t> payload = json::to_cbor(payload_json(checkpoint));
  const std::uint64_t checksum = XXH3_64bits(payload.data(), payload.size());
  return json::to_cbor({{"format", kFormat},
                        {"version", kVersion},
                        {"checksum", checksum},
                        {"payload", json::binary(std::move(payload))}});
}

Checkpoint checkpoint_from_bytes(std::span<const std::uint8_t> bytes) {
  const json root = with_context(kDamaged, [&] { return cbor_from_bytes(bytes); });
  const bool ours = root.is_object() && root.contains("format") && root.at("format") == kFormat;
  if (!ours) bad_input("is no checkpoint of this program");
  const std::int64_t version = with_context(kDamaged, [&] { return cbor_whole(root, "version"); });
  if (version != kVersion) {
    bad_input("this checkpoint has version {}, this program reads version {}", version, kVersion);
  }
  return with_context(kDamaged, [&] { return checkpoint_from(payload_from(root)); });
}

}  // namespace qs
