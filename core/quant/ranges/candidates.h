// The ranges a search tries: each end of what was seen, shortened in equal steps.
#pragma once

#include <algorithm>
#include <cmath>

#include "core/quant/encoding.h"

namespace qs {

/// A pair of indices from 0 to `steps`; (steps, steps) is the whole range.
struct Candidate {
  int low = 0;
  int high = 0;
};

struct Candidates {
  Range seen;  ///< exact smallest and largest value
  Grid grid;
  int steps = 100;

  /// Affine grids: the two ends by themselves, 0 always inside. Symmetric ones: [-T, T] (unsigned: [0, T]) with
  /// T = `high` / steps of the largest magnitude that the grid can have.
  [[nodiscard]] Range at(Candidate candidate) const {
    const double low = std::min(static_cast<double>(seen.min), 0.0);
    const double high = std::max(static_cast<double>(seen.max), 0.0);
    const auto part = [&](double end, int index) { return static_cast<float>(end * index / steps); };
    if (grid.kind == GridKind::affine) return {part(low, candidate.low), part(high, candidate.high)};
    const float reach = part(grid.is_signed ? std::max(-low, high) : high, candidate.high);
    return {grid.is_signed ? -reach : 0, reach};
  }

  /// Whether each end is worth moving: one at 0 is not, and symmetric grids have one end only.
  [[nodiscard]] bool low_moves() const { return grid.kind == GridKind::affine && seen.min < 0; }
  [[nodiscard]] bool high_moves() const {
    return grid.kind == GridKind::affine || !grid.is_signed ? seen.max > 0 : seen.max > 0 || seen.min < 0;
  }
  [[nodiscard]] Candidate whole() const { return {steps, steps}; }

  /// Calls `visit` for every candidate within `reach` of `middle` on a lattice of `stride`, the widest first.
  template <class Visit>
  void around(Candidate middle, int reach, int stride, Visit&& visit) const {
    const auto first = [&](int index, bool moves) { return moves ? std::min(steps, index + reach) : index; };
    const auto last = [&](int index, bool moves) { return moves ? std::max(0, index - reach) : index; };
    for (int low = first(middle.low, low_moves()); low >= last(middle.low, low_moves()); low -= stride) {
      for (int high = first(middle.high, high_moves()); high >= last(middle.high, high_moves()); high -= stride) {
        visit(Candidate{low, high});
      }
    }
  }
};

}  // namespace qs
