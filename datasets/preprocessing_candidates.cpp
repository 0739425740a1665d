#include "datasets/preprocessing_candidates.h"

#include <algorithm>

namespace qs {
namespace {

struct Scaling {
  std::string_view title;
  std::array<double, 3> mean, std;  // in RGB order
};

constexpr Scaling kScalings[] = {
    {"pixels 0..255", {0, 0, 0}, {1, 1, 1}},
    {"pixels in [0, 1]", {0, 0, 0}, {255, 255, 255}},
    {"pixels in [-1, 1]", {127.5, 127.5, 127.5}, {127.5, 127.5, 127.5}},
    {"torchvision's mean and std", {123.675, 116.28, 103.53}, {58.395, 57.12, 57.375}},
    {"Caffe's mean, std 1", {123.68, 116.779, 103.939}, {1, 1, 1}},
};

struct NamedOrder {
  std::string_view title;
  ChannelOrder order;
};
constexpr NamedOrder kOrders[] = {{"RGB", ChannelOrder::rgb}, {"BGR", ChannelOrder::bgr}};

constexpr Filter kFilters[] = {Filter::pillow_bilinear, Filter::pillow_bicubic, Filter::opencv_linear,
                               Filter::opencv_area};

/// The sides images are usually resized to before a square of `crop` is cut out: 256 for 224, and the crop itself.
std::vector<ResizeRule> usual_resizes(int crop) {
  std::vector<ResizeRule> resizes;
  for (int side : {(crop * 256 + 112) / 224, crop}) {
    for (Filter filter : kFilters) {
      resizes.emplace_back(ShorterSide{side, filter});
      resizes.emplace_back(Squash{{side, side}, filter});
    }
  }
  return resizes;
}

/// Side of the square that the geometry yields, or nothing.
std::optional<int> square_side(const Geometry& geometry) {
  const auto size = output_size(geometry);
  return size && size->width == size->height ? std::optional<int>(size->width) : std::nullopt;
}

}  // namespace

std::vector<PreprocessingCandidate> preprocessing_candidates(const Preprocessing& found) {
  std::vector<PreprocessingCandidate> list{{"as found", found}};
  const auto add = [&](std::string title, const Preprocessing& candidate) {
    if (std::ranges::find(list, candidate, &PreprocessingCandidate::preprocessing) == list.end())
      list.push_back({std::move(title), candidate});
  };

  for (const NamedOrder& named : kOrders) {
    for (const Scaling& scaling : kScalings) {
      Preprocessing candidate = found;
      candidate.channel_order = named.order;
      candidate.mean = scaling.mean;
      candidate.std = scaling.std;
      if (named.order == ChannelOrder::bgr) {
        std::ranges::reverse(candidate.mean);
        std::ranges::reverse(candidate.std);
      }
      add(std::string(named.title) + ", " + std::string(scaling.title), candidate);
    }
  }

  if (const auto side = square_side(found.geometry)) {
    for (const ResizeRule& resize : usual_resizes(*side)) {
      Preprocessing candidate = found;
      candidate.geometry = {resize, *side};
      add(to_string(candidate.geometry), candidate);
    }
  }
  return list;
}

}  // namespace qs
