#include "datasets/imagenet_classes.h"

#include <algorithm>
#include <array>

#include "core/base/error.h"

namespace qs {
namespace {

constexpr std::size_t kClasses = 1000;

/// Cuts what stands before `separator` off the front of `text`.
std::string_view take(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  QS_ASSERT(end != std::string_view::npos);
  const std::string_view piece = text.substr(0, end);
  text.remove_prefix(end + 1);
  return piece;
}

std::array<ImagenetClass, kClasses> parse(std::string_view table) {
  std::array<ImagenetClass, kClasses> classes;
  for (ImagenetClass& item : classes) {
    take(table, '\t');
    item.wordnet_id = take(table, '\t');
    item.name = take(table, '\t');
    item.synonyms = take(table, '\n');
  }
  return classes;
}

}  // namespace

std::span<const ImagenetClass> imagenet_classes() {
  static const std::array<ImagenetClass, kClasses> classes = parse(detail::kImagenetTable);
  return classes;
}

std::optional<int> imagenet_index(std::string_view wordnet_id) {
  const auto classes = imagenet_classes();
  const auto found = std::ranges::lower_bound(classes, wordnet_id, {}, &ImagenetClass::wordnet_id);
  if (found == classes.end() || found->wordnet_id != wordnet_id) return std::nullopt;
  return static_cast<int>(found - classes.begin());
}

bool is_wordnet_id(std::string_view text) {
  return text.size() == 9 && text[0] == 'n' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace qs
