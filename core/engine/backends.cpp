#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/engine/executable.h"
#include "core/engine/float/float_backend.h"
#include "core/engine/integer/integer_backend.h"
#include "core/engine/reference/reference.h"
#include "core/engine/simulated/simulated_backend.h"

namespace qs {

std::span<const Backend* const> backends() {
  static constexpr std::array<const Backend*, 4> kBackends = {&reference_backend, &float_backend, &simulated_backend,
                                                              &integer_backend};
  return kBackends;
}

const Backend& backend(std::string_view id) {
  std::vector<std::string_view> known;
  for (const Backend* candidate : backends()) {
    if (candidate->id == id) return *candidate;
    known.push_back(candidate->id);
  }
  throw Error(ErrorCode::usage, fmt::format("unknown backend \"{}\"; there are: {}", id, fmt::join(known, ", ")));
}

}  // namespace qs
