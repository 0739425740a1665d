#include "datasets/model_card.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace qs {
namespace {

constexpr std::uintmax_t kMaxCardBytes = 16 << 20;
constexpr std::int64_t kSmallInput = 64;  // up to here (CIFAR and such) data sets come in the network's size

std::vector<std::string> class_names_of(const nlohmann::json& card) {
  std::vector<std::string> names;
  if (!card.contains("class_names")) return names;
  const nlohmann::json& list = card["class_names"];
  if (!list.is_array()) bad_input("\"class_names\" should be a list of names");
  for (const nlohmann::json& name : list) {
    if (!name.is_string()) bad_input("\"class_names\" should hold names only");
    names.push_back(name.get<std::string>());
  }
  return names;
}

ModelCard card_from(const nlohmann::json& card, const std::filesystem::path& file) {
  if (!card.is_object())
    bad_input("not a JSON object; it should describe the model beside it (\"input\", \"class_names\")");
  ModelCard result{file, {}, class_names_of(card)};
  if (card.contains("input")) result.preprocessing = preprocessing_from_json(card["input"]);
  return result;
}

ModelCard parse_card(const std::filesystem::path& file) {
  if (std::filesystem::file_size(file) > kMaxCardBytes) bad_input("larger than {} bytes", kMaxCardBytes);
  std::ifstream stream(file, std::ios::binary);
  return card_from(nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false), file);
}

bool is_channels(std::int64_t extent) {
  return extent == 3;
}

struct InputFacts {
  int side = kUsualSide;
  std::optional<TensorLayout> layout;  ///< empty when the shape does not show it
};

InputFacts facts_of(const Shape& input) {
  InputFacts facts;
  if (input.rank() != 4) return facts;
  if (is_channels(input[1]) != is_channels(input[3]))
    facts.layout = is_channels(input[1]) ? TensorLayout::nchw : TensorLayout::nhwc;
  const std::int64_t side = facts.layout == TensorLayout::nhwc ? input[1] : input[2];
  if (side >= 1 && side <= kMaxTargetSide / 2) facts.side = static_cast<int>(side);
  return facts;
}

Preprocessing assumed(int side) {
  Preprocessing result = find_preprocessing_preset("torchvision")->make(side);
  if (side <= kSmallInput) result.geometry = {};
  return result;
}

/// The keys of Windows ML's "Image" metadata domain, which many files of the ONNX model zoo carry.
std::optional<Preprocessing> from_image_metadata(const std::map<std::string, std::string>& metadata, int side) {
  const auto format = metadata.find("Image.BitmapPixelFormat");
  const auto range = metadata.find("Image.NominalPixelRange");
  if (format == metadata.end() && range == metadata.end()) return std::nullopt;

  Preprocessing result{.geometry = assumed(side).geometry};
  if (format != metadata.end()) {
    if (format->second == "Bgr8" || format->second == "Bgra8")
      result.channel_order = ChannelOrder::bgr;
    else if (format->second != "Rgb8" && format->second != "Rgba8")
      bad_input("metadata Image.BitmapPixelFormat \"{}\" is not supported (Rgb8 and Bgr8 are)", format->second);
  }
  if (range != metadata.end()) {
    if (range->second == "Normalized_0_1")
      result.std = {255, 255, 255};
    else if (range->second == "Normalized_1_1")
      result.mean = result.std = {127.5, 127.5, 127.5};
    else if (range->second != "NominalRange_0_255")
      bad_input("metadata Image.NominalPixelRange \"{}\" is not supported", range->second);
  }
  return result;
}

FoundPreprocessing first_found(const PreprocessingSources& sources, int side) {
  if (!sources.command_line.empty()) return {parse_preprocessing(sources.command_line, side), "from the command line"};
  if (sources.card && sources.card->preprocessing)
    return {*sources.card->preprocessing, fmt::format("from {}", sources.card->file.filename().string())};
  if (const auto entry = sources.metadata.find("preprocessing"); entry != sources.metadata.end())
    return with_context("metadata \"preprocessing\"", [&] {
      return FoundPreprocessing{parse_preprocessing(entry->second, side), "from the model's metadata"};
    });
  if (const auto found = from_image_metadata(sources.metadata, side))
    return {*found, "channel order and scaling from the model's metadata, resizing assumed as in torchvision"};
  return {assumed(side), "assumed, as the model says nothing: torchvision"};
}

}  // namespace

std::optional<ModelCard> read_model_card(const std::filesystem::path& model) {
  std::filesystem::path file = model;
  file.replace_extension(".json");
  std::error_code ignored;
  if (file == model || !std::filesystem::is_regular_file(file, ignored)) return std::nullopt;
  return with_context(file.filename().string(), [&] { return parse_card(file); });
}

ModelCard model_card_from_text(std::string_view text, const std::filesystem::path& name) {
  return with_context(name.filename().string(), [&] {
    return card_from(nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false), name);
  });
}

FoundPreprocessing find_preprocessing(const PreprocessingSources& sources) {
  const InputFacts facts = facts_of(sources.input);
  FoundPreprocessing found = first_found(sources, facts.side);
  if (facts.layout) found.preprocessing.layout = *facts.layout;
  return found;
}

}  // namespace qs
