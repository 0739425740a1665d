#include "views/models/layer_exceptions.h"

#include <algorithm>

namespace qs {

namespace {

bool says_nothing(const LayerOverride& layer) {
  return layer == LayerOverride{.pattern = layer.pattern,
                                .keep_float = {},
                                .weight_bits = {},
                                .activation_bits = {},
                                .weight_range = {},
                                .activation_range = {}};
}

LayerOverride nothing_about(const std::string& pattern) {
  LayerOverride layer;
  layer.pattern = pattern;
  return layer;
}

}  // namespace

LayerOverride exception_for(const Scheme& scheme, const std::string& pattern) {
  const auto found = std::find_if(scheme.layers.begin(), scheme.layers.end(),
                                  [&](const LayerOverride& each) { return each.pattern == pattern; });
  return found == scheme.layers.end() ? nothing_about(pattern) : *found;
}

Scheme with_exception(Scheme scheme, std::span<const std::string> patterns, std::string_view path,
                      const FieldValue& value) {
  std::vector<LayerOverride>& layers = scheme.layers;
  std::vector<LayerOverride> added;
  for (const std::string& pattern : patterns) {
    const auto found =
        std::find_if(layers.begin(), layers.end(), [&](const LayerOverride& each) { return each.pattern == pattern; });
    if (found != layers.end()) {
      set_field(*found, path, value);
    } else {
      set_field(added.emplace_back(nothing_about(pattern)), path, value);
    }
  }
  layers.insert(layers.begin(), added.begin(), added.end());
  std::erase_if(layers, says_nothing);
  return scheme;
}

int matching_layers(const std::string& pattern, std::span<const std::string> names) {
  return static_cast<int>(
      std::count_if(names.begin(), names.end(), [&](const std::string& name) { return matches(pattern, name); }));
}

std::vector<ExceptionField> exception_fields(const Scheme& scheme, std::span<const std::string> patterns) {
  std::vector<ExceptionField> all;
  if (patterns.empty()) return all;
  const std::vector<Field> of_scheme = fields_of(scheme);
  for (Field& field : fields_of(exception_for(scheme, patterns.front()))) {
    FieldValue otherwise = true;  // who excepts a layer from the start wants yes
    for (const Field& each : of_scheme) {
      if (each.path == field.key.exception_to) otherwise = each.value;
    }
    all.push_back({std::move(field), std::move(otherwise)});
  }
  for (const std::string& pattern : patterns.subspan(1)) {
    const std::vector<Field> others = fields_of(exception_for(scheme, pattern));
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!(others[i].value == all[i].field.value)) all[i].field.value = std::monostate{};
    }
  }
  return all;
}

}  // namespace qs
