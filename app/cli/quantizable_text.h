// How an operator takes part in integer inference, in a word.
#pragma once

#include <string_view>

#include "core/graph/operator.h"

namespace qs {

[[nodiscard]] constexpr std::string_view name_of(Quantizable quantizable) {
  switch (quantizable) {
    case Quantizable::weighted: return "weights";
    case Quantizable::integer: return "yes";
    case Quantizable::fused: return "fused";
    case Quantizable::moves: return "moves";
    case Quantizable::no: return "no";
  }
  return "?";
}

}  // namespace qs
