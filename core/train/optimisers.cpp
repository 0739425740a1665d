#include <fmt/ranges.h>

#include "core/base/error.h"
#include "core/train/optimisers/rows.h"

namespace qs {

std::span<const Optimiser* const> optimisers() {
  static constexpr std::array kOptimisers = {&sgd_optimiser, &adam_optimiser};
  return kOptimisers;
}

const Optimiser& optimiser(std::string_view id) {
  std::vector<std::string_view> known;
  for (const Optimiser* candidate : optimisers()) {
    if (candidate->id == id) return *candidate;
    known.push_back(candidate->id);
  }
  bad_input("there is no optimiser \"{}\"; there are: {}", id, fmt::join(known, ", "));
}

}  // namespace qs
