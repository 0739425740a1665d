// Plain loops over codes: what a quantized network means in integers, bit-exact to Jacob et al. (arXiv:1712.05877) and
// to TFLite's reference kernels. spec/methods.md section 2; what is ours says so.
//
// Codes are dense s32 tensors whatever their grid, so that each loop is written once. Grids have at most 8 bits.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "core/engine/reference/fixed_point.h"
#include "core/graph/op.h"
#include "core/quant/encoding.h"

namespace qs::reference {

/// How the codes of one activation are read; never per channel.
struct CodeFormat {
  ScaleZeroPoint encoding;
  Grid grid;
  friend bool operator==(const CodeFormat&, const CodeFormat&) = default;
};

// ---- integer_border.cpp: between real numbers and codes, rounding to nearest even as everywhere but in the kernels
// ----
/// Throws `Error` (bad_input) for NaN.
Tensor to_codes(const Tensor& real, const CodeFormat& format);
Tensor to_real(const Tensor& codes, const CodeFormat& format);

// ---- integer_rescaling.cpp ----
/// The least and greatest a result may be, in steps of its encoding from the zero point: q - Z.
struct Steps {
  std::int32_t min = std::numeric_limits<std::int32_t>::min();
  std::int32_t max = std::numeric_limits<std::int32_t>::max();
};

/// All that the codes of `format` can express.
[[nodiscard]] Steps expressible(const CodeFormat& format);

/// Whether an activation only cuts off: Relu, Clip, and Identity, which leaves all.
[[nodiscard]] bool cuts_off(const Op& op);
/// What such an activation leaves, bounds at round(bound / S), ties away from zero.
[[nodiscard]] Steps left_by(const Op& op, const ScaleZeroPoint& encoding);
/// Cutting to `first`, then to `second`.
[[nodiscard]] Steps then(Steps first, Steps second);

/// q3 = Z3 + clamp(MBQM(q - Z, S / S3)): the same real numbers under another encoding. Copies where both are the same.
Tensor rescale(const Tensor& codes, const CodeFormat& from, const CodeFormat& to, Steps steps);

/// What becomes of a layer's accumulators.
struct OutputStage {
  std::vector<FixedPointMultiplier> multipliers;  ///< S_x S_w / S_out by output channel
  CodeFormat out;
  Steps steps;  ///< at the end
  /// The residual operand. Ours: MBQM(acc) and MBQM(q_r - Z_r, S_r / S_out) are added before Z_out, two roundings to
  /// steps of the output; the sum in between is not cut off but by an activation before the addition.
  CodeFormat residual;
  Steps before_residual;
};

/// q3 = Z3 + clamp(MBQM(acc, M)); accumulators are [N, output channels, ...]. `residual`: codes of the same shape, or
/// null.
Tensor finish(const Tensor& accumulators, const OutputStage& stage, const Tensor* residual);

// ---- layers with weights: integer_convolution.cpp, integer_gemm.cpp ----
struct LayerWeights {
  std::int64_t inputs = 0;             ///< weights per output channel
  std::vector<std::int16_t> centered;  ///< q_w - Z_w, [output channels][inputs]
  std::vector<std::int32_t> bias;      ///< by output channel, in units of S_x S_w
};

/// sum of (q_w - Z_w)(q_x - Z_x) + bias. Padding holds Z_x. Sums beyond 32 bits saturate, which takes more than 33 025
/// weights per output or a bias near the limit; anything else would have to wrap.
Tensor accumulate(const Conv& op, const Tensor& codes, std::int32_t zero_point, const LayerWeights& layer,
                  const Shape& out);
/// codes [M, K] and weights [N][K] give [M, N].
Tensor accumulate(const Gemm& op, const Tensor& codes, std::int32_t zero_point, const LayerWeights& layer,
                  const Shape& out);

// ---- integer_elementwise.cpp: operands broadcast to `shape` ----
struct Operand {
  const Tensor& codes;
  CodeFormat format;
};
/// TFLite's 8-bit Add with 20 bits of headroom; `sign` -1 subtracts.
Tensor add(const Operand& a, const Operand& b, int sign, const CodeFormat& out, Steps steps, const Shape& shape);
/// TFLite's Mul: MBQM((q1 - Z1)(q2 - Z2), S1 S2 / S3).
Tensor multiply(const Operand& a, const Operand& b, const CodeFormat& out, Steps steps, const Shape& shape);

// ---- integer_pooling.cpp: encodings are the same as a rule; where they are not, `out` is rescaled to ----
/// The largest code under the window, which is the largest number; padding is none.
Tensor pool(const MaxPool& op, const Tensor& codes, const CodeFormat& in, const CodeFormat& out, const Shape& shape);
Tensor pool(const GlobalMaxPool& op, const Tensor& codes, const CodeFormat& in, const CodeFormat& out,
            const Shape& shape);
/// The mean of codes, ties away from zero, over what lies inside. With `count_include_pad` (which TFLite has not)
/// padding counts as Z, the code of 0. Between encodings Z3 + MBQM(sum of (q - Z), S / (S3 count)), so that it is
/// rounded once.
Tensor pool(const AveragePool& op, const Tensor& codes, const CodeFormat& in, const CodeFormat& out,
            const Shape& shape);
Tensor pool(const GlobalAveragePool& op, const Tensor& codes, const CodeFormat& in, const CodeFormat& out,
            const Shape& shape);
Tensor pool(const ReduceMean& op, const Tensor& codes, const CodeFormat& in, const CodeFormat& out, const Shape& shape);

}  // namespace qs::reference
