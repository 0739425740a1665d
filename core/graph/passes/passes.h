// Graph passes: rewrites that make a network easier to run or to quantize, or find out something about it. Adding one
// is a file of its own and a line in passes.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/graph.h"

namespace qs {

/// One thing a pass did, or could not do and why.
struct PassNote {
  std::string node;
  std::string text;
};

/// What a pass does to the network's outputs.
enum class Equivalence : std::uint8_t {
  exact,        ///< the same numbers, but for the rounding of f32
  approximate,  ///< other numbers, which only a run can judge
};

/// What came out of a pass: always a graph with the same outputs under the same names. Ids are not those of the graph
/// that went in.
struct PassResult {
  Graph graph;
  std::vector<PassNote> changed;
  std::vector<PassNote> kept;  ///< nodes that looked like the pass's business but had to stay, with the reason; or what
                               ///< a pass that only looks has found
};

struct Pass {
  std::string_view id;  ///< persistent
  std::string_view title;
  std::string_view summary;  ///< one sentence
  PassResult (*rewrite)(const Graph&);
  Equivalence equivalence = Equivalence::exact;
};

/// The passes that every model gets, in an order in which each finds the most to do. All are exact.
[[nodiscard]] std::span<const Pass* const> passes();

/// The passes that run only where they are asked for.
[[nodiscard]] std::span<const Pass* const> optional_passes();

/// The pass of either list with this id; throws `Error` (usage) listing the known ones.
[[nodiscard]] const Pass& pass(std::string_view id);

/// Runs the passes one after another; the notes are joined.
[[nodiscard]] PassResult run_passes(const Graph& graph, std::span<const Pass* const> chosen);

[[nodiscard]] constexpr std::string_view name_of(Equivalence equivalence) {
  return equivalence == Equivalence::exact ? "exact" : "approximate";
}

}  // namespace qs
