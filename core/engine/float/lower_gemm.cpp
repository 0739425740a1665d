// Matrix products: fully connected layers as inner products with packed weights, the others as matmul.
#include "core/engine/float/lower.h"

namespace qs {

namespace {

using dnnl::memory;

/// A matrix, seen transposed or not.
memory::desc matrix(const Shape& shape, bool transposed) {
  const memory::desc desc = onednn::dense(onednn::dims(shape));
  return transposed ? desc.permute_axes({1, 0}) : desc;
}

/// Elements of a constant times `factor`.
Tensor scaled(const Tensor& tensor, float factor) {
  Tensor result(DType::f32, tensor.shape());
  const auto from = tensor.values<float>();
  const auto to = result.mutable_values<float>();
  for (std::size_t i = 0; i < from.size(); ++i) to[i] = from[i] * factor;
  return result;
}

/// Whether C is a row added to every line of the product, as a fully connected layer's bias is.
bool is_bias(const Shape& shape, std::int64_t columns) {
  return shape.elements() == columns && (shape.rank() == 1 || (shape.rank() == 2 && shape[0] == 1));
}

/// alpha and beta go into the packed weights and bias, so that they cost nothing when running.
bool lower_inner_product(Lowering& lowering, const Gemm& op, const Tensor& b, const Tensor* c) {
  const std::int64_t columns = lowering.output_shape()[1];
  const memory::desc bias = c == nullptr ? memory::desc() : onednn::dense({columns});
  const memory::desc stored = matrix(b.shape(), !op.transpose_b);  // inner product wants [N, K]
  const dnnl::inner_product_forward::primitive_desc desc(
      {dnnl::prop_kind::forward_inference, onednn::any_layout(onednn::dims(lowering.input_shape(0))),
       onednn::any_layout(stored.dims()), bias, onednn::any_layout(onednn::dims(lowering.output_shape()))},
      attributes(lowering.graph(), lowering.group()), onednn::engine());

  const Tensor weights = op.alpha == 1 ? b : scaled(b, op.alpha);
  const memory source(stored, onednn::engine(), const_cast<void*>(weights.data()));
  const Located input = lowering.in_layout(lowering.node().inputs[0], desc.src_desc());
  std::vector<Argument> arguments = {
      {DNNL_ARG_SRC, input.desc, input.buffer},
      {DNNL_ARG_WEIGHTS, desc.weights_desc(), lowering.packed(source, desc.weights_desc())}};
  if (c != nullptr) {
    const Tensor shifted = scaled(*c, op.beta).reshaped({columns});
    arguments.push_back({DNNL_ARG_BIAS, bias, lowering.packed(onednn::view(shifted), bias)});
  }
  const Located output = lowering.result(desc.dst_desc());
  arguments.push_back({DNNL_ARG_DST, output.desc, output.buffer});
  lowering.add<dnnl::inner_product_forward>(desc, std::move(arguments));
  return true;
}

/// A matmul of two values in the layouts given.
bool lower_matmul(Lowering& lowering, const memory::desc& a, const memory::desc& b, const memory::dims& result) {
  const dnnl::matmul::primitive_desc desc({a, b, onednn::dense(result)}, attributes(lowering.graph(), lowering.group()),
                                          onednn::engine());
  const Located left = lowering.dense_input(0);
  const Located right = lowering.dense_input(1);
  const Located output = lowering.result(onednn::dense(onednn::dims(lowering.output_shape())));
  lowering.add<dnnl::matmul>(desc, {{DNNL_ARG_SRC, a, left.buffer},
                                    {DNNL_ARG_WEIGHTS, b, right.buffer},
                                    {DNNL_ARG_DST, desc.dst_desc(), output.buffer}});
  return true;
}

}  // namespace

bool lower(Lowering& lowering, const Gemm& op) {
  const Tensor* b = lowering.graph().constant(lowering.node().inputs[1]);
  const bool has_c = lowering.node().inputs.size() > 2 && op.beta != 0;
  const Tensor* c = has_c ? lowering.graph().constant(lowering.node().inputs[2]) : nullptr;
  const bool is_layer =
      !op.transpose_a && b != nullptr && (!has_c || (c != nullptr && is_bias(c->shape(), lowering.output_shape()[1])));
  if (is_layer) return lower_inner_product(lowering, op, *b, c);
  if (has_c || op.alpha != 1) return false;
  return lower_matmul(lowering, matrix(lowering.input_shape(0), op.transpose_a),
                      matrix(lowering.input_shape(1), op.transpose_b), onednn::dims(lowering.output_shape()));
}

bool lower(Lowering& lowering, const MatMul&) {
  const int rank = lowering.output_shape().rank();
  if (lowering.input_shape(0).rank() < 2 || lowering.input_shape(1).rank() < 2) return false;
  // oneDNN broadcasts leading extents of 1 but wants the ranks equal.
  const auto widened = [rank](const Shape& shape) {
    memory::dims dims = shape.dims();
    dims.insert(dims.begin(), static_cast<std::size_t>(rank - shape.rank()), 1);
    return onednn::dense(dims);
  };
  return lower_matmul(lowering, widened(lowering.input_shape(0)), widened(lowering.input_shape(1)),
                      onednn::dims(lowering.output_shape()));
}

}  // namespace qs
