#include "datasets/prepared_images.h"

#include <fmt/format.h>

#include "datasets/reader.h"

namespace qs {

namespace {

constexpr std::int64_t kProbes = 16;

Dataset probes(const Dataset& dataset) {
  if (!dataset.in_archive) return select(dataset, kProbes);
  // Spread over an archive they would cost reading all of it.
  Dataset first = dataset;
  if (std::ssize(first.entries) > kProbes) first.entries.resize(kProbes);
  return first;
}

}  // namespace

std::optional<ImageSize> common_size(const Dataset& dataset) {
  // Without a resize and a crop, the reader lets the first image decide and skips those that differ.
  ImageReader reader(probes(dataset), {.preprocessing = {}, .batch = kProbes});
  const std::optional<Batch> batch = reader.next();
  if (!batch || reader.next() || !reader.statistics().skipped.empty()) return std::nullopt;
  const Shape& shape = batch->tensor.shape();
  return ImageSize{.width = static_cast<int>(shape[3]), .height = static_cast<int>(shape[2])};
}

FoundPreprocessing fitted_to_images(FoundPreprocessing found, const Dataset& dataset) {
  Geometry& geometry = found.preprocessing.geometry;
  const auto* resize = std::get_if<ShorterSide>(&geometry.resize);
  if (resize == nullptr || !geometry.crop) return found;
  const std::optional<ImageSize> size = common_size(dataset);
  if (!size || size->width != size->height) return found;
  if (size->width < *geometry.crop || size->width >= resize->size) return found;
  geometry.resize = NoResize{};
  found.source += fmt::format("; the images are {0} x {0} already, so they are not resized", size->width);
  return found;
}

}  // namespace qs
