// How sure a count of right answers makes us.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace qs {

/// `hits` of `total` trials, 0 <= hits <= total.
struct Proportion {
  std::int64_t hits = 0;
  std::int64_t total = 0;

  /// hits / total; 0 where nothing was tried.
  [[nodiscard]] double fraction() const {
    return total > 0 ? static_cast<double>(hits) / static_cast<double>(total) : 0.0;
  }
  friend bool operator==(const Proportion&, const Proportion&) = default;
};

struct Interval {
  double low = 0;
  double high = 1;
};

/// The 97.5 % point of the standard normal distribution: two-sided 95 %.
constexpr double kZ95 = 1.959963984540054;

/// Wilson's score interval for the true proportion, with p = hits/total, n = total:
///   (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)
/// (E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927; equation as in
/// R. G. Newcombe, Statistics in Medicine 17, 1998, method 3.) Lies in [0, 1]; [0, 1] where nothing was tried.
[[nodiscard]] Interval wilson_interval(Proportion proportion, double z = kZ95);

/// Exact two-sided McNemar test of two classifiers on the same images: the probability that a fair coin splits the
/// images only one of them got right at least as unevenly as `only_first` : `only_second`,
///   min(1, 2 Σ_{k <= min} C(n, k) / 2^n),  n = only_first + only_second
/// (Q. McNemar, Psychometrika 12, 1947). 1 where they never differ.
[[nodiscard]] double mcnemar_p_value(std::int64_t only_first, std::int64_t only_second);

/// Where chance alone would look this different less often than this, a difference counts as shown.
constexpr double kSignificant = 0.05;

/// p-values of several comparisons, raised for having looked at all of them: the k-th smallest of m (k from 0) times
/// m - k, never falling with k, at most 1. In the order given.
/// (S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979.)
[[nodiscard]] std::vector<double> holm_adjusted(std::span<const double> p_values);

}  // namespace qs
