#include "datasets/preprocessing_draft.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/error.h"

namespace qs {
namespace {

constexpr double kMaxMagnitude = 1e6;  // of a mean or std; far beyond any use, but safe in f32

bool has(const std::vector<std::string>& words, std::initializer_list<std::string_view> any) {
  return std::ranges::any_of(words, [&](const std::string& word) { return std::ranges::count(any, word) > 0; });
}

/// "224" or "224x192" (width x height).
std::optional<ImageSize> parse_size(std::string_view text) {
  const std::size_t cross = text.find('x');
  const auto width = parse_int(text.substr(0, cross));
  const auto height = cross == std::string_view::npos ? width : parse_int(text.substr(cross + 1));
  if (!width || !height) return std::nullopt;
  return ImageSize{*width, *height};
}

void check_side(int side, std::string_view what) {
  if (side < 1 || side > kMaxTargetSide) bad_input("preprocessing: {} {} is not in 1..{}", what, side, kMaxTargetSide);
}

void check_geometry(const Geometry& geometry) {
  if (const auto* rule = std::get_if<ShorterSide>(&geometry.resize)) check_side(rule->size, "shorter side");
  if (const auto* rule = std::get_if<Squash>(&geometry.resize)) {
    check_side(rule->size.width, "squashed width");
    check_side(rule->size.height, "squashed height");
  }
  if (geometry.crop) check_side(*geometry.crop, "crop");
}

void set_filter(ResizeRule& resize, Filter filter) {
  if (auto* rule = std::get_if<ShorterSide>(&resize))
    rule->filter = filter;
  else if (auto* squash = std::get_if<Squash>(&resize))
    squash->filter = filter;
  else
    bad_input("preprocessing: filter {} is given, but no resize", name_of(filter));
}

}  // namespace

Preprocessing finished(const PreprocessingDraft& draft) {
  Preprocessing result = draft.base;
  if (draft.filter) set_filter(result.geometry.resize, *draft.filter);
  check_geometry(result.geometry);

  if (draft.scale) {
    if (!(*draft.scale > 0 && *draft.scale <= kMaxMagnitude)) bad_input("preprocessing: scale must be greater than 0");
    result.mean = {0, 0, 0};
    result.std = {1, 1, 1};
  }
  if (draft.mean) result.mean = *draft.mean;
  if (draft.std) result.std = *draft.std;
  for (int c = 0; c < 3; ++c) {
    if (draft.scale) result.mean[c] /= *draft.scale;
    if (draft.scale) result.std[c] /= *draft.scale;
    if (!(std::abs(result.mean[c]) <= kMaxMagnitude)) bad_input("preprocessing: mean {} is absurd", result.mean[c]);
    if (!(result.std[c] >= 1 / kMaxMagnitude && result.std[c] <= kMaxMagnitude))
      bad_input("preprocessing: std {} is not a positive number", result.std[c]);
  }
  return result;
}

std::optional<ResizeRule> parse_resize(std::string_view text) {
  std::vector<std::string> words = words_of(text);
  std::erase(words, "to");
  if (words == std::vector<std::string>{"none"} || words == std::vector<std::string>{"no", "resize"}) return NoResize{};
  if (words.size() == 3 && (words[0] == "shorter" || words[0] == "shortest") && words[1] == "side") {
    if (const auto size = parse_int(words[2])) return ShorterSide{*size};
  }
  if (words.size() == 2 && words[0] == "squash") {
    if (const auto size = parse_size(words[1])) return Squash{*size};
  }
  return std::nullopt;
}

std::optional<Filter> parse_filter(std::string_view text) {
  const std::vector<std::string> words = words_of(text);
  for (Filter filter : {Filter::pillow_bilinear, Filter::pillow_bicubic, Filter::opencv_linear, Filter::opencv_area})
    if (has(words, {name_of(filter)})) return filter;
  const bool opencv = has(words, {"opencv", "cv2"});
  if (has(words, {"area", "inter_area"})) return Filter::opencv_area;
  if (has(words, {"inter_linear"}) || (opencv && has(words, {"linear", "bilinear"}))) return Filter::opencv_linear;
  if (opencv) return std::nullopt;
  if (has(words, {"bilinear"})) return Filter::pillow_bilinear;
  if (has(words, {"bicubic"})) return Filter::pillow_bicubic;
  return std::nullopt;
}

std::optional<int> parse_crop(std::string_view text) {
  std::vector<std::string> words = words_of(text);
  if (words == std::vector<std::string>{"none"} || words == std::vector<std::string>{"no", "crop"}) return 0;
  const std::size_t before = words.size();
  std::erase_if(words, [](const std::string& word) { return word == "centre" || word == "center" || word == "crop"; });
  if (words.size() != 1 || before == 1) return std::nullopt;
  const auto size = parse_size(words[0]);
  if (!size || size->width != size->height || size->width < 1) return std::nullopt;
  return size->width;
}

void set_crop(Geometry& geometry, int side) {
  geometry.crop.reset();
  if (side != 0) geometry.crop = side;
}

std::optional<ChannelOrder> parse_channel_order(std::string_view text) {
  const std::vector<std::string> words = words_of(text);
  if (words == std::vector<std::string>{"rgb"}) return ChannelOrder::rgb;
  if (words == std::vector<std::string>{"bgr"}) return ChannelOrder::bgr;
  return std::nullopt;
}

std::optional<TensorLayout> parse_tensor_layout(std::string_view text) {
  const std::vector<std::string> words = words_of(text);
  if (words == std::vector<std::string>{"nchw"}) return TensorLayout::nchw;
  if (words == std::vector<std::string>{"nhwc"}) return TensorLayout::nhwc;
  return std::nullopt;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;
  for (char c : text) {
    const bool blank = std::string_view(" \t\r\n()").find(c) != std::string_view::npos;
    if (!blank && !in_word) words.emplace_back();
    if (!blank) words.back() += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    in_word = !blank;
  }
  return words;
}

std::vector<std::string> clauses_of(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  std::vector<std::string> clauses;
  while (true) {
    const std::size_t comma = text.find(',');
    std::string_view clause = text.substr(0, comma);
    clause.remove_prefix(std::min(clause.find_first_not_of(kBlanks), clause.size()));
    clauses.emplace_back(clause.substr(0, clause.find_last_not_of(kBlanks) + 1));
    if (comma == std::string_view::npos) return clauses;
    text.remove_prefix(comma + 1);
  }
}

std::optional<int> parse_int(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_number(std::string_view text) {
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const auto above = parse_number(text.substr(0, slash));
    const auto below = parse_number(text.substr(slash + 1));
    if (!above || !below || *below == 0) return std::nullopt;
    return *above / *below;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace qs
