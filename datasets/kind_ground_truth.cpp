#include "core/base/error.h"
#include "datasets/dataset_kinds.h"
#include "datasets/imagenet_classes.h"
#include "datasets/label_table.h"

namespace qs {
namespace {

constexpr std::string_view kTruth = "ILSVRC2012_validation_ground_truth.txt";
constexpr std::string_view kSynsets = "synsets.txt";

/// Class index of each ILSVRC id from 1 on. The development kit numbers the classes in an order of its own.
std::vector<int> class_of_id(const Listing& listing) {
  const auto file = find_text(listing, kSynsets);
  if (!file)
    bad_input(
        "{} numbers the classes in the order of ILSVRC's development kit, not in that of networks; put {} beside "
        "it, whose line i is the WordNet id of class i (meta.mat of the kit has them), or give a val.txt",
        kTruth, kSynsets);
  std::vector<int> classes;
  for (std::string_view line : lines_of(listing.texts.at(*file))) {
    const std::string_view id = line.substr(0, line.find_first_of(" \t"));
    const auto index = imagenet_index(id);
    if (!index) bad_input("{} line {}: not the WordNet id of an ImageNet class", *file, classes.size() + 1);
    classes.push_back(*index);
  }
  return classes;
}

std::vector<int> labels_by_number(const Listing& listing, const std::string& file) {
  const std::vector<int> classes = class_of_id(listing);
  std::vector<int> labels;
  for (std::string_view line : lines_of(listing.texts.at(file))) {
    const auto id = class_index(line, {});
    if (!id || *id < 1 || *id > std::ssize(classes))
      bad_input("{} line {}: a class number in 1..{} is expected", file, labels.size() + 1, classes.size());
    labels.push_back(classes[static_cast<std::size_t>(*id - 1)]);
  }
  return labels;
}

/// 347 of "ILSVRC2012_val_00000347.JPEG".
std::optional<int> image_number(std::string_view name) {
  constexpr std::string_view kPrefix = "ILSVRC2012_val_";
  constexpr std::size_t kDigits = 8;
  const std::string_view base = base_name(name);
  if (!base.starts_with(kPrefix) || base.size() < kPrefix.size() + kDigits) return std::nullopt;
  std::string_view digits = base.substr(kPrefix.size(), kDigits);
  return class_index(digits, {});
}

Labelling label(const Listing& listing, const ClassContext& context) {
  const std::string file = find_text(listing, kTruth).value();
  const std::vector<int> labels = labels_by_number(listing, file);
  Labelling result{{}, "labels from " + file};
  for (const ListedImage& image : listing.images) {
    const auto number = image_number(image.name);
    const bool known = number && *number >= 1 && *number <= std::ssize(labels);
    result.labels.push_back(known ? std::optional(labels[static_cast<std::size_t>(*number - 1)]) : std::nullopt);
    if (known && context.count > 0 && *result.labels.back() >= context.count)
      bad_input("{}: ImageNet's 1000 classes, but the network has {}", file, context.count);
  }
  return result;
}

}  // namespace

const DatasetKind ground_truth_kind = {
    .id = "ground_truth",
    .title = "ILSVRC validation layout",
    .summary = "images ILSVRC2012_val_NNNNNNNN with the development kit's ground truth, and synsets.txt to read it by",
    .text_names = {kTruth, kSynsets},
    .recognises = [](const Listing& listing) { return find_text(listing, kTruth).has_value(); },
    .label = label,
};

}  // namespace qs
