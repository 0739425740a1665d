// Which primitive computes which operator in f32.
#pragma once

#include "core/engine/program/lowering.h"

namespace qs {

/// Lowers the current group to f32 primitives; false when oneDNN cannot compute this case: the group is then for the
/// reference loops. What a refused attempt has added are reorders, and those remain valid copies of their values.
bool lower_float(Lowering& lowering);

/// The group's elementwise post-ops as oneDNN's; `sum` is where a residual operand is added.
[[nodiscard]] dnnl::primitive_attr attributes(const Graph& graph, const FusedNode& group);

/// Appends an activation to a chain of post-ops; false when oneDNN has no such function.
bool append_activation(dnnl::post_ops& ops, const Op& op);

// Each returns false when oneDNN cannot compute this case; the group then runs on the reference loops.
bool lower(Lowering&, const Conv&);
bool lower(Lowering&, const ConvTranspose&);
bool lower(Lowering&, const Gemm&);
bool lower(Lowering&, const MatMul&);
bool lower(Lowering&, const BatchNorm&);
bool lower(Lowering&, const LayerNorm&);
bool lower(Lowering&, const Lrn&);
bool lower(Lowering&, const Softmax&);
bool lower(Lowering&, const MaxPool&);
bool lower(Lowering&, const AveragePool&);
bool lower(Lowering&, const GlobalAveragePool&);
bool lower(Lowering&, const GlobalMaxPool&);
bool lower(Lowering&, const ReduceMean&);
bool lower(Lowering&, const PRelu&);
bool lower(Lowering&, const Sum&);
bool lower(Lowering&, const Concat&);
bool lower(Lowering&, const Split&);
bool lower(Lowering&, const Slice&);
bool lower(Lowering&, const Transpose&);
bool lower(Lowering&, const Resize&);
bool lower_activation(Lowering&, const Op&);
bool lower_binary(Lowering&, dnnl::algorithm);
bool lower_view(Lowering&);

}  // namespace qs
