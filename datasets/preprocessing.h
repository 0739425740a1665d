// What is done to an image before a network sees it, as a value.
#pragma once

#include <array>
#include <compare>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace qs {

/// Pixels across and down.
struct ImageSize {
  int width = 0;
  int height = 0;
  friend bool operator==(const ImageSize&, const ImageSize&) = default;
};

/// How a pixel of a resized image is computed. The Pillow filters widen when an image shrinks (antialiasing) and equal
/// Pillow's resize bit for bit; the OpenCV ones are cv::resize with INTER_LINEAR and INTER_AREA. Published accuracies
/// depend on which was used.
enum class Filter { pillow_bilinear, pillow_bicubic, opencv_linear, opencv_area };

struct NoResize {
  friend bool operator==(const NoResize&, const NoResize&) = default;
};
/// The shorter side becomes `size`, the longer one floor(size * longer / shorter), as in torchvision.
struct ShorterSide {
  int size = 256;
  Filter filter = Filter::pillow_bilinear;
  friend bool operator==(const ShorterSide&, const ShorterSide&) = default;
};
/// Both sides are forced; the aspect ratio is lost.
struct Squash {
  ImageSize size{};
  Filter filter = Filter::pillow_bilinear;
  friend bool operator==(const Squash&, const Squash&) = default;
};
using ResizeRule = std::variant<NoResize, ShorterSide, Squash>;

/// The part that works on 8-bit pixels; its results are what is cached on disk.
struct Geometry {
  ResizeRule resize;
  /// Side of the central square cut out after resizing; an image smaller than that is first surrounded with zeros, as
  /// torchvision does.
  std::optional<int> crop{};
  friend bool operator==(const Geometry&, const Geometry&) = default;
};

enum class ChannelOrder { rgb, bgr };
enum class TensorLayout { nchw, nhwc };

/// normalised = (pixel - mean) / std with pixels 0..255; `mean` and `std` are in `channel_order`, std > 0.
/// The default does nothing: no resize, no crop, RGB 0..255.
struct Preprocessing {
  Geometry geometry{};
  ChannelOrder channel_order = ChannelOrder::rgb;
  std::array<double, 3> mean{0, 0, 0};
  std::array<double, 3> std{1, 1, 1};
  TensorLayout layout = TensorLayout::nchw;
  friend bool operator==(const Preprocessing&, const Preprocessing&) = default;
};

/// Largest side in pixels a resize or a crop may ask for.
constexpr int kMaxTargetSide = 8192;

/// Side of the input that most ImageNet networks have.
constexpr int kUsualSide = 224;

/// "shorter side 256, pillow_bilinear, crop 224, RGB, mean 123.675 116.28 103.53, std 58.395 57.12 57.375, NCHW":
/// one line for the screen, which `parse_preprocessing` reads back to an equal value.
[[nodiscard]] std::string to_string(const Preprocessing& preprocessing);
/// The geometry's part of that line.
[[nodiscard]] std::string to_string(const Geometry& geometry);
[[nodiscard]] std::string_view name_of(Filter filter);

/// Reads the line above, or parts of it separated by commas, in any order: a part not given stays as in preset `none`,
/// or as in the preset whose id is the first part ("caffe, no resize"). "scale 1/255" multiplies pixels first: mean and
/// std, where given, are then in units of the scaled pixels. A text that starts with '{' is read as JSON instead.
/// Presets are made for an input of `preset_side` pixels. Throws `Error` (bad_input) naming the part it does not
/// understand.
[[nodiscard]] Preprocessing parse_preprocessing(std::string_view text, int preset_side = kUsualSide);

/// JSON with the keys resize, filter, crop, channel_order, mean, std, layout; it is also the form of the "input" object
/// in a MODEL.json.
[[nodiscard]] nlohmann::json to_json(const Preprocessing& preprocessing);

/// Reads that form. A key that is absent stays as in preset `none`; `scale` acts as in `parse_preprocessing`; `size`,
/// the side of the network's input, must agree with `crop`; `formula` and `note` are free text. Throws `Error`
/// (bad_input) naming an unknown key or a wrong value.
[[nodiscard]] Preprocessing preprocessing_from_json(const nlohmann::json& json);

/// Size every image has in the end, when it is known without looking at one: with a crop or a squash.
[[nodiscard]] std::optional<ImageSize> output_size(const Geometry& geometry);

/// A usual way to prepare images.
struct PreprocessingPreset {
  std::string_view id;  ///< persistent
  std::string_view title;
  std::string_view summary;
  /// For a network whose input is `side` pixels wide and high.
  Preprocessing (*make)(int side);
};

/// All presets in order: torchvision, tf, caffe, none.
[[nodiscard]] std::span<const PreprocessingPreset> preprocessing_presets();

/// The preset with this id, or nullptr.
[[nodiscard]] const PreprocessingPreset* find_preprocessing_preset(std::string_view id);

}  // namespace qs
