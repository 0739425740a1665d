#include "core/engine/program/memory_plan.h"

#include <algorithm>
#include <numeric>

namespace qs {

namespace {

constexpr std::size_t kAlignment = 64;

std::size_t aligned(std::size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

MemoryPlan plan_memory(std::span<const Lifetime> buffers) {
  std::vector<std::size_t> by_size(buffers.size());
  std::iota(by_size.begin(), by_size.end(), std::size_t{0});
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](std::size_t a, std::size_t b) { return buffers[a].bytes > buffers[b].bytes; });

  MemoryPlan plan{std::vector<std::size_t>(buffers.size(), 0), 0};
  std::vector<std::size_t> placed;  // in order of offset
  for (std::size_t index : by_size) {
    const Lifetime& buffer = buffers[index];
    std::size_t offset = 0;
    for (std::size_t other : placed) {
      const bool together = buffer.first <= buffers[other].last && buffers[other].first <= buffer.last;
      if (!together) continue;
      if (offset + buffer.bytes <= plan.offsets[other]) break;  // fits into the gap before it
      offset = std::max(offset, aligned(plan.offsets[other] + buffers[other].bytes));
    }
    plan.offsets[index] = offset;
    plan.bytes = std::max(plan.bytes, aligned(offset + buffer.bytes));
    const auto place = std::upper_bound(placed.begin(), placed.end(), index, [&](std::size_t a, std::size_t b) {
      return plan.offsets[a] < plan.offsets[b];
    });
    placed.insert(place, index);
  }
  return plan;
}

}  // namespace qs
