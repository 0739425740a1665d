#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "datasets/dataset_kinds.h"
#include "datasets/imagenet_classes.h"

namespace qs {
namespace {

/// First component of a name that has more than one; else empty.
std::string_view first_folder(std::string_view name) {
  const std::size_t slash = name.find('/');
  return slash == std::string_view::npos ? std::string_view() : name.substr(0, slash);
}

/// Characters of the folders that all images share ("data/images/"), but for a single folder that is a class itself.
std::size_t shared_prefix(const Listing& listing) {
  std::size_t prefix = 0;
  while (!listing.images.empty()) {
    const std::string_view folder = first_folder(std::string_view(listing.images[0].name).substr(prefix));
    const bool shared = std::ranges::all_of(listing.images, [&](const ListedImage& image) {
      return first_folder(std::string_view(image.name).substr(prefix)) == folder;
    });
    if (folder.empty() || !shared || is_wordnet_id(folder)) break;
    prefix += folder.size() + 1;
  }
  return prefix;
}

/// Class folder of each image, empty for an image outside of one.
std::vector<std::string> folders_of(const Listing& listing) {
  const std::size_t prefix = shared_prefix(listing);
  std::vector<std::string> folders;
  for (const ListedImage& image : listing.images)
    folders.emplace_back(first_folder(std::string_view(image.name).substr(prefix)));
  return folders;
}

/// Most images, so that a stray file shows up as an image without a label.
bool recognises(const Listing& listing) {
  const std::vector<std::string> folders = folders_of(listing);
  return std::ranges::count(folders, "") * 2 < std::ssize(folders);
}

void refuse_parts(const Listing& listing, const std::set<std::string>& names) {
  const std::set<std::string> parts = {"train", "val", "valid", "validation", "test"};
  if (names.size() > 1 && std::ranges::includes(parts, names))
    bad_input("{} holds {}; choose one of them, as in {}", listing.root.string(),
              first_few({names.begin(), names.end()}), (listing.root / *names.rbegin()).string());
}

/// Folder names in class order; nothing when a class before the last has no folder.
std::vector<std::string> names_in_order(const std::map<std::string, int>& index) {
  std::vector<std::string> names(index.size());
  for (const auto& [name, number] : index) {
    if (number < 0 || number >= std::ssize(names) || !names[static_cast<std::size_t>(number)].empty()) return {};
    names[static_cast<std::size_t>(number)] = name;
  }
  return names;
}

Labelling label(const Listing& listing, const ClassContext& context) {
  const std::vector<std::string> folders = folders_of(listing);
  std::set<std::string> names(folders.begin(), folders.end());
  names.erase("");
  refuse_parts(listing, names);
  const FolderClasses classes = classes_of_folders({names.begin(), names.end()}, context);
  Labelling result{{}, classes.how, names_in_order(classes.index)};
  for (const std::string& folder : folders) {
    result.labels.push_back(folder.empty() ? std::nullopt : std::optional(classes.index.at(folder)));
    if (!folder.empty() && context.count > 0 && !(*result.labels.back() >= 0 && *result.labels.back() < context.count))
      bad_input("folder {} means class {}, but the network has {} classes", folder, *result.labels.back(),
                context.count);
  }
  return result;
}

}  // namespace

const DatasetKind class_folders_kind = {
    .id = "class_folders",
    .title = "Class folders",
    .summary = "a folder for each class, named by the class, its WordNet id or its number",
    .text_names = {},
    .recognises = recognises,
    .label = label,
};

}  // namespace qs
