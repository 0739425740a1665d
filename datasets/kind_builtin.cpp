#include "datasets/builtin_datasets.h"
#include "datasets/dataset_kinds.h"

namespace qs {
namespace {

Labelling label(const Listing& listing, const ClassContext& context) {
  const BuiltinDataset& dataset = builtin_dataset(listing.root);
  const FolderClasses classes = classes_of_folders(dataset.classes(), context);
  Labelling result{{}, context.count == 0 ? "labels known from drawing them" : classes.how, dataset.classes()};
  for (const ListedImage& image : listing.images) {
    const std::string& drawn = dataset.classes()[static_cast<std::size_t>(dataset.label(image.position))];
    result.labels.push_back(classes.index.at(drawn));
  }
  return result;
}

}  // namespace

const DatasetKind builtin_kind = {
    .id = "builtin",
    .title = "Built-in images",
    .summary = "images the program draws itself",
    .text_names = {},
    .recognises = [](const Listing& listing) { return is_builtin(listing.root); },
    .label = label,
};

}  // namespace qs
