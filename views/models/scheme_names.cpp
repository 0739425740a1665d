#include "views/models/scheme_names.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/quant/range_estimator.h"
#include "core/quant/scheme_words.h"

namespace qs {

namespace {

constexpr const char* kEdited = "-edited";

std::string_view grid_words(GridKind grid) {
  switch (grid) {
    case GridKind::affine: return "asymmetric";
    case GridKind::symmetric: return "symmetric over the full range";
    case GridKind::symmetric_restricted: return "symmetric";
  }
  return "?";
}

/// The title tells of these; all others are the default's here.
Scheme all_told(const Scheme& scheme) {
  Scheme told;
  told.id = scheme.id;
  told.title = scheme.title;
  told.summary = scheme.summary;
  told.weights.quantized = scheme.weights.quantized;
  told.activations.quantized = scheme.activations.quantized;
  if (scheme.weights.quantized) {
    told.weights.bits = scheme.weights.bits;
    told.weights.grid = scheme.weights.grid;
    told.weights.granularity = scheme.weights.granularity;
  }
  if (scheme.activations.quantized) {
    told.activations.bits = scheme.activations.bits;
    told.activations.grid = scheme.activations.grid;
  }
  return told;
}

const Scheme* preset(std::string_view id) {
  const auto all = preset_schemes();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Scheme& each) { return each.id == id; });
  return found == all.end() ? nullptr : &*found;
}

bool same_settings(Scheme a, const Scheme& b) {
  a.id = b.id;
  a.title = b.title;
  a.summary = b.summary;
  return a == b;
}

/// What the presets of the same parts say of themselves.
std::string summary_for(const Scheme& scheme) {
  for (const Scheme& each : preset_schemes()) {
    if (each.weights.quantized == scheme.weights.quantized &&
        each.activations.quantized == scheme.activations.quantized) {
      return each.summary;
    }
  }
  return scheme.summary;
}

/// A number behind it says that there was another of that name.
bool is_made_from_settings(const Scheme& scheme) {
  const std::string made = title_for(scheme);
  if (!scheme.title.starts_with(made)) return false;
  const std::string rest = scheme.title.substr(made.size());
  return rest.empty() ||
         (rest.starts_with(" (") && rest.ends_with(")") && rest.find_first_not_of("0123456789", 2) == rest.size() - 1);
}

}  // namespace

std::string title_for(const Scheme& scheme) {
  std::string title;
  const auto add = [&title](const std::string& words) { title += (title.empty() ? "" : ", ") + words; };
  Scheme told = all_told(scheme);
  if (scheme.weights.quantized) {
    add(fmt::format("{}-bit weights per {}, {}", scheme.weights.bits, word_of(scheme.weights.granularity),
                    grid_words(scheme.weights.grid)));
  }
  if (scheme.activations.quantized) {
    add(fmt::format("{}-bit activations", scheme.activations.bits));
    if (scheme.activations.grid != GridKind::affine) title += fmt::format(", {}", grid_words(scheme.activations.grid));
  }
  if (title.empty()) add("Float");
  const auto add_range = [&](const char* of, bool counts, const MethodChoice& range, MethodChoice& told_range) {
    if (counts && range != told_range) add(fmt::format("{} by {}", of, range_estimator(range.id).title));
    told_range = range;
  };
  add_range("weight range", scheme.weights.quantized, scheme.weights.range, told.weights.range);
  add_range("activation range", scheme.activations.quantized, scheme.activations.range, told.activations.range);
  if (!scheme.is_float() && !same_settings(scheme, told)) add("changed");
  return title;
}

Scheme origin_of(const Scheme& scheme) {
  const Scheme* best = nullptr;
  for (const Scheme& each : preset_schemes()) {
    const bool made_from = scheme.id == each.id || scheme.id.starts_with(each.id + "-");
    if (made_from && (best == nullptr || each.id.size() > best->id.size())) best = &each;
  }
  Scheme origin = best != nullptr ? *best : Scheme{};
  origin.id = scheme.id;
  origin.title = scheme.title;
  origin.summary = scheme.summary;
  return origin;
}

std::string free_id(const std::string& id, const std::set<std::string>& taken) {
  if (!taken.contains(id)) return id;
  int number = 2;
  while (taken.contains(fmt::format("{}-{}", id, number))) ++number;
  return fmt::format("{}-{}", id, number);
}

Scheme with_fitting_names(const Scheme& before, Scheme after, const std::set<std::string>& taken) {
  if (after.title == before.title && is_made_from_settings(before)) {
    const std::string fitting = title_for(after);
    if (fitting != title_for(before)) after.title = fitting;
  }
  if (after.summary == before.summary && before.summary == summary_for(before)) after.summary = summary_for(after);
  if (after.id != before.id) return after;  // chosen by hand
  if (const Scheme* kept = preset(after.id); kept != nullptr && after != *kept) {
    after.id = free_id(after.id + kEdited, taken);
    return after;
  }
  for (const Scheme& each : preset_schemes()) {
    if (after.id.starts_with(each.id + kEdited) && after.title == each.title && same_settings(after, each) &&
        !taken.contains(each.id)) {
      return each;
    }
  }
  return after;
}

}  // namespace qs
