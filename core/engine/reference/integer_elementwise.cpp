#include <algorithm>

#include "core/engine/reference/gather.h"
#include "core/engine/reference/integer_kernels.h"

namespace qs::reference {

namespace {

/// y = Z3 + clamp(result(q1 - Z1, q2 - Z2)), element by element.
template <class Result>
Tensor pair_by_pair(const Operand& a, const Operand& b, const CodeFormat& out, Steps steps, const Shape& shape,
                    Result&& result) {
  const Tensor left = broadcast_to(a.codes, shape);
  const Tensor right = broadcast_to(b.codes, shape);
  Tensor codes(DType::s32, shape);
  std::transform(
      left.values<std::int32_t>().begin(), left.values<std::int32_t>().end(), right.values<std::int32_t>().begin(),
      codes.mutable_values<std::int32_t>().begin(), [&](std::int32_t q1, std::int32_t q2) {
        const std::int32_t step = result(q1 - a.format.encoding.zero_point, q2 - b.format.encoding.zero_point);
        return out.encoding.zero_point + std::clamp(step, steps.min, steps.max);
      });
  return codes;
}

}  // namespace

Tensor add(const Operand& a, const Operand& b, int sign, const CodeFormat& out, Steps steps, const Shape& shape) {
  constexpr int kHeadroom = 20;  // L of TFLite
  const double scale1 = a.format.encoding.scale;
  const double scale2 = b.format.encoding.scale;
  const double twice_larger = 2 * std::max(scale1, scale2);
  const FixedPointMultiplier m1 = fixed_point(scale1 / twice_larger);
  const FixedPointMultiplier m2 = fixed_point(scale2 / twice_larger);
  const FixedPointMultiplier m3 =
      fixed_point(twice_larger / ((1 << kHeadroom) * static_cast<double>(out.encoding.scale)));
  return pair_by_pair(a, b, out, steps, shape, [&](std::int32_t q1, std::int32_t q2) {
    const std::int32_t first = multiply(q1 * (1 << kHeadroom), m1);
    const std::int32_t second = multiply(q2 * (1 << kHeadroom), m2);
    return multiply(first + sign * second, m3);
  });
}

Tensor multiply(const Operand& a, const Operand& b, const CodeFormat& out, Steps steps, const Shape& shape) {
  const FixedPointMultiplier multiplier =
      fixed_point(static_cast<double>(a.format.encoding.scale) * static_cast<double>(b.format.encoding.scale) /
                  static_cast<double>(out.encoding.scale));
  return pair_by_pair(a, b, out, steps, shape,
                      [&](std::int32_t q1, std::int32_t q2) { return multiply(q1 * q2, multiplier); });
}

}  // namespace qs::reference
