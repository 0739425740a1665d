#include <algorithm>

#include "datasets/dataset_kinds.h"
#include "datasets/imagenet_classes.h"

namespace qs {
namespace {

constexpr std::size_t kIdLength = 9;

/// Class of "n01440764_tench.JPEG" or "n01440764_10026.JPEG".
std::optional<int> class_of(const ListedImage& image) {
  const std::string_view base = base_name(image.name);
  if (base.size() <= kIdLength || (base[kIdLength] != '_' && base[kIdLength] != '.')) return std::nullopt;
  return imagenet_index(base.substr(0, kIdLength));
}

/// Most names, so that a stray file shows up as an image without a label.
bool recognises(const Listing& listing) {
  const auto known =
      std::ranges::count_if(listing.images, [](const auto& image) { return class_of(image).has_value(); });
  return known * 2 > std::ssize(listing.images);
}

Labelling label(const Listing& listing, const ClassContext& context) {
  Labelling result{{}, "labels from WordNet ids in file names"};
  for (const ListedImage& image : listing.images) {
    result.labels.push_back(class_of(image));
    if (result.labels.back() && context.count > 0 && *result.labels.back() >= context.count)
      bad_input("{} is of ImageNet class {}, but the network has {} classes", image.name, *result.labels.back(),
                context.count);
  }
  return result;
}

}  // namespace

const DatasetKind wordnet_names_kind = {
    .id = "wordnet_names",
    .title = "Images named by WordNet id",
    .summary = "images nXXXXXXXX_name.JPEG, whose names begin with the WordNet id of their class",
    .text_names = {},
    .recognises = recognises,
    .label = label,
};

}  // namespace qs
