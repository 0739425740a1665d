#include "datasets/dataset.h"

#include <algorithm>
#include <fstream>
#include <numeric>
#include <set>

#include "core/base/error.h"
#include "datasets/dataset_kinds.h"
#include "datasets/label_table.h"
#include "datasets/natural_order.h"

namespace qs {
namespace {

std::vector<std::string_view> all_text_names() {
  std::vector<std::string_view> names;
  for (const DatasetKind* kind : dataset_kinds())
    names.insert(names.end(), kind->text_names.begin(), kind->text_names.end());
  return names;
}

Labelling labels_from_file(const std::filesystem::path& file, const Listing& listing, const ClassContext& context) {
  constexpr std::uintmax_t kMaxBytes = 64 << 20;
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(file, error);
  std::ifstream stream(file, std::ios::binary);
  if (error || !stream) bad_input("labels file {}: cannot be read", file.string());
  if (bytes > kMaxBytes) bad_input("labels file {}: larger than {} bytes", file.string(), kMaxBytes);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const std::string name = file.filename().string();
  return {labels_from(parse_label_table(text, name), listing, context), "labels from " + name};
}

const DatasetKind& choose_kind(const Listing& listing, std::string_view id) {
  if (!id.empty()) {
    const DatasetKind& kind = dataset_kind(id);
    if (!kind.recognises(listing))
      bad_input("{} is not laid out as {} ({})", listing.root.string(), kind.id, kind.summary);
    return kind;
  }
  return **std::ranges::find_if(dataset_kinds(), [&](const DatasetKind* kind) { return kind->recognises(listing); });
}

/// Some labelled and some not would make the accuracy one of a part nobody chose.
void check_all_labelled(const Listing& listing, const Labelling& labelling) {
  std::vector<std::string> without;
  for (std::size_t i = 0; i < listing.images.size(); ++i)
    if (!labelling.labels[i]) without.push_back(listing.images[i].name);
  if (without.empty() || labelling.source.empty()) return;
  bad_input(
      "{} of {} images have no label ({}; {}); add them to the labels, move them elsewhere, or name another file "
      "with --labels",
      without.size(), listing.images.size(), labelling.source, first_few(without));
}

std::string summarize(std::string_view title, const Dataset& dataset, const Labelling& labelling) {
  std::set<int> classes;
  for (const auto& label : labelling.labels)
    if (label) classes.insert(*label);
  const auto counted = [](std::size_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
  };
  std::string text = fmt::format("{}: {}", title, counted(dataset.entries.size(), "image", "images"));
  if (!classes.empty()) text += fmt::format(", {}, {}", counted(classes.size(), "class", "classes"), labelling.source);
  return text;
}

}  // namespace

Dataset open_dataset(const std::filesystem::path& root, const DatasetOptions& options, const Progress& progress) {
  if (!options.kind.empty())
    static_cast<void>(dataset_kind(options.kind));  // a wrong id is told before hours of listing
  const std::vector<std::string_view> text_names = all_text_names();
  const Listing listing = list_images(root, text_names, progress);
  if (listing.images.empty()) bad_input("{} holds no JPEG, PNG, WebP, BMP or PNM images", root.string());

  const bool own_labels = options.labels_file.empty();
  const DatasetKind& kind = own_labels ? choose_kind(listing, options.kind) : unlabelled_kind;
  const Labelling labelling = own_labels ? kind.label(listing, options.classes)
                                         : labels_from_file(options.labels_file, listing, options.classes);
  QS_ASSERT(labelling.labels.size() == listing.images.size());
  check_all_labelled(listing, labelling);

  Dataset dataset{listing.root, listing.in_archive, std::string(kind.id), {}, {}, labelling.class_names, listing.notes};
  for (std::size_t i = 0; i < listing.images.size(); ++i) {
    const ListedImage& image = listing.images[i];
    dataset.entries.push_back({{image.name, labelling.labels[i]}, image.path, image.position});
  }
  dataset.summary = summarize(own_labels ? kind.title : "Images with a labels file", dataset, labelling);
  return dataset;
}

Dataset select(const Dataset& dataset, std::int64_t limit) {
  const std::int64_t count = std::ssize(dataset.entries);
  if (limit >= count || limit < 0) return dataset;
  std::vector<std::size_t> order(dataset.entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, natural_less,
                    [&](std::size_t i) { return std::string_view(dataset.entries[i].record.name); });

  // The middle of each of `limit` equal parts.
  std::vector<std::size_t> chosen;
  for (std::int64_t i = 0; i < limit; ++i)
    chosen.push_back(order[static_cast<std::size_t>((2 * i + 1) * count / (2 * limit))]);
  std::ranges::sort(chosen);

  Dataset result = dataset;
  result.entries.clear();
  for (std::size_t index : chosen) result.entries.push_back(dataset.entries[index]);
  result.summary += fmt::format("; {} of them, evenly spread", limit);
  return result;
}

}  // namespace qs
