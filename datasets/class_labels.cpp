#include "datasets/class_labels.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <span>

#include "core/base/error.h"
#include "datasets/imagenet_classes.h"

namespace qs {
namespace {

using Finder = std::function<std::optional<int>(std::string_view)>;

constexpr int kImagenetCount = 1000;

bool same_name(std::string_view left, std::string_view right) {
  const auto plain = [](char c) {
    return c == '_' ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::ranges::equal(left, right, {}, plain, plain);
}

std::optional<int> named_class(std::string_view text, const ClassContext& context) {
  const auto found =
      std::ranges::find_if(context.names, [&](const std::string& name) { return same_name(name, text); });
  if (found == context.names.end()) return std::nullopt;
  return static_cast<int>(found - context.names.begin());
}

std::optional<int> wordnet_class(std::string_view text, const ClassContext& context) {
  return context.count == 0 || context.count == kImagenetCount ? imagenet_index(text) : std::nullopt;
}

std::optional<int> numbered_class(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The classes `find` gives the names; nothing when it fits none of them.
std::optional<std::map<std::string, int>> all_by(const Finder& find, const std::vector<std::string>& names,
                                                 std::string_view what) {
  std::map<std::string, int> index;
  std::vector<std::string> others;
  for (const std::string& name : names) {
    if (const auto found = find(name))
      index[name] = *found;
    else
      others.push_back(name);
  }
  if (index.empty()) return std::nullopt;
  if (!others.empty())
    bad_input("{} of {} class folders are {}, but these are not: {}; rename or remove them", index.size(), names.size(),
              what, first_few(others));
  return index;
}

}  // namespace

std::optional<int> class_index(std::string_view text, const ClassContext& context) {
  if (const auto number = numbered_class(text)) return number;
  if (const auto named = named_class(text, context)) return named;
  return wordnet_class(text, context);
}

FolderClasses classes_of_folders(const std::vector<std::string>& names, const ClassContext& context) {
  const Finder by_name = [&](std::string_view name) { return named_class(name, context); };
  if (auto index = all_by(by_name, names, "names of the model's classes"))
    return {*index, "labels from folder names by the model's class names"};
  const Finder by_wordnet = [&](std::string_view name) { return wordnet_class(name, context); };
  if (auto index = all_by(by_wordnet, names, "WordNet ids of ImageNet's 1000 classes"))
    return {*index, "labels from folder names by WordNet id"};
  if (std::ranges::all_of(names, [](const std::string& name) { return numbered_class(name).has_value(); }))
    return {*all_by(numbered_class, names, "numbers"), "labels are the folders' numbers"};

  if (context.count > 0 && std::ssize(names) > context.count)
    bad_input("{} class folders, but the network has {} classes", names.size(), context.count);
  std::vector<std::string> sorted = names;
  std::ranges::sort(sorted);
  FolderClasses result{{}, "labels from the alphabetical order of the folders"};
  for (std::size_t i = 0; i < sorted.size(); ++i) result.index[sorted[i]] = static_cast<int>(i);
  if (context.count > 0 && std::ssize(names) != context.count)
    result.how += fmt::format(" (a guess: {} folders, {} classes)", names.size(), context.count);
  return result;
}

std::string first_few(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 3;
  const std::size_t shown = std::min(names.size(), kShown);
  const std::string text = fmt::format("{}", fmt::join(std::span(names).first(shown), ", "));
  return shown == names.size() ? text : fmt::format("{} and {} more", text, names.size() - shown);
}

}  // namespace qs
