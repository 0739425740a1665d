#include "core/quant/scheme_difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <type_traits>

#include "core/quant/scheme_keys.h"

namespace qs {

namespace {

std::string lower(std::string_view title) {
  std::string text(title);
  if (!text.empty()) text.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(text.front())));
  return text;
}

std::string text(bool value) {
  return value ? "yes" : "no";
}
std::string text(const std::string& value) {
  return value;
}
template <class T>
requires std::is_integral_v<T> std::string text(T value) {
  return std::to_string(value);
}
template <class T>
requires std::is_enum_v<T> std::string text(T value) {
  for (const Word<T>& word : kWords<T>) {
    if (word.value == value) return lower(word.title);
  }
  return "?";
}
std::string text(const MethodChoice& choice) {
  std::string words = lower(range_estimator(choice.id).title);
  for (const auto& [id, value] : choice.settings) words += fmt::format(", {} {}", id, value);
  return words;
}
std::string text(const std::vector<std::string>& list) {
  std::string words;
  for (const std::string& each : list) words += (words.empty() ? "" : ", ") + each;
  return words.empty() ? "none" : words;
}
std::string text(const std::vector<LayerOverride>& layers);

/// The rows of one scheme, or of a part of one.
struct Lister {
  std::vector<SchemeRow>& rows;
  std::string prefix;
  std::string title;

  template <class T>
  void operator()(const Key& key, const T& value) const {
    const std::string path = prefix + std::string(key.name);
    if constexpr (Keyed<T>) {
      for_each_key(value, Lister{rows, path + ".", lower(key.title) + ": "});
    } else {
      rows.push_back({path, title + lower(key.title), key.summary, key.citation, {text(value)}});
    }
  }
  template <class T>
  void operator()(const Key& key, const std::optional<T>& value) const {
    if (value) (*this)(key, *value);
  }
};

std::string text(const std::vector<LayerOverride>& layers) {
  std::string words;
  for (const LayerOverride& layer : layers) {
    std::vector<SchemeRow> rows;
    for_each_key(layer, Lister{rows, "", ""});
    words += words.empty() ? "" : "; ";
    for (const SchemeRow& row : rows) {
      words += row.key == "pattern" ? row.values.front() + ":" : fmt::format(" {} {}", row.key, row.values.front());
    }
  }
  return words.empty() ? "none" : words;
}

/// Of weights and activations that stay float, nothing else is said.
void leave_out_meaningless(const Scheme& scheme, std::vector<SchemeRow>& rows) {
  for (SchemeRow& row : rows) {
    const bool weights = row.key.starts_with("weights.") && !scheme.weights.quantized;
    const bool activations = row.key.starts_with("activations.") && !scheme.activations.quantized;
    if ((weights || activations) && !row.key.ends_with(".quantized")) row.values.front().clear();
  }
}

}  // namespace

bool SchemeRow::differs() const {
  return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) != values.end();
}

std::vector<SchemeRow> side_by_side(std::span<const Scheme> schemes) {
  std::vector<SchemeRow> table;
  for (const Scheme& scheme : schemes) {
    std::vector<SchemeRow> rows;
    for_each_key(scheme, Lister{rows, "", ""});
    std::erase_if(rows,
                  [](const SchemeRow& row) { return row.key == "id" || row.key == "title" || row.key == "summary"; });
    leave_out_meaningless(scheme, rows);
    if (table.empty()) {
      table = std::move(rows);
      continue;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) table[i].values.push_back(std::move(rows[i].values.front()));
  }
  return table;
}

std::vector<SchemeRow> differences(const Scheme& first, const Scheme& second) {
  std::vector<SchemeRow> rows = side_by_side(std::vector<Scheme>{first, second});
  std::erase_if(rows, [](const SchemeRow& row) { return !row.differs(); });
  return rows;
}

}  // namespace qs
