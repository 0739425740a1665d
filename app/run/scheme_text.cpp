#include "app/run/scheme_text.h"

#include <fmt/format.h>

#include "app/run/table.h"
#include "core/quant/scheme_words.h"

namespace qs {

namespace {

std::string_view words(GridKind grid) {
  return grid == GridKind::symmetric_restricted ? "symmetric restricted" : word_of(grid);
}

/// `entry_text`, with a title that does not fit before the text on a line of its own.
std::string paragraph(std::string_view title, std::string_view text) {
  constexpr std::size_t kWidest = 12;
  if (title.size() <= kWidest) return entry_text(title, text);
  return fmt::format("{}\n", title) + entry_text("", text);
}

/// "Percentile, %, from 50 to 100, 99.99 by default: What share of values is covered."
std::string words(const Param& param) {
  std::string text(param.title);
  if (!param.unit.empty()) text += fmt::format(", {}", param.unit);
  if (param.whole) text += ", whole";
  return text +
         fmt::format(", from {} to {}, {} by default: {}", param.min, param.max, param.default_value, param.summary);
}

/// ", range by percentile (percentile = 99.9)"
std::string words(const MethodChoice& range) {
  std::string text = ", range by " + range.id;
  for (const auto& [id, value] : range.settings) text += fmt::format(" ({} = {})", id, value);
  return text;
}

}  // namespace

std::string words(const WeightScheme& weights) {
  if (!weights.quantized) return "float";
  return fmt::format("{}-bit {} per {}", weights.bits, words(weights.grid), word_of(weights.granularity));
}

std::string words(const ActivationScheme& activations) {
  if (!activations.quantized) return "float";
  std::string text = fmt::format("{}-bit {}", activations.bits, words(activations.grid));
  if (activations.sign != Sign::automatic) text += fmt::format(" {}", word_of(activations.sign));
  return text;
}

std::string preset_table() {
  std::vector<std::vector<std::string>> rows;
  for (const Scheme& scheme : preset_schemes()) {
    rows.push_back(
        {scheme.id, words(scheme.weights), words(scheme.activations), std::string(preset_source(scheme.id))});
  }
  return table_text({{"id"}, {"weights"}, {"activations"}, {"source"}}, rows);
}

std::string preset_list() {
  std::string text;
  for (const Scheme& scheme : preset_schemes()) {
    const WeightScheme& weights = scheme.weights;
    const ActivationScheme& activations = scheme.activations;
    text += paragraph(scheme.id, fmt::format("{}. {}", scheme.title, scheme.summary));
    text += entry_text("  weights", words(weights) + (weights.quantized ? words(weights.range) : ""));
    text += entry_text("  activations", words(activations) + (activations.quantized ? words(activations.range) : ""));
    const std::string_view source = preset_source(scheme.id);
    if (!source.empty()) text += entry_text("  source", fmt::format("arXiv:1806.08342, {}", source));
  }
  return text;
}

std::string method_text(std::string_view id, std::string_view title, std::string_view summary,
                        std::string_view citation, std::span<const Param> params) {
  std::string text = paragraph(id, fmt::format("{}. {}", title, summary));
  if (!citation.empty()) text += entry_text("", citation);
  for (const Param& param : params) text += paragraph(fmt::format("  {}", param.id), words(param));
  return text;
}

}  // namespace qs
