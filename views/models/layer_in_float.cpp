#include "views/models/layer_in_float.h"

namespace qs {

Scheme with_layer_in_float(const Scheme& scheme, const std::string& layer) {
  Scheme changed = scheme;
  // An exception keeps a layer in float or chooses its bits, not both.
  std::erase_if(changed.layers, [&](const LayerOverride& each) { return each.pattern == layer; });
  LayerOverride exception;
  exception.pattern = layer;
  exception.keep_float = true;
  changed.layers.insert(changed.layers.begin(), std::move(exception));
  return changed;
}

}  // namespace qs
