#include "datasets/normalise.h"

namespace qs {
namespace {

constexpr std::size_t kChannels = 3;

}  // namespace

std::array<Levels, kChannels> levels_of(const Preprocessing& preprocessing) {
  std::array<Levels, kChannels> levels;
  for (std::size_t c = 0; c < kChannels; ++c)
    for (std::size_t pixel = 0; pixel < levels[c].size(); ++pixel)
      levels[c][pixel] =
          static_cast<float>((static_cast<double>(pixel) - preprocessing.mean[c]) / preprocessing.std[c]);
  return levels;
}

Tensor normalise(std::span<const Image> images, const Preprocessing& preprocessing) {
  QS_ASSERT(!images.empty());
  const ImageSize size = images[0].size;
  const auto count = static_cast<std::int64_t>(images.size());
  const bool planar = preprocessing.layout == TensorLayout::nchw;
  Tensor tensor(DType::f32,
                planar ? Shape{count, 3, size.height, size.width} : Shape{count, size.height, size.width, 3});
  const std::array<Levels, kChannels> levels = levels_of(preprocessing);

  const std::size_t pixels = images[0].bytes() / kChannels;
  float* target = tensor.mutable_values<float>().data();
  for (const Image& image : images) {
    QS_ASSERT(image.size == size);
    for (std::size_t c = 0; c < kChannels; ++c) {
      const std::size_t source_channel = preprocessing.channel_order == ChannelOrder::rgb ? c : kChannels - 1 - c;
      const std::uint8_t* source = image.pixels.data() + source_channel;
      float* plane = planar ? target + c * pixels : target + c;
      const std::size_t step = planar ? 1 : kChannels;
      for (std::size_t i = 0; i < pixels; ++i) plane[i * step] = levels[c][source[i * kChannels]];
    }
    target += image.bytes();
  }
  return tensor;
}

void normalise_planes(std::span<const std::uint8_t> planes, ChannelOrder order, const std::array<Levels, 3>& levels,
                      float* target) {
  const std::size_t pixels = planes.size() / kChannels;
  for (std::size_t c = 0; c < kChannels; ++c) {
    const std::size_t source_channel = order == ChannelOrder::rgb ? c : kChannels - 1 - c;
    const std::uint8_t* source = planes.data() + source_channel * pixels;
    for (std::size_t i = 0; i < pixels; ++i) target[c * pixels + i] = levels[c][source[i]];
  }
}

}  // namespace qs
