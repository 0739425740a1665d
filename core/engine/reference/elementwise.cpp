// Each at https://onnx.ai/onnx/operators/onnx__NAME.html. Integers are those of shape arithmetic: an overflow there is
// a fault of the file, not a value.
#include <limits>
#include <type_traits>

#include "core/engine/reference/gather.h"
#include "core/engine/reference/kernels.h"

namespace qs::reference {

namespace {

template <class T>
Tensor combine_as(const Tensor& left, const Tensor& right, const Shape& out, auto&& f) {
  const Tensor a = broadcast_to(left, out);
  const Tensor b = broadcast_to(right, out);
  Tensor result(left.dtype(), out);
  std::transform(a.values<T>().begin(), a.values<T>().end(), b.values<T>().begin(), result.mutable_values<T>().begin(),
                 f);
  return result;
}

/// f(a, b) element by element, both broadcast to `out`.
Tensor combine(Inputs x, const Shape& out, auto&& f) {
  if (x[0].dtype() != x[1].dtype()) {
    bad_input("elementwise operator on {} and {}", name_of(x[0].dtype()), name_of(x[1].dtype()));
  }
  switch (x[0].dtype()) {
    case DType::f32: return combine_as<float>(x[0], x[1], out, f);
    case DType::s32: return combine_as<std::int32_t>(x[0], x[1], out, f);
    case DType::s64: return combine_as<std::int64_t>(x[0], x[1], out, f);
    default: bad_input("elementwise operator on {}", name_of(x[0].dtype()));
  }
}

template <class T>
T checked(bool overflow, T value) {
  if (overflow) bad_input("integer arithmetic overflows {}", name_of(dtype_of<T>::value));
  return value;
}

}  // namespace

Tensor compute(const Add&, Inputs x, const Shape& out) {
  return combine(x, out, []<class T>(T a, T b) {
    if constexpr (std::is_floating_point_v<T>) {
      return a + b;
    } else {
      T sum = 0;
      const bool overflow = __builtin_add_overflow(a, b, &sum);
      return checked(overflow, sum);
    }
  });
}

Tensor compute(const Sub&, Inputs x, const Shape& out) {
  return combine(x, out, []<class T>(T a, T b) {
    if constexpr (std::is_floating_point_v<T>) {
      return a - b;
    } else {
      T difference = 0;
      const bool overflow = __builtin_sub_overflow(a, b, &difference);
      return checked(overflow, difference);
    }
  });
}

Tensor compute(const Mul&, Inputs x, const Shape& out) {
  return combine(x, out, []<class T>(T a, T b) {
    if constexpr (std::is_floating_point_v<T>) {
      return a * b;
    } else {
      T product = 0;
      const bool overflow = __builtin_mul_overflow(a, b, &product);
      return checked(overflow, product);
    }
  });
}

/// Integers: the quotient is truncated toward zero, and dividing by zero is an error.
Tensor compute(const Div&, Inputs x, const Shape& out) {
  return combine(x, out, []<class T>(T a, T b) {
    if constexpr (std::is_floating_point_v<T>) {
      return a / b;
    } else {
      if (b == 0) bad_input("integer division by zero");
      const bool overflow = a == std::numeric_limits<T>::min() && b == -1;
      return checked<T>(overflow, overflow ? 0 : a / b);
    }
  });
}

/// https://onnx.ai/onnx/operators/onnx__Sum.html
Tensor compute(const Sum&, Inputs x, const Shape& out) {
  Tensor total = broadcast_to(x[0], out);
  for (const Tensor& term : x.subspan(1)) total = compute(Add{}, std::array{total, term}, out);
  return total;
}

}  // namespace qs::reference
