#include "core/quant/scheme.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/json_file.h"
#include "core/base/key_bounds.h"
#include "core/quant/scheme_keys.h"

namespace qs {

namespace {

void check_overrides(const Scheme& scheme) {
  for (std::size_t i = 0; i < scheme.layers.size(); ++i) {
    const LayerOverride& layer = scheme.layers[i];
    const bool changes_bits_or_range =
        layer.weight_bits || layer.activation_bits || layer.weight_range || layer.activation_range;
    if (layer.pattern.empty()) bad_input("layers[{}].pattern is empty, so no layer can match it", i);
    if (!layer.keep_float && !changes_bits_or_range) {
      bad_input("layers[{}] says nothing about the layers that match \"{}\"", i, layer.pattern);
    }
    if (layer.keep_float.value_or(false) && changes_bits_or_range) {
      bad_input("layers[{}] keeps layers float and chooses bits or ranges for them; it can do one of both", i);
    }
  }
}

Scheme scheme_from_file(const std::string& path) {
  Scheme scheme = scheme_from_json(json_from_file(path, "scheme"));
  for (const Scheme& preset : preset_schemes()) {
    if (preset.id == scheme.id && preset != scheme) {
      bad_input("id is \"{}\", which is a preset that says something else; choose another", scheme.id);
    }
  }
  return scheme;
}

}  // namespace

Scheme::Scheme() = default;
Scheme::Scheme(const Scheme&) = default;
Scheme::Scheme(Scheme&&) noexcept = default;
Scheme& Scheme::operator=(const Scheme&) = default;
Scheme& Scheme::operator=(Scheme&&) noexcept = default;
Scheme::~Scheme() = default;
bool operator==(const Scheme&, const Scheme&) = default;

void check(const Scheme& scheme) {
  check_id(scheme.id, "scheme");
  for_each_key(scheme, KeyBounds{});
  check_overrides(scheme);
  if (scheme.activations.grid != GridKind::affine && scheme.activations.sign == Sign::is_unsigned) {
    bad_input(
        "activations.sign is \"unsigned\", but a symmetric grid would then cut off all negative values; \"automatic\" "
        "is unsigned where there are none");
  }
}

Scheme find_scheme(const std::string& id_or_file) {
  std::string known;
  for (const Scheme& preset : preset_schemes()) {
    if (preset.id == id_or_file) return preset;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", preset.id);
  }
  std::error_code ignored;
  if (!std::filesystem::exists(id_or_file, ignored)) {
    bad_input("\"{}\" is neither a scheme nor a file; schemes: {}", id_or_file, known);
  }
  return with_context(id_or_file, [&] { return scheme_from_file(id_or_file); });
}

bool matches(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;  // the last * met, and where in the name its text ends so far
  std::size_t star_end = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_end = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++star_end;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace qs
