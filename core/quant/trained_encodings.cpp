#include "core/quant/trained_encodings.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/quant/range_estimator.h"
#include "core/quant/ranges/rows.h"
#include "core/quant/scheme_words.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;
using Keys = std::vector<std::string_view>;

constexpr int kVersion = 1;

// ---- writing ----

Json written(const Grid& grid) {
  return {{"bits", grid.bits}, {"grid", word_of(grid.kind)}, {"is_signed", grid.is_signed}};
}

Json written(ScaleZeroPoint channel) {
  return {{"scale", static_cast<double>(channel.scale)}, {"zero_point", channel.zero_point}};
}

// ---- reading ----

/// A place in the document: its value, and its path for messages.
struct Place {
  const Json& json;
  std::string path;

  /// Throws unless this is an object that has exactly `keys`.
  void expect_keys(const Keys& keys) const {
    if (!json.is_object()) refuse("an object");
    for (const auto& [key, value] : json.items()) {
      if (std::ranges::find(keys, key) == keys.end()) {
        bad_input("{} is unknown; known here: {}", joined(key), fmt::join(keys, ", "));
      }
    }
    for (std::string_view key : keys) {
      if (!json.contains(std::string(key))) bad_input("{} is missing", joined(key));
    }
  }

  [[nodiscard]] Place at(const std::string& key) const { return {json.at(key), joined(key)}; }
  [[nodiscard]] Place at(std::size_t i) const { return {json.at(i), fmt::format("{}[{}]", path, i)}; }

  [[nodiscard]] std::int64_t whole(std::int64_t least, std::int64_t most) const {
    const bool is_whole =
        json.is_number_integer() && (!json.is_number_unsigned() || json.get<std::uint64_t>() <= INT64_MAX);
    const bool fits = is_whole && json.get<std::int64_t>() >= least && json.get<std::int64_t>() <= most;
    if (!fits) refuse(fmt::format("a whole number from {} to {}", least, most));
    return json.get<std::int64_t>();
  }

  [[noreturn]] void refuse(std::string_view wanted) const { bad_input("{} must be {}", path, wanted); }

 private:
  [[nodiscard]] std::string joined(std::string_view key) const {
    return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
  }
};

Grid read_grid(const Place& place) {
  Grid grid;
  grid.bits = static_cast<int>(place.at("bits").whole(kMinBits, kMaxBits));
  const Place kind = place.at("grid");
  const Place sign = place.at("is_signed");
  if (!sign.json.is_boolean()) sign.refuse("true or false");
  grid.is_signed = sign.json.get<bool>();
  for (const Word<GridKind>& each : kWords<GridKind>) {
    if (kind.json != each.word) continue;
    grid.kind = each.value;
    return grid;
  }
  kind.refuse("affine, symmetric or symmetric_restricted");
}

ScaleZeroPoint read_channel(const Place& place, const Grid& grid) {
  const Place scale = place.at("scale");
  const double number = scale.json.is_number() ? scale.json.get<double>() : 0;
  const bool fits = number >= static_cast<double>(std::numeric_limits<float>::min()) &&
                    number <= static_cast<double>(std::numeric_limits<float>::max());
  if (!fits) scale.refuse("a positive number that fits f32");
  const bool centred = grid.kind != GridKind::affine;
  const std::int64_t zero_point =
      place.at("zero_point").whole(centred ? 0 : grid.quant_min(), centred ? 0 : grid.quant_max());
  return {static_cast<float>(number), static_cast<std::int32_t>(zero_point)};
}

Encoding read_activation(const Place& place) {
  place.expect_keys({"bits", "grid", "is_signed", "scale", "zero_point"});
  const Grid grid = read_grid(place);
  return {grid, {read_channel(place, grid)}};
}

Encoding read_weights(const Place& place) {
  place.expect_keys({"bits", "grid", "is_signed", "channels"});
  Encoding encoding{read_grid(place), {}};
  const Place channels = place.at("channels");
  if (!channels.json.is_array() || channels.json.empty()) channels.refuse("a list of one object or more");
  for (std::size_t c = 0; c < channels.json.size(); ++c) {
    const Place channel = channels.at(c);
    channel.expect_keys({"scale", "zero_point"});
    encoding.channels.push_back(read_channel(channel, encoding.grid));
  }
  return encoding;
}

std::map<std::string, Encoding> read_all(const Place& place, Encoding (*read)(const Place&)) {
  if (!place.json.is_object()) place.refuse("an object");
  std::map<std::string, Encoding> result;
  for (const auto& [name, value] : place.json.items()) result[name] = read(place.at(name));
  return result;
}

const Encoding* find(const std::map<std::string, Encoding>& encodings, const std::string& name) {
  const auto found = encodings.find(name);
  return found == encodings.end() ? nullptr : &found->second;
}

bool asks_for_trained_ranges(const Scheme& scheme) {
  const auto asks = [](const std::optional<MethodChoice>& choice) {
    return choice && choice->id == trained_estimator.id;
  };
  return asks(scheme.weights.range) || asks(scheme.activations.range) ||
         std::ranges::any_of(scheme.layers, [&](const LayerOverride& layer) {
           return asks(layer.weight_range) || asks(layer.activation_range);
         });
}

}  // namespace

const Encoding* TrainedEncodings::activation(const std::string& value) const {
  return find(activations, value);
}

const Encoding* TrainedEncodings::layer_weights(const std::string& layer) const {
  return find(weights, layer);
}

nlohmann::ordered_json to_json(const TrainedEncodings& encodings) {
  Json activations = Json::object();
  for (const auto& [name, encoding] : encodings.activations) {
    QS_ASSERT(encoding.channels.size() == 1);
    Json& json = activations[name] = written(encoding.grid);
    json.update(written(encoding.channels.front()));
  }
  Json weights = Json::object();
  for (const auto& [name, encoding] : encodings.weights) {
    Json& json = weights[name] = written(encoding.grid);
    json["channels"] = Json::array();
    for (ScaleZeroPoint channel : encoding.channels) json["channels"].push_back(written(channel));
  }
  return {{"format", kTrainedEncodingsKey},
          {"version", kVersion},
          {"activations", std::move(activations)},
          {"weights", std::move(weights)}};
}

TrainedEncodings trained_encodings_from_json(const nlohmann::ordered_json& json) {
  const Place root{json, ""};
  if (!json.is_object() || !json.contains("format") || json.at("format") != kTrainedEncodingsKey) {
    bad_input("format must be \"{}\"", kTrainedEncodingsKey);
  }
  if (json.contains("version") && json.at("version").is_number_integer() && json.at("version") > kVersion) {
    bad_input("version is {}, but this program reads up to version {}: it is too old", json.at("version").dump(),
              kVersion);
  }
  root.expect_keys({"format", "version", "activations", "weights"});
  static_cast<void>(root.at("version").whole(1, kVersion));
  return {read_all(root.at("activations"), read_activation), read_all(root.at("weights"), read_weights)};
}

void attach(const TrainedEncodings& encodings, Graph& graph) {
  graph.metadata[std::string(kTrainedEncodingsKey)] = to_json(encodings).dump();
}

TrainedEncodings trained_encodings(const Graph& graph) {
  const auto found = graph.metadata.find(std::string(kTrainedEncodingsKey));
  if (found == graph.metadata.end()) return {};
  return with_context(fmt::format("the model's metadata \"{}\"", kTrainedEncodingsKey), [&] {
    try {
      return trained_encodings_from_json(Json::parse(found->second));
    } catch (const Json::exception&) {
      bad_input("it is no JSON");
    }
  });
}

TrainedEncodings trained_encodings(const Graph& graph, const Scheme& scheme) {
  try {
    return trained_encodings(graph);
  } catch (const Error&) {
    if (asks_for_trained_ranges(scheme)) throw;
    return {};
  }
}

}  // namespace qs
