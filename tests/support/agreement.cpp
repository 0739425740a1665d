#include "tests/support/agreement.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace qs {

namespace {

/// How far apart two numbers are, in tolerances: agreement is at most 1. Never NaN.
double distance(double candidate, double reference, Tolerance tolerance) {
  if (candidate == reference) return 0;
  const double apart = std::abs(candidate - reference);
  const double allowed = tolerance.absolute + tolerance.relative * std::abs(reference);
  return std::isfinite(apart) && allowed > 0 ? apart / allowed : std::numeric_limits<double>::infinity();
}

}  // namespace

std::string disagreement(const Tensor& candidate, const Tensor& reference, Tolerance tolerance) {
  if (candidate.shape() != reference.shape() || candidate.dtype() != reference.dtype()) {
    return fmt::format("is {} {} and not {} {}", name_of(candidate.dtype()), to_string(candidate.shape()),
                       name_of(reference.dtype()), to_string(reference.shape()));
  }
  if (reference.dtype() != DType::f32) {
    const bool equal = std::memcmp(candidate.data(), reference.data(), reference.bytes()) == 0;
    return equal ? "" : fmt::format("{} elements differ", name_of(reference.dtype()));
  }
  const auto got = candidate.values<float>();
  const auto wanted = reference.values<float>();
  std::size_t worst = 0;
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const double here = distance(got[i], wanted[i], tolerance);
    if (here > 1) ++wrong;
    if (here > distance(got[worst], wanted[worst], tolerance)) worst = i;
  }
  if (wrong == 0) return "";
  return fmt::format("element {} is {} and not {} ({} of {} elements differ)", worst, got[worst], wanted[worst], wrong,
                     wanted.size());
}

}  // namespace qs
