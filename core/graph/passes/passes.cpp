#include "core/graph/passes/passes.h"

#include <fmt/format.h>

#include <array>
#include <iterator>

#include "core/base/error.h"
#include "core/graph/passes/rows.h"

namespace qs {

namespace {

// Clearing away first lets patterns meet; HardSigmoid before HardSwish, which contains it; Gemm before BatchNorm, which
// may then go into it.
constexpr std::array kPasses{
    &remove_identity_pass, &fuse_swish_pass, &fuse_hard_sigmoid_pass, &fuse_hard_swish_pass, &fuse_gelu_pass,
    &fuse_matmul_add_pass, &plain_gemm_pass, &fold_batch_norm_pass,   &remove_unused_pass,
};

constexpr std::array kOptionalPasses{&relu6_to_relu_pass, &unbalance_pass, &find_dead_channels_pass};

void append(std::vector<PassNote>& notes, std::vector<PassNote> more) {
  notes.insert(notes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

std::span<const Pass* const> passes() {
  return kPasses;
}

std::span<const Pass* const> optional_passes() {
  return kOptionalPasses;
}

const Pass& pass(std::string_view id) {
  std::string known;
  for (const auto list : {passes(), optional_passes()}) {
    for (const Pass* candidate : list) {
      if (candidate->id == id) return *candidate;
      known += fmt::format("{}{}", known.empty() ? "" : ", ", candidate->id);
    }
  }
  throw Error(ErrorCode::usage, fmt::format("there is no pass \"{}\"; known passes: {}", id, known));
}

PassResult run_passes(const Graph& graph, std::span<const Pass* const> chosen) {
  PassResult result{graph, {}, {}};
  for (const Pass* each : chosen) {
    PassResult step = each->rewrite(result.graph);
    check_invariants(step.graph);
    result.graph = std::move(step.graph);
    append(result.changed, std::move(step.changed));
    append(result.kept, std::move(step.kept));
  }
  return result;
}

}  // namespace qs
