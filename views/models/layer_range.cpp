#include "views/models/layer_range.h"

#include <algorithm>

namespace qs {

namespace {

std::optional<MethodChoice>& field(LayerOverride& exception, RangeOf what) {
  return what == RangeOf::weights ? exception.weight_range : exception.activation_range;
}

const std::optional<MethodChoice>& field(const LayerOverride& exception, RangeOf what) {
  return what == RangeOf::weights ? exception.weight_range : exception.activation_range;
}

bool says_nothing(const LayerOverride& each) {
  return !each.keep_float && !each.weight_bits && !each.activation_bits && !each.weight_range && !each.activation_range;
}

}  // namespace

Scheme with_layer_range(Scheme scheme, const std::string& layer, RangeOf what,
                        const std::optional<MethodChoice>& range) {
  std::vector<LayerOverride>& all = scheme.layers;
  for (LayerOverride& each : all) {
    if (each.pattern == layer) field(each, what).reset();
  }
  if (range) {
    // The first exception that matches counts: ours may follow none that says something else.
    const auto other = std::find_if(all.begin(), all.end(), [&](const LayerOverride& each) {
      return field(each, what).has_value() && matches(each.pattern, layer);
    });
    auto mine = std::find_if(all.begin(), other, [&](const LayerOverride& each) { return each.pattern == layer; });
    if (mine == other) {
      mine = all.emplace(all.begin());
      mine->pattern = layer;
    }
    field(*mine, what) = range;
  }
  std::erase_if(all, [&](const LayerOverride& each) { return each.pattern == layer && says_nothing(each); });
  return scheme;
}

bool has_layer_range(const Scheme& scheme, const std::string& layer, RangeOf what) {
  return std::any_of(scheme.layers.begin(), scheme.layers.end(),
                     [&](const LayerOverride& each) { return each.pattern == layer && field(each, what).has_value(); });
}

}  // namespace qs
