#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "datasets/preprocessing.h"
#include "datasets/preprocessing_draft.h"

namespace qs {
namespace {

using nlohmann::json;

[[noreturn]] void wrong_value(std::string_view key, const json& value, std::string_view wanted) {
  bad_input("preprocessing: \"{}\" is {}, but should be {}", key,
            value.dump(-1, ' ', false, json::error_handler_t::replace), wanted);
}

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : std::string();  // empty is understood by no phrase
}

std::array<double, 3> channels_of(std::string_view key, const json& value) {
  std::array<double, 3> channels{};
  for (std::size_t c = 0; c < 3; ++c) {
    const json* number = &value;
    if (value.is_array() && value.size() == 3) number = &value[c];
    if (!number->is_number()) wrong_value(key, value, "a number or three");
    channels[c] = number->get<double>();
  }
  return channels;
}

/// The rule, and behind a comma perhaps the filter: "shorter side to 256, bilinear (PIL antialias)".
void read_resize(const json& value, PreprocessingDraft& draft) {
  const std::vector<std::string> clauses = clauses_of(text_of(value));
  const auto resize = parse_resize(clauses[0]);
  if (!resize || clauses.size() > 2)
    wrong_value("resize", value, "\"none\", \"shorter side N\" or \"squash WxH\", and a filter behind a comma");
  draft.base.geometry.resize = *resize;
  if (clauses.size() == 2 && !(draft.filter = parse_filter(clauses[1])))
    wrong_value("resize", value, "a rule and a filter that is known");
}

void read_crop(const json& value, PreprocessingDraft& draft) {
  if (value.is_null()) return set_crop(draft.base.geometry, 0);
  const auto crop = value.is_number_integer() ? parse_int(value.dump()) : parse_crop(text_of(value));
  if (!crop || *crop < 0) wrong_value("crop", value, "\"centre N\", N or \"none\"");
  set_crop(draft.base.geometry, *crop);
}

/// Reads one known key into the draft; false when the key is unknown.
bool read(const std::string& key, const json& value, PreprocessingDraft& draft) {
  if (key == "resize") {
    read_resize(value, draft);
  } else if (key == "filter") {
    if (!(draft.filter = parse_filter(text_of(value)))) wrong_value(key, value, "a filter that is known");
  } else if (key == "crop") {
    read_crop(value, draft);
  } else if (key == "channel_order") {
    const auto order = parse_channel_order(text_of(value));
    if (!order) wrong_value(key, value, "\"RGB\" or \"BGR\"");
    draft.base.channel_order = *order;
  } else if (key == "layout") {
    const auto layout = parse_tensor_layout(text_of(value));
    if (!layout) wrong_value(key, value, "\"NCHW\" or \"NHWC\"");
    draft.base.layout = *layout;
  } else if (key == "mean") {
    draft.mean = channels_of(key, value);
  } else if (key == "std") {
    draft.std = channels_of(key, value);
  } else if (key == "scale") {
    if (!value.is_number()) wrong_value(key, value, "a number");
    draft.scale = value.get<double>();
  } else {
    return key == "size" || key == "formula" || key == "note";
  }
  return true;
}

}  // namespace

json to_json(const Preprocessing& p) {
  json result{{"channel_order", p.channel_order == ChannelOrder::rgb ? "RGB" : "BGR"},
              {"mean", p.mean},
              {"std", p.std},
              {"layout", p.layout == TensorLayout::nchw ? "NCHW" : "NHWC"}};
  result["crop"] = p.geometry.crop ? fmt::format("centre {}", *p.geometry.crop) : "none";
  // "shorter side 256, pillow_bilinear" and such; the last clause of the line is the crop.
  const std::string line = to_string(Geometry{p.geometry.resize, {}});
  const std::vector<std::string> clauses = clauses_of(line);
  result["resize"] = clauses.size() == 3 ? clauses[0] : "none";
  if (clauses.size() == 3) result["filter"] = clauses[1];
  return result;
}

Preprocessing preprocessing_from_json(const json& object) {
  if (!object.is_object()) bad_input("preprocessing: an object with resize, crop, mean, std and so on is expected");
  PreprocessingDraft draft;
  for (const auto& [key, value] : object.items())
    if (!read(key, value, draft)) bad_input("preprocessing: unknown key \"{}\"", key);
  const Preprocessing result = finished(draft);

  if (object.contains("size") && result.geometry.crop) {
    const json& size = object["size"];
    if (!size.is_number_integer() || size.get<std::int64_t>() != *result.geometry.crop)
      wrong_value("size", size, fmt::format("{} like the crop", *result.geometry.crop));
  }
  return result;
}

}  // namespace qs
