#include "app/study/seed_statistics.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/error.h"

namespace qs {

double student_t975(std::int64_t degrees_of_freedom) {
  static constexpr std::array kPoints = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
                                         2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
                                         2.080,  2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
  QS_ASSERT(degrees_of_freedom >= 1);
  return kPoints[std::min(static_cast<std::size_t>(degrees_of_freedom), kPoints.size()) - 1];
}

Spread spread_of(std::span<const double> numbers, double grain) {
  Spread spread;
  spread.count = std::ssize(numbers);
  if (numbers.empty()) return spread;
  const auto count = static_cast<double>(numbers.size());
  for (double number : numbers) spread.mean += number / count;
  spread.least = *std::min_element(numbers.begin(), numbers.end());
  spread.most = *std::max_element(numbers.begin(), numbers.end());
  double half = 0;
  if (numbers.size() > 1) {
    double squares = 0;
    for (double number : numbers) squares += (number - spread.mean) * (number - spread.mean);
    spread.deviation = std::sqrt(squares / (count - 1));
    half = student_t975(spread.count - 1) * std::max(spread.deviation, grain) / std::sqrt(count);
  }
  spread.low = spread.mean - half;
  spread.high = spread.mean + half;
  return spread;
}

}  // namespace qs
