// The operators a network is made of. Each is a small value holding what the operator needs besides its tensors;
// the tensors themselves are the node's inputs, in the order given in the comment: x is the activation, [c] marks an
// input that is always a constant. Meanings are ONNX's (https://onnx.ai/onnx/operators), and the plain loops of
// engine/reference define them in code.
#pragma once

#include <cstdint>
#include <limits>
#include <variant>
#include <vector>

#include "core/tensor/dtype.h"

namespace qs {

/// The sliding window of convolutions and poolings, one entry per spatial axis (1 or 2 or 3 of them).
/// `auto_pad` of the file is already resolved into pads.
struct Window {
  std::vector<std::int64_t> kernel;
  std::vector<std::int64_t> strides;
  std::vector<std::int64_t> dilations;   ///< 1 = dense
  std::vector<std::int64_t> pads_begin;  ///< zeros (convolution) or nothing (max) before the first element
  std::vector<std::int64_t> pads_end;
  friend bool operator==(const Window&, const Window&) = default;
};

// ---- with weights ----
struct Conv {  ///< x [N,Ci,...], weights [c] [Co,Ci/groups,...], bias [c] [Co] optional
  Window window;
  std::int64_t groups = 1;
};
struct ConvTranspose {  ///< x [N,Ci,...], weights [c] [Ci,Co/groups,...], bias [c] [Co] optional
  Window window;
  std::vector<std::int64_t> output_padding;
  std::int64_t groups = 1;
};
struct Gemm {  ///< A [M,K], B [K,N], C optional, broadcast to [M,N]; alpha * A' * B' + beta * C
  float alpha = 1;
  float beta = 1;
  bool transpose_a = false;
  bool transpose_b = false;
};
struct MatMul {};   ///< A [...,M,K], B [...,K,N]; leading axes broadcast
struct BatchNorm {  ///< x [N,C,...], scale [c] [C], shift [c] [C], mean [c] [C], variance [c] [C]
  float epsilon = 1e-5F;
};
struct LayerNorm {  ///< x, scale [c], shift [c] optional; normalizes over axes [axis, rank)
  int axis = -1;    ///< in [0, rank) after import
  float epsilon = 1e-5F;
};
struct Lrn {  ///< x [N,C,...]; across channels
  std::int64_t size = 5;
  float alpha = 1e-4F;
  float beta = 0.75F;
  float bias = 1;
};

// ---- activations: x ----
struct Relu {};
struct LeakyRelu {
  float alpha = 0.01F;
};
struct PRelu {};  ///< x, slope (broadcast to x)
struct Clip {
  float min = -std::numeric_limits<float>::infinity();
  float max = std::numeric_limits<float>::infinity();
};
struct Sigmoid {};
struct HardSigmoid {  ///< max(0, min(1, alpha x + beta))
  float alpha = 0.2F;
  float beta = 0.5F;
};
struct HardSwish {};  ///< x * max(0, min(1, x/6 + 1/2))
struct Swish {};      ///< x * sigmoid(x); also called SiLU
struct Tanh {};
struct Elu {
  float alpha = 1;
};
struct Erf {};
struct Gelu {  ///< x * Phi(x)
  bool tanh_approximation = false;
};
struct Softmax {
  int axis = -1;           ///< in [0, rank) after import
  bool flattened = false;  ///< opset < 13: over all axes from `axis` on together
};

/// The real numbers that integers can stand for: result_scale * clamp(round(x / scale), lowest, highest), ties to even.
/// `lowest` and `highest` are the ends of the grid less its zero point. What a quantizer does to a value; no file holds
/// it. `result_scale` is `scale`, unless the result is to be the integers themselves (1).
struct FakeQuantize {
  float scale = 1;
  float result_scale = 1;
  std::int32_t lowest = -128;
  std::int32_t highest = 127;
  bool stochastic = false;  ///< round(x / scale + e), e uniform in [-1/2, 1/2) from (seed, index of the element)
  std::uint64_t seed = 0;
};

// ---- pooling: x [N,C,...] ----
struct MaxPool {
  Window window;
  bool ceil_mode = false;
};
struct AveragePool {
  Window window;
  bool ceil_mode = false;
  bool count_include_pad = false;
};
struct GlobalAveragePool {};
struct GlobalMaxPool {};
struct ReduceMean {
  std::vector<int> axes;  ///< in [0, rank), ascending, never empty
  bool keep_dims = true;
};

// ---- elementwise with broadcasting ----
struct Add {};  ///< a, b
struct Sub {};
struct Mul {};
struct Div {};
struct Sum {};  ///< any number of inputs

// ---- layout and shape ----
struct Concat {  ///< any number of inputs
  int axis = 1;
};
struct Split {
  int axis = 0;
  std::vector<std::int64_t> sizes;
};
struct Slice {  ///< numpy's x[begin:end:step] on every axis; `begin`/`end` as in the file (may be negative or huge)
  std::vector<int> axes;
  std::vector<std::int64_t> begin;
  std::vector<std::int64_t> end;
  std::vector<std::int64_t> step;
};
struct Transpose {
  std::vector<int> permutation;  ///< output axis i is input axis permutation[i]
};
struct Reshape {
  std::vector<std::int64_t> dims;  ///< 0 copies the input's extent at that place, -1 (once) takes what is left
  bool allow_zero = false;         ///< 0 means an extent of zero instead
};
struct Flatten {
  int axis = 1;
};
struct Squeeze {
  std::vector<int> axes;  ///< of the input; never empty unless no extent is 1
};
struct Unsqueeze {
  std::vector<int> axes;  ///< of the output, ascending
};
struct Pad {
  enum class Mode : std::uint8_t { constant, reflect, edge };
  std::vector<std::int64_t> begin;  ///< one per axis; negative crops
  std::vector<std::int64_t> end;
  Mode mode = Mode::constant;
  float value = 0;
};
struct Identity {};  ///< also Dropout in inference
struct Cast {
  DType to = DType::f32;
};
struct Resize {
  enum class Mode : std::uint8_t { nearest, linear };
  enum class Coordinates : std::uint8_t { half_pixel, pytorch_half_pixel, align_corners, asymmetric };
  enum class Nearest : std::uint8_t { round_prefer_floor, round_prefer_ceil, floor, ceil };
  std::vector<float> scales;        ///< one per axis, or empty when sizes are given
  std::vector<std::int64_t> sizes;  ///< one per axis, or empty; an entry for axis 0 is the batch as found in the file
  Mode mode = Mode::nearest;
  Coordinates coordinates = Coordinates::half_pixel;
  Nearest nearest = Nearest::round_prefer_floor;
};

using Op = std::variant<Conv, ConvTranspose, Gemm, MatMul, BatchNorm, LayerNorm, Lrn, Relu, LeakyRelu, PRelu, Clip,
                        Sigmoid, HardSigmoid, HardSwish, Swish, Tanh, Elu, Erf, Gelu, Softmax, FakeQuantize, MaxPool,
                        AveragePool, GlobalAveragePool, GlobalMaxPool, ReduceMean, Add, Sub, Mul, Div, Sum, Concat,
                        Split, Slice, Transpose, Reshape, Flatten, Squeeze, Unsqueeze, Pad, Identity, Cast, Resize>;

}  // namespace qs
