#include "datasets/builtin_datasets.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/base/error.h"
#include "datasets/builtin_shapes.h"
#include "datasets/natural_order.h"

namespace qs {
namespace {

// Changing one of them changes every image of that part.
constexpr std::uint64_t kTestSeed = 0x7e57;
constexpr std::uint64_t kTrainSeed = 0x74a1;

template <std::uint64_t seed>
int shape_label(std::int64_t image) {
  return shape_class(seed, static_cast<std::uint64_t>(image));
}

template <std::uint64_t seed>
Image shape_image(std::int64_t image) {
  return draw_shape(seed, static_cast<std::uint64_t>(image));
}

}  // namespace

std::span<const BuiltinDataset> builtin_datasets() {
  static constexpr std::array<BuiltinDataset, 2> all = {{
      {.name = "builtin:shapes",
       .title = "Built-in shapes",
       .summary = "2,000 drawn pictures of 20 kinds of textured shapes, for testing",
       .images = 2000,
       .classes = shape_classes,
       .label = shape_label<kTestSeed>,
       .draw = shape_image<kTestSeed>},
      {.name = "builtin:shapes/train",
       .title = "Built-in shapes for training",
       .summary = "20,000 other pictures of the same kinds, for training",
       .images = 20000,
       .classes = shape_classes,
       .label = shape_label<kTrainSeed>,
       .draw = shape_image<kTrainSeed>},
  }};
  return all;
}

bool is_builtin(const std::filesystem::path& root) {
  return root.native().starts_with("builtin:");
}

const BuiltinDataset& builtin_dataset(const std::filesystem::path& root) {
  std::string known;
  for (const BuiltinDataset& dataset : builtin_datasets()) {
    if (dataset.name == root.native()) return dataset;
    known += fmt::format("{}{} ({})", known.empty() ? "" : "; ", dataset.name, dataset.summary);
  }
  bad_input("there is no built-in data set \"{}\"; there are: {}", root.string(), known);
}

Listing list_builtin(const BuiltinDataset& dataset) {
  Listing listing;
  listing.root = dataset.name;
  for (std::int64_t i = 0; i < dataset.images; ++i) {
    const std::string& folder = dataset.classes()[static_cast<std::size_t>(dataset.label(i))];
    listing.images.push_back({.name = fmt::format("{}/{:05}.ppm", folder, i), .path = {}, .position = i});
  }
  std::ranges::sort(listing.images, natural_less, &ListedImage::name);
  return listing;
}

std::vector<std::byte> builtin_file(const BuiltinDataset& dataset, std::int64_t image) {
  const Image drawn = dataset.draw(image);
  const std::string header = fmt::format("P6\n{} {}\n255\n", drawn.size.width, drawn.size.height);
  std::vector<std::byte> file(header.size() + drawn.bytes());
  std::memcpy(file.data(), header.data(), header.size());
  std::memcpy(file.data() + header.size(), drawn.pixels.data(), drawn.bytes());
  return file;
}

}  // namespace qs
