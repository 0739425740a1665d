#include <algorithm>
#include <cstring>

#include "core/graph/operator.h"
#include "core/model/graph_building.h"

namespace qs {

namespace {

std::optional<std::int64_t> declared_batch(const OnnxPort& input) {
  return input.dims.empty() ? std::nullopt : input.dims.front();
}

void check_inputs_share_batch(const OnnxModel& model) {
  for (const OnnxPort& input : model.inputs) {
    if (input.dims.empty() || declared_batch(input) != declared_batch(model.inputs.front())) {
      bad_input("the network's inputs do not share their first extent");
    }
  }
}

void check_outputs_follow(const Graph& graph) {
  for (ValueId output : graph.outputs) {
    const auto& [name, shape, dtype] = graph.value(output);
    if (shape.rank() == 0 || shape[0] != graph.batch) {
      bad_input("output \"{}\" has the shape {} at a batch of {}", name, to_string(shape), graph.batch);
    }
  }
}

bool same_elements(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape() || a.dtype() != b.dtype()) return false;
  return a.data() == b.data() || std::memcmp(a.data(), b.data(), a.bytes()) == 0;
}

/// `rewritten` and `rebuilt` are for the same batch; values have the same order in both.
void check_same(const Graph& rewritten, const Graph& rebuilt) {
  if (rewritten.values.size() != rebuilt.values.size()) bad_input("the network has other nodes at another batch");
  for (std::size_t i = 0; i < rebuilt.values.size(); ++i) {
    const ValueId id{static_cast<std::int32_t>(i)};
    const Tensor* left = rewritten.constant(id);
    const Tensor* right = rebuilt.constant(id);
    const bool same_constant =
        (left == nullptr) == (right == nullptr) && (left == nullptr || same_elements(*left, *right));
    if (!same_constant) bad_input("the constant \"{}\" is computed from the batch", rebuilt.values[i].name);
    if (rewritten.values[i].shape != rebuilt.values[i].shape) {
      bad_input("at a batch of {} \"{}\" has the shape {} instead of {}", rebuilt.batch, rebuilt.values[i].name,
                to_string(rebuilt.values[i].shape), to_string(rewritten.values[i].shape));
    }
  }
}

/// Why no other batch can be run; empty when any can.
std::string why_fixed(const OnnxModel& model, const ImportOptions& options, const Graph& graph) {
  const std::int64_t other = graph.batch == 3 ? 4 : 3;
  try {
    check_inputs_share_batch(model);
    const Graph rewritten = with_batch(graph, other);
    check_outputs_follow(rewritten);
    if (declared_batch(model.inputs.front())) return "";
    check_same(rewritten, with_context(fmt::format("at a batch of {}", other),
                                       [&] { return build_graph(model, options, other); }));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::bad_input) throw;
    return error.what();
  }
  return "";
}

}  // namespace

Graph build_for_any_batch(const OnnxModel& model, const ImportOptions& options) {
  const std::int64_t batch = declared_batch(model.inputs.front()).value_or(1);
  Graph graph = build_graph(model, options, batch);
  graph.fixed_batch_reason = why_fixed(model, options, graph);
  return graph.fixed_batch_reason.empty() ? with_batch(graph, 1) : graph;
}

}  // namespace qs
