// Where each intermediate buffer lives in one arena.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace qs {

/// A buffer that holds something from action `first` to action `last`, both included.
struct Lifetime {
  std::size_t bytes = 0;
  int first = 0;
  int last = 0;
};

struct MemoryPlan {
  std::vector<std::size_t> offsets;  ///< of each buffer, multiples of 64
  std::size_t bytes = 0;             ///< of the arena
};

/// Gives buffers offsets such that two of them overlap in memory only when they do not overlap in time.
/// Largest first, each at the lowest offset that is free for its whole life ("greedy by size", Pisarchyk & Lee 2020,
/// "Efficient Memory Management for Deep Neural Net Inference", section 5.2). Cost: quadratic in the buffers.
[[nodiscard]] MemoryPlan plan_memory(std::span<const Lifetime> buffers);

}  // namespace qs
