#include <type_traits>

#include "core/engine/reference/kernels.h"
#include "core/engine/reference/reference.h"
#include "core/graph/operator.h"

namespace qs {

namespace {

template <class T, class... Kinds>
inline constexpr bool is_one_of = (std::is_same_v<T, Kinds> || ...);

/// Operators that take other element types than f32 too (and check them themselves).
template <class T>
inline constexpr bool takes_integers = is_one_of<T, Add, Sub, Mul, Div, Sum, Concat, Split, Slice, Transpose, Reshape,
                                                 Flatten, Squeeze, Unsqueeze, Pad, Identity, Cast>;

void require_f32(const Op& op, std::span<const Tensor> inputs) {
  for (const Tensor& input : inputs) {
    if (input.dtype() != DType::f32) bad_input("{} takes f32, not {}", name_of(op), name_of(input.dtype()));
  }
}

}  // namespace

std::vector<Tensor> reference_op(const Op& op, std::span<const Tensor> inputs) {
  std::vector<Shape> input_shapes;
  for (const Tensor& input : inputs) input_shapes.push_back(input.shape());
  const std::vector<Shape> shapes = infer_shapes(op, input_shapes);
  return std::visit(
      [&]<class T>(const T& kind) -> std::vector<Tensor> {
        if constexpr (!takes_integers<T>) require_f32(op, inputs);
        if constexpr (std::is_same_v<T, Split>) {
          return reference::compute(kind, inputs, shapes);
        } else {
          return {reference::compute(kind, inputs, shapes[0])};
        }
      },
      op);
}

}  // namespace qs
