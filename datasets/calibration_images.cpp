#include "datasets/calibration_images.h"

#include <algorithm>
#include <numeric>

#include "core/base/checked.h"
#include "core/base/rng.h"
#include "datasets/natural_order.h"

namespace qs {

namespace {

/// Indices of the entries, shuffled from the natural order of their names (Fisher and Yates).
std::vector<std::size_t> shuffled(const Dataset& dataset, std::uint64_t seed) {
  std::vector<std::size_t> order(dataset.entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, natural_less,
                    [&](std::size_t i) { return std::string_view(dataset.entries[i].record.name); });
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[random_bits(seed, i) % i]);  // the bias of % is below 2^-40
  }
  return order;
}

}  // namespace

Dataset choose(const Dataset& dataset, const CalibrationImages& wanted) {
  QS_ASSERT(wanted.count > 0 && wanted.subset >= 0);
  const std::int64_t all = std::ssize(dataset.entries);
  const std::int64_t first = checked_multiply(wanted.count, wanted.subset, "the number of calibration images");
  if (first >= all) {
    bad_input("{} holds {} images: none is left for subset {} of {} images each; take fewer images or fewer subsets",
              dataset.root.string(), all, wanted.subset + 1, wanted.count);
  }
  const std::vector<std::size_t> order = shuffled(dataset, wanted.seed);
  const auto start = order.begin() + first;
  std::vector<std::size_t> chosen(start, start + std::min(wanted.count, all - first));
  if (dataset.in_archive) std::ranges::sort(chosen);

  Dataset result = dataset;
  result.entries.clear();
  for (const std::size_t index : chosen) result.entries.push_back(dataset.entries[index]);
  result.summary += fmt::format("; {} of them, chosen by seed {}", chosen.size(), wanted.seed);
  return result;
}

}  // namespace qs
