#include "views/models/layer_in_float.h"

#include <algorithm>

namespace qs {

Scheme with_layer_in_float(const Scheme& scheme, const std::string& layer) {
  Scheme changed = scheme;
  const auto own = std::find_if(changed.layers.begin(), changed.layers.end(),
                                [&](const LayerOverride& each) { return each.pattern == layer; });
  LayerOverride exception;
  if (own != changed.layers.end()) exception = *own;
  exception.pattern = layer;
  exception.keep_float = true;
  if (own != changed.layers.end()) changed.layers.erase(own);
  changed.layers.insert(changed.layers.begin(), std::move(exception));
  return changed;
}

}  // namespace qs
