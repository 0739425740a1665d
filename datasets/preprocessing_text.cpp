#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "datasets/preprocessing.h"
#include "datasets/preprocessing_draft.h"

namespace qs {
namespace {

std::string to_string(const ResizeRule& resize) {
  if (const auto* rule = std::get_if<ShorterSide>(&resize))
    return fmt::format("shorter side {}, {}", rule->size, name_of(rule->filter));
  if (const auto* rule = std::get_if<Squash>(&resize))
    return fmt::format("squash {}x{}, {}", rule->size.width, rule->size.height, name_of(rule->filter));
  return "no resize";
}

/// "mean 1 2 3" or "mean 1": the numbers behind the first word, one number standing for all three channels.
std::optional<std::array<double, 3>> parse_channels(const std::vector<std::string>& words) {
  if (words.size() != 2 && words.size() != 4) return std::nullopt;
  std::array<double, 3> channels{};
  for (std::size_t c = 0; c < 3; ++c) {
    const auto number = parse_number(words[words.size() == 2 ? 1 : c + 1]);
    if (!number) return std::nullopt;
    channels[c] = *number;
  }
  return channels;
}

/// Reads one clause into the draft; false when it means nothing.
bool read(const std::string& clause, PreprocessingDraft& draft) {
  const std::vector<std::string> words = words_of(clause);
  if (words.empty()) return false;
  if (words[0] == "mean") return (draft.mean = parse_channels(words)).has_value();
  if (words[0] == "std") return (draft.std = parse_channels(words)).has_value();
  if (words[0] == "scale" && words.size() == 2) return (draft.scale = parse_number(words[1])).has_value();
  if (const auto layout = parse_tensor_layout(clause)) return draft.base.layout = *layout, true;
  if (const auto order = parse_channel_order(clause)) return draft.base.channel_order = *order, true;
  // A lone "none" could mean either; as the first clause it is a preset, and further back it is not understood.
  if (words[0] == "none") return false;
  if (const auto resize = parse_resize(clause)) return draft.base.geometry.resize = *resize, true;
  if (const auto crop = parse_crop(clause)) return set_crop(draft.base.geometry, *crop), true;
  return (draft.filter = parse_filter(clause)).has_value();
}

}  // namespace

std::string_view name_of(Filter filter) {
  switch (filter) {
    case Filter::pillow_bilinear: return "pillow_bilinear";
    case Filter::pillow_bicubic: return "pillow_bicubic";
    case Filter::opencv_linear: return "opencv_linear";
    case Filter::opencv_area: return "opencv_area";
  }
  return "?";
}

std::string to_string(const Geometry& geometry) {
  return to_string(geometry.resize) + (geometry.crop ? fmt::format(", crop {}", *geometry.crop) : ", no crop");
}

std::string to_string(const Preprocessing& p) {
  return fmt::format("{}, {}, mean {} {} {}, std {} {} {}, {}", to_string(p.geometry),
                     p.channel_order == ChannelOrder::rgb ? "RGB" : "BGR", p.mean[0], p.mean[1], p.mean[2], p.std[0],
                     p.std[1], p.std[2], p.layout == TensorLayout::nchw ? "NCHW" : "NHWC");
}

std::optional<ImageSize> output_size(const Geometry& geometry) {
  if (geometry.crop) return ImageSize{*geometry.crop, *geometry.crop};
  if (const auto* squash = std::get_if<Squash>(&geometry.resize)) return squash->size;
  return std::nullopt;
}

Preprocessing parse_preprocessing(std::string_view text, int preset_side) {
  if (text.find_first_not_of(" \t") != std::string_view::npos && text[text.find_first_not_of(" \t")] == '{') {
    const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (json.is_discarded()) bad_input("preprocessing: not valid JSON: {}", text);
    return preprocessing_from_json(json);
  }

  PreprocessingDraft draft;
  std::vector<std::string> clauses = clauses_of(text);
  if (const auto* preset = find_preprocessing_preset(clauses.front())) {
    draft.base = preset->make(preset_side);
    clauses.erase(clauses.begin());
  }
  for (const std::string& clause : clauses) {
    if (!read(clause, draft))
      bad_input(
          "preprocessing: \"{}\" is not understood; write a preset (torchvision, tf, caffe, none) or parts like "
          "\"{}\"",
          clause, to_string(preprocessing_presets().front().make(kUsualSide)));
  }
  return finished(draft);
}

}  // namespace qs
