// Folding of elementwise operators, casts and products. Real numbers are computed in double and rounded once, integers
// in 64 bits with checks: an overflow in shape arithmetic means a faulty file, not a wrapped result.
#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "core/base/checked.h"
#include "core/model/constant_folding.h"
#include "core/model/element_type.h"

namespace qs {

namespace {

using Tensors = std::vector<Tensor>;

template <class T>
using Span = std::span<const T>;

template <class T>
void store_integers(Span<std::int64_t> values, Tensor& result) {
  std::span<T> out = result.mutable_values<T>();
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!std::in_range<T>(values[i])) bad_input("{} does not fit {}", values[i], name_of(result.dtype()));
    out[i] = static_cast<T>(values[i]);
  }
}

Tensor from_integers(DType dtype, const Shape& shape, Span<std::int64_t> values, FoldingBudget& budget) {
  Tensor result = budget.allocate(dtype, shape);
  switch (dtype) {
    case DType::s64: store_integers<std::int64_t>(values, result); return result;
    case DType::s32: store_integers<std::int32_t>(values, result); return result;
    case DType::s8: store_integers<std::int8_t>(values, result); return result;
    case DType::u8: store_integers<std::uint8_t>(values, result); return result;
    case DType::boolean:
      std::transform(values.begin(), values.end(), result.mutable_values<bool>().begin(),
                     [](std::int64_t value) { return value != 0; });
      return result;
    case DType::f32:
    case DType::bf16: break;
  }
  bad_input("integers of type {} are not supported", name_of(dtype));
}

// ---- two inputs ----

std::int64_t divided(std::int64_t a, std::int64_t b) {
  if (b == 0) bad_input("division of {} by zero", a);
  if (b == -1) return checked_multiply(a, -1, "quotient");
  return a / b;  // ONNX truncates as C++ does
}

std::int64_t floor_modulo(std::int64_t a, std::int64_t b) {
  if (b == 0) bad_input("remainder of {} by zero", a);
  if (b == -1) return 0;
  const std::int64_t remainder = a % b;
  return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
}

struct BinaryFunction {
  double (*real)(double, double);
  std::int64_t (*integer)(std::int64_t, std::int64_t);
  bool is_comparison = false;
};

constexpr BinaryFunction kAdd = {[](double a, double b) { return a + b; },
                                 [](std::int64_t a, std::int64_t b) { return checked_add(a, b, "sum"); }};
constexpr BinaryFunction kSub = {
    [](double a, double b) { return a - b; },
    [](std::int64_t a, std::int64_t b) { return checked_add(a, checked_multiply(b, -1, "difference"), "difference"); }};
constexpr BinaryFunction kMul = {[](double a, double b) { return a * b; },
                                 [](std::int64_t a, std::int64_t b) { return checked_multiply(a, b, "product"); }};
constexpr BinaryFunction kDiv = {[](double a, double b) { return a / b; }, divided};
constexpr BinaryFunction kMod = {[](double a, double b) { return a - b * std::floor(a / b); }, floor_modulo};
constexpr BinaryFunction kMin = {[](double a, double b) { return std::min(a, b); },
                                 [](std::int64_t a, std::int64_t b) { return std::min(a, b); }};
constexpr BinaryFunction kMax = {[](double a, double b) { return std::max(a, b); },
                                 [](std::int64_t a, std::int64_t b) { return std::max(a, b); }};
constexpr BinaryFunction kEqual = {[](double a, double b) { return a == b ? 1.0 : 0.0; },
                                   [](std::int64_t a, std::int64_t b) { return std::int64_t{a == b}; }, true};
constexpr BinaryFunction kLess = {[](double a, double b) { return a < b ? 1.0 : 0.0; },
                                  [](std::int64_t a, std::int64_t b) { return std::int64_t{a < b}; }, true};
constexpr BinaryFunction kGreater = {[](double a, double b) { return a > b ? 1.0 : 0.0; },
                                     [](std::int64_t a, std::int64_t b) { return std::int64_t{a > b}; }, true};

Tensor combined(const BinaryFunction& function, const Tensor& a, const Tensor& b, FoldingBudget& budget) {
  if (a.dtype() != b.dtype()) bad_input("inputs of types {} and {}", name_of(a.dtype()), name_of(b.dtype()));
  const Shape shape = broadcast(a.shape(), b.shape());
  const Tensor left = broadcast_to(a, shape, budget);
  const Tensor right = broadcast_to(b, shape, budget);
  if (a.dtype() == DType::f32 && !function.is_comparison) {
    Tensor result = budget.allocate(DType::f32, shape);
    std::transform(left.values<float>().begin(), left.values<float>().end(), right.values<float>().begin(),
                   result.mutable_values<float>().begin(),
                   [&](float x, float y) { return static_cast<float>(function.real(x, y)); });
    return result;
  }
  std::vector<std::int64_t> values(static_cast<std::size_t>(shape.elements()));
  if (a.dtype() == DType::f32) {
    std::transform(left.values<float>().begin(), left.values<float>().end(), right.values<float>().begin(),
                   values.begin(), [&](float x, float y) { return static_cast<std::int64_t>(function.real(x, y)); });
  } else {
    const auto x = integers_of(left, "the input");
    const auto y = integers_of(right, "the input");
    std::transform(x.begin(), x.end(), y.begin(), values.begin(), function.integer);
  }
  return from_integers(function.is_comparison ? DType::boolean : a.dtype(), shape, values, budget);
}

/// Two inputs, or for Min and Max any number.
template <const BinaryFunction& Function>
Tensors binary(const NodeSpec& node, FoldingBudget& budget) {
  Tensor result = constant_input(node, 0);
  for (std::size_t i = 1; i < node.inputs.size(); ++i) {
    result = combined(Function, result, constant_input(node, i), budget);
  }
  return {result};
}

// ---- one input ----

template <double (*Function)(double)>
Tensors unary(const NodeSpec& node, FoldingBudget& budget) {
  const Tensor& input = constant_input(node, 0);
  if (input.dtype() != DType::f32) bad_input("it is computed on f32 only, not on {}", name_of(input.dtype()));
  Tensor result = budget.allocate(DType::f32, input.shape());
  const auto values = input.values<float>();
  std::transform(values.begin(), values.end(), result.mutable_values<float>().begin(),
                 [](float x) { return static_cast<float>(Function(x)); });
  return {result};
}

double floor_of(double x) {
  return std::floor(x);
}
double ceil_of(double x) {
  return std::ceil(x);
}
double sqrt_of(double x) {
  return std::sqrt(x);
}
double exp_of(double x) {
  return std::exp(x);
}
double reciprocal_of(double x) {
  return 1 / x;
}

Tensors neg(const NodeSpec& node, FoldingBudget& budget) {
  const Tensor& input = constant_input(node, 0);
  return {combined(kSub, Tensor(input.dtype(), Shape{}), input, budget)};
}

Tensor integers_from_reals(DType dtype, const Tensor& input, FoldingBudget& budget) {
  std::vector<std::int64_t> values;
  for (float value : input.values<float>()) {
    if (!(std::abs(value) < 0x1p63F)) bad_input("{} is cast to an integer", value);
    values.push_back(dtype == DType::boolean ? std::int64_t{value != 0} : static_cast<std::int64_t>(value));
  }
  return from_integers(dtype, input.shape(), values, budget);
}

Tensor reals_from_integers(const Tensor& input, FoldingBudget& budget) {
  Tensor result = budget.allocate(DType::f32, input.shape());
  const std::vector<std::int64_t> values = integers_of(input, "the input");
  std::transform(values.begin(), values.end(), result.mutable_values<float>().begin(),
                 [](std::int64_t value) { return static_cast<float>(value); });
  return result;
}

Tensors cast(const NodeSpec& node, FoldingBudget& budget) {
  const Tensor& input = constant_input(node, 0);
  const std::int64_t to = node.attributes.integer("to", 0);
  const auto dtype = std::in_range<std::int32_t>(to) ? stored_type(static_cast<std::int32_t>(to)) : std::nullopt;
  if (!dtype) bad_input("a cast to element type {} is not supported", to);
  if (*dtype == input.dtype()) return {input};
  if (*dtype == DType::f32) return {reals_from_integers(input, budget)};
  if (input.dtype() == DType::f32) return {integers_from_reals(*dtype, input, budget)};
  return {from_integers(*dtype, input.shape(), integers_of(input, "the input"), budget)};
}

Tensors where(const NodeSpec& node, FoldingBudget& budget) {
  const Tensor& condition = constant_input(node, 0);
  const Tensor& yes = constant_input(node, 1);
  const Tensor& no = constant_input(node, 2);
  if (condition.dtype() != DType::boolean || yes.dtype() != no.dtype()) {
    bad_input("inputs of types {}, {} and {}", name_of(condition.dtype()), name_of(yes.dtype()), name_of(no.dtype()));
  }
  const Shape shape = broadcast(condition.shape(), broadcast(yes.shape(), no.shape()));
  const Tensor chosen = broadcast_to(condition, shape, budget);
  const Tensor left = broadcast_to(yes, shape, budget);
  const Tensor right = broadcast_to(no, shape, budget);
  Tensor result = budget.allocate(yes.dtype(), shape);
  const std::size_t size = size_of(result.dtype());
  auto* write = static_cast<std::byte*>(result.mutable_data());
  for (bool is_left : chosen.values<bool>()) {
    const auto at = write - static_cast<const std::byte*>(result.data());
    std::copy_n(static_cast<const std::byte*>((is_left ? left : right).data()) + at, size, write);
    write += size;
  }
  return {result};
}

/// Over all axes at once, as in the number of elements of a shape; nothing else is met in shape arithmetic.
Tensors reduce_prod(const NodeSpec& node, FoldingBudget& budget) {
  const Tensor& input = constant_input(node, 0);
  budget.spend(static_cast<std::int64_t>(input.bytes()));
  const int rank = input.shape().rank();
  std::vector<std::int64_t> axes = node.attributes.integers("axes");
  if (node.inputs.size() > 1 && node.inputs[1].present) axes = integers_of(constant_input(node, 1), "the axes");
  for (std::int64_t& axis : axes) axis = normalized_axis(axis, rank);
  const std::set<std::int64_t> distinct(axes.begin(), axes.end());
  if (!axes.empty() && static_cast<int>(distinct.size()) < rank)
    bad_input("a product over some axes only is not supported");
  std::int64_t product = 1;
  for (std::int64_t factor : integers_of(input, "the input")) product = checked_multiply(product, factor, "product");
  const bool keep_dims = node.attributes.integer("keepdims", 1) != 0;
  const Shape shape(std::vector<std::int64_t>(static_cast<std::size_t>(keep_dims ? rank : 0), 1));
  return {from_integers(input.dtype(), shape, std::array{product}, budget)};
}

constexpr std::array kRules = {
    FoldingRule{"Add", false, binary<kAdd>},
    FoldingRule{"Sub", false, binary<kSub>},
    FoldingRule{"Mul", false, binary<kMul>},
    FoldingRule{"Div", false, binary<kDiv>},
    FoldingRule{"Mod", false, binary<kMod>},
    FoldingRule{"Min", false, binary<kMin>},
    FoldingRule{"Max", false, binary<kMax>},
    FoldingRule{"Equal", false, binary<kEqual>},
    FoldingRule{"Less", false, binary<kLess>},
    FoldingRule{"Greater", false, binary<kGreater>},
    FoldingRule{"Neg", false, neg},
    FoldingRule{"Floor", false, unary<floor_of>},
    FoldingRule{"Ceil", false, unary<ceil_of>},
    FoldingRule{"Sqrt", false, unary<sqrt_of>},
    FoldingRule{"Exp", false, unary<exp_of>},
    FoldingRule{"Reciprocal", false, unary<reciprocal_of>},
    FoldingRule{"Cast", false, cast},
    FoldingRule{"Where", false, where},
    FoldingRule{"ReduceProd", false, reduce_prod},
};

}  // namespace

std::span<const FoldingRule> arithmetic_rules() {
  return kRules;
}

}  // namespace qs
