// The phrases that preprocessing is written in, shared by the one-line form and by JSON.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/preprocessing.h"

namespace qs {

/// A Preprocessing while it is being read: a filter and a scale apply once everything else is known.
struct PreprocessingDraft {
  Preprocessing base;
  std::optional<Filter> filter;
  std::optional<double> scale;
  std::optional<std::array<double, 3>> mean, std;
};

/// The finished value. Throws `Error` (bad_input) when a size, mean, std or scale is out of range or a filter has no
/// resize to belong to.
[[nodiscard]] Preprocessing finished(const PreprocessingDraft& draft);

/// "none", "no resize", "shorter side [to] 256", "squash [to] 224x192", "squash 224"; nothing when it is none of these.
[[nodiscard]] std::optional<ResizeRule> parse_resize(std::string_view text);
/// A filter's id, or words such as "bilinear (PIL antialias)", "bicubic", "OpenCV linear". Bilinear and bicubic without
/// a library's name are Pillow's.
[[nodiscard]] std::optional<Filter> parse_filter(std::string_view text);
/// The side in "crop 224", "centre 224", "center crop 224"; 0 for "none" and "no crop"; nothing when it is none of
/// these.
[[nodiscard]] std::optional<int> parse_crop(std::string_view text);
/// Sets what `parse_crop` read.
void set_crop(Geometry& geometry, int side);
[[nodiscard]] std::optional<ChannelOrder> parse_channel_order(std::string_view text);
[[nodiscard]] std::optional<TensorLayout> parse_tensor_layout(std::string_view text);

/// Words in lower case; spaces, tabs and parentheses separate.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);
/// Parts between commas, without surrounding blanks.
[[nodiscard]] std::vector<std::string> clauses_of(std::string_view text);
/// A whole number or nothing.
[[nodiscard]] std::optional<int> parse_int(std::string_view text);
/// A finite decimal number, or a fraction such as "1/255", or nothing.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);

}  // namespace qs
