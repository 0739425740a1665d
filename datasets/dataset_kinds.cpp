#include "datasets/dataset_kinds.h"

#include <algorithm>
#include <array>

#include "core/base/error.h"

namespace qs {

std::span<const DatasetKind* const> dataset_kinds() {
  // What needs no guess first; files that state labels before what folders and names suggest.
  static constexpr std::array<const DatasetKind*, 7> kinds = {
      &builtin_kind,       &val_txt_kind,       &ground_truth_kind, &labels_csv_kind,
      &class_folders_kind, &wordnet_names_kind, &unlabelled_kind};
  return kinds;
}

const DatasetKind& dataset_kind(std::string_view id) {
  std::string known;
  for (const DatasetKind* kind : dataset_kinds()) {
    if (kind->id == id) return *kind;
    known += known.empty() ? "" : ", ";
    known += kind->id;
  }
  throw Error(ErrorCode::usage, fmt::format("unknown data set layout \"{}\"; known are {}", id, known));
}

std::optional<std::string> find_text(const Listing& listing, std::string_view base) {
  const auto depth = [](const std::string& name) { return std::ranges::count(name, '/'); };
  std::optional<std::string> best;
  for (const auto& [name, text] : listing.texts)
    if (base_name(name) == base && (!best || depth(name) < depth(*best))) best = name;
  return best;
}

}  // namespace qs
