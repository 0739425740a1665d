#include "core/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"

namespace qs {

Interval wilson_interval(Proportion proportion, double z) {
  QS_ASSERT(proportion.hits >= 0 && proportion.hits <= proportion.total);
  if (proportion.total == 0) return {0.0, 1.0};
  const double n = static_cast<double>(proportion.total);
  const double p = proportion.fraction();
  const double center = p + z * z / (2 * n);
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  return {std::clamp((center - half) / scale, 0.0, 1.0), std::clamp((center + half) / scale, 0.0, 1.0)};
}

double mcnemar_p_value(std::int64_t only_first, std::int64_t only_second) {
  QS_ASSERT(only_first >= 0 && only_second >= 0);
  const double n = static_cast<double>(only_first + only_second);
  // Binomial coefficients overflow long before the counts do: sum exponentials of logarithms.
  const double log_total = n * std::log(2.0);
  double tail = 0;
  for (std::int64_t i = 0; i <= std::min(only_first, only_second); ++i) {
    const double k = static_cast<double>(i);
    tail += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) - log_total);
  }
  return std::min(1.0, 2 * tail);
}

std::vector<double> holm_adjusted(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size());
  double highest = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    highest = std::max(highest, std::min(1.0, p_values[order[k]] * static_cast<double>(order.size() - k)));
    adjusted[order[k]] = highest;
  }
  return adjusted;
}

}  // namespace qs
