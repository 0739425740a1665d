#include "datasets/dataset_kinds.h"
#include "datasets/label_table.h"

namespace qs {
namespace {

constexpr std::string_view kFile = "val.txt";

Labelling label(const Listing& listing, const ClassContext& context) {
  const std::string file = find_text(listing, kFile).value();
  return {labels_from(parse_label_list(listing.texts.at(file), file), listing, context), "labels from " + file};
}

}  // namespace

const DatasetKind val_txt_kind = {
    .id = "val_txt",
    .title = "ILSVRC validation layout",
    .summary = "images in one folder, with val.txt saying the class index of each",
    .text_names = {kFile},
    .recognises = [](const Listing& listing) { return find_text(listing, kFile).has_value(); },
    .label = label,
};

}  // namespace qs
