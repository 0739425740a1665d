// One plain-loop function per operator. `x` holds the node's inputs, `out` the output's shape by `infer_shapes`, which
// has checked that the inputs fit; `reference_op` has checked the element types. Each cites the page that defines it
// (https://onnx.ai/onnx/operators/onnx__NAME.html) where it stands.
#pragma once

#include <span>
#include <vector>

#include "core/graph/op.h"
#include "core/tensor/tensor.h"

namespace qs::reference {

using Inputs = std::span<const Tensor>;

// convolution.cpp
Tensor compute(const Conv&, Inputs x, const Shape& out);
Tensor compute(const ConvTranspose&, Inputs x, const Shape& out);

// gemm.cpp
Tensor compute(const Gemm&, Inputs x, const Shape& out);
Tensor compute(const MatMul&, Inputs x, const Shape& out);

// normalization.cpp
Tensor compute(const BatchNorm&, Inputs x, const Shape& out);
Tensor compute(const LayerNorm&, Inputs x, const Shape& out);
Tensor compute(const Lrn&, Inputs x, const Shape& out);
Tensor compute(const Softmax&, Inputs x, const Shape& out);
Tensor compute(const FakeQuantize&, Inputs x, const Shape& out);

// activation.cpp
Tensor compute(const Relu&, Inputs x, const Shape& out);
Tensor compute(const LeakyRelu&, Inputs x, const Shape& out);
Tensor compute(const PRelu&, Inputs x, const Shape& out);
Tensor compute(const Clip&, Inputs x, const Shape& out);
Tensor compute(const Sigmoid&, Inputs x, const Shape& out);
Tensor compute(const HardSigmoid&, Inputs x, const Shape& out);
Tensor compute(const HardSwish&, Inputs x, const Shape& out);
Tensor compute(const Swish&, Inputs x, const Shape& out);
Tensor compute(const Tanh&, Inputs x, const Shape& out);
Tensor compute(const Elu&, Inputs x, const Shape& out);
Tensor compute(const Erf&, Inputs x, const Shape& out);
Tensor compute(const Gelu&, Inputs x, const Shape& out);

// pooling.cpp
Tensor compute(const MaxPool&, Inputs x, const Shape& out);
Tensor compute(const AveragePool&, Inputs x, const Shape& out);
Tensor compute(const GlobalAveragePool&, Inputs x, const Shape& out);
Tensor compute(const GlobalMaxPool&, Inputs x, const Shape& out);
Tensor compute(const ReduceMean&, Inputs x, const Shape& out);

// elementwise.cpp: f32, s32 and s64
Tensor compute(const Add&, Inputs x, const Shape& out);
Tensor compute(const Sub&, Inputs x, const Shape& out);
Tensor compute(const Mul&, Inputs x, const Shape& out);
Tensor compute(const Div&, Inputs x, const Shape& out);
Tensor compute(const Sum&, Inputs x, const Shape& out);

// layout.cpp: every element type
Tensor compute(const Concat&, Inputs x, const Shape& out);
Tensor compute(const Slice&, Inputs x, const Shape& out);
Tensor compute(const Transpose&, Inputs x, const Shape& out);
Tensor compute(const Reshape&, Inputs x, const Shape& out);
Tensor compute(const Flatten&, Inputs x, const Shape& out);
Tensor compute(const Squeeze&, Inputs x, const Shape& out);
Tensor compute(const Unsqueeze&, Inputs x, const Shape& out);
Tensor compute(const Pad&, Inputs x, const Shape& out);
Tensor compute(const Identity&, Inputs x, const Shape& out);
std::vector<Tensor> compute(const Split&, Inputs x, std::span<const Shape> outs);

// cast.cpp: every element type
Tensor compute(const Cast&, Inputs x, const Shape& out);

// resize.cpp
Tensor compute(const Resize&, Inputs x, const Shape& out);

}  // namespace qs::reference
