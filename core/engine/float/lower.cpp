#include "core/engine/float/lower.h"

#include <algorithm>

namespace qs {

namespace {

/// Calls the right `lower` for an op; false when there is none.
struct LowerOp {
  Lowering& lowering;
  const Op& op;

  template <class T>
  bool operator()(const T& alternative) const {
    if constexpr (requires { lower(lowering, alternative); }) {
      return lower(lowering, alternative);
    } else {
      return lower_activation(lowering, op);
    }
  }
  bool operator()(const Add&) const { return lower_binary(lowering, dnnl::algorithm::binary_add); }
  bool operator()(const Sub&) const { return lower_binary(lowering, dnnl::algorithm::binary_sub); }
  bool operator()(const Mul&) const { return lower_binary(lowering, dnnl::algorithm::binary_mul); }
  bool operator()(const Div&) const { return lower_binary(lowering, dnnl::algorithm::binary_div); }
  bool operator()(const Reshape&) const { return lower_view(lowering); }
  bool operator()(const Flatten&) const { return lower_view(lowering); }
  bool operator()(const Squeeze&) const { return lower_view(lowering); }
  bool operator()(const Unsqueeze&) const { return lower_view(lowering); }
  bool operator()(const Identity&) const { return lower_view(lowering); }
};

bool computes_floats(const Lowering& lowering) {
  const Graph& graph = lowering.graph();
  const auto is_fit = [&](ValueId id) {
    return graph.value(id).dtype == DType::f32 && graph.value(id).shape.elements() > 0;
  };
  const std::vector<ValueId>& inputs = lowering.node().inputs;
  return std::all_of(inputs.begin(), inputs.end(), is_fit) && lowering.output_shape().elements() > 0;
}

}  // namespace

bool lower_float(Lowering& lowering) {
  if (!computes_floats(lowering)) return false;
  try {
    return std::visit(LowerOp{lowering, lowering.node().op}, lowering.node().op);
  } catch (const dnnl::error& error) {
    if (error.status != dnnl_unimplemented && error.status != dnnl_invalid_arguments) throw;
    return false;
  }
}

}  // namespace qs
