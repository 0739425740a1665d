#include <algorithm>

#include "datasets/preprocessing.h"

namespace qs {
namespace {

// The published recipes are for an input of 224 taken from 256; other inputs keep that ratio.
int resized_side(int side) {
  return (side * 256 + 112) / 224;
}

Geometry resized_then_cropped(int side) {
  return {ShorterSide{resized_side(side), Filter::pillow_bilinear}, side};
}

Preprocessing torchvision(int side) {
  return {resized_then_cropped(side),
          ChannelOrder::rgb,
          {123.675, 116.28, 103.53},  // 255 * (0.485, 0.456, 0.406)
          {58.395, 57.12, 57.375},    // 255 * (0.229, 0.224, 0.225)
          TensorLayout::nchw};
}

Preprocessing tf(int side) {
  return {
      resized_then_cropped(side), ChannelOrder::rgb, {127.5, 127.5, 127.5}, {127.5, 127.5, 127.5}, TensorLayout::nchw};
}

Preprocessing caffe(int side) {
  const int squashed = resized_side(side);
  return {{Squash{{squashed, squashed}, Filter::opencv_linear}, side},
          ChannelOrder::bgr,
          {103.939, 116.779, 123.68},
          {1, 1, 1},
          TensorLayout::nchw};
}

Preprocessing none(int /*side*/) {
  return {};
}

constexpr PreprocessingPreset kPresets[] = {
    {"torchvision", "torchvision",
     "shorter side to 256 with Pillow's bilinear filter, centre 224, RGB, ImageNet mean and deviation", torchvision},
    {"tf", "Keras / TensorFlow", "as torchvision, but pixels scaled to [-1, 1]", tf},
    {"caffe", "Caffe", "squashed to 256 x 256, centre 224, BGR 0..255 less the mean of each channel", caffe},
    {"none", "None", "pixels as they are: no resize, no crop, RGB 0..255", none},
};

}  // namespace

std::span<const PreprocessingPreset> preprocessing_presets() {
  return kPresets;
}

const PreprocessingPreset* find_preprocessing_preset(std::string_view id) {
  const auto* found = std::ranges::find(kPresets, id, &PreprocessingPreset::id);
  return found == std::end(kPresets) ? nullptr : found;
}

}  // namespace qs
