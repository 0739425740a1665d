// The rows of the operator table, each defined in the file of its family and listed in operators.cpp.
#pragma once

#include "core/graph/operator.h"

namespace qs::ops {

// convolution.cpp
extern const Operator conv, conv_transpose;
// gemm.cpp
extern const Operator gemm, matmul;
// normalization.cpp
extern const Operator batch_norm, layer_norm, lrn;
// activation.cpp
extern const Operator relu, leaky_relu, prelu, clip, sigmoid, hard_sigmoid, hard_swish, swish, tanh, elu, erf, gelu,
    softmax, fake_quantize;
// pooling.cpp
extern const Operator max_pool, average_pool, global_average_pool, global_max_pool, reduce_mean;
// elementwise.cpp
extern const Operator add, sub, mul, div, sum;
// pieces.cpp
extern const Operator concat, split, slice;
// reshape.cpp
extern const Operator reshape, flatten, squeeze, unsqueeze;
// layout.cpp
extern const Operator transpose, pad, identity, dropout, cast;
// resize.cpp
extern const Operator resize, upsample;

}  // namespace qs::ops
