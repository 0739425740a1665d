// Graph passes: rewrites that leave the network's results as they are and make it easier to run or to quantize.
// Adding one is a file of its own and a line in passes.cpp.
#pragma once

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

/// What came out of a pass: always a graph that computes the same outputs under the same names. Ids are not those of
/// the graph that went in.
struct PassResult {
  Graph graph;
  std::vector<PassNote> changed;
  std::vector<PassNote> kept;  ///< nodes that looked like the pass's business but had to stay, with the reason
};

struct Pass {
  std::string_view id;  ///< persistent
  std::string_view title;
  std::string_view summary;  ///< one sentence
  PassResult (*rewrite)(const Graph&);
};

/// All passes, in an order in which each finds the most to do.
[[nodiscard]] std::span<const Pass* const> passes();

/// The pass with this id; throws `Error` (usage) listing the known ones.
[[nodiscard]] const Pass& pass(std::string_view id);

/// Runs the passes one after another; the notes are joined.
[[nodiscard]] PassResult run_passes(const Graph& graph, std::span<const Pass* const> chosen);

}  // namespace qs
