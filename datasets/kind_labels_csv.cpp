#include "datasets/dataset_kinds.h"
#include "datasets/label_table.h"

namespace qs {
namespace {

constexpr std::string_view kFile = "labels.csv";

Labelling label(const Listing& listing, const ClassContext& context) {
  const std::string file = find_text(listing, kFile).value();
  return {labels_from(parse_label_csv(listing.texts.at(file), file), listing, context), "labels from " + file};
}

}  // namespace

const DatasetKind labels_csv_kind = {
    .id = "labels_csv",
    .title = "Images with a label table",
    .summary = "images with labels.csv, whose columns image and label say the class index of each",
    .text_names = {kFile},
    .recognises = [](const Listing& listing) { return find_text(listing, kFile).has_value(); },
    .label = label,
};

}  // namespace qs
