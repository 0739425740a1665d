// Computes at import what depends on constants and shapes alone: the shape arithmetic that exporters write out
// (Shape, Gather, Concat, ... into the target of a Reshape) and weights that are transposed or scaled on their way.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/graph/operator.h"
#include "core/model/onnx_model.h"

namespace qs {

/// Bounds what folding may make: a file of a hundred bytes can ask for terabytes (ConstantOfShape, Expand).
class FoldingBudget {
 public:
  static constexpr std::int64_t kDefaultBytes = std::int64_t{1} << 30;

  explicit FoldingBudget(std::int64_t bytes = kDefaultBytes) : left_(bytes) {}

  /// A new tensor, paid from the budget; throws `Error` (bad_input) when it is exhausted.
  [[nodiscard]] Tensor allocate(DType dtype, const Shape& shape);

  /// Pays for reading `bytes` when the result is smaller than what is read.
  void spend(std::int64_t bytes);

 private:
  std::int64_t left_;
};

/// How nodes of one operator are computed at import.
struct FoldingRule {
  std::string_view type;   ///< ONNX op_type
  bool needs_shapes_only;  ///< Shape and Size: the elements of the input do not matter
  /// The outputs. Throws `Error` (bad_input) on what the operator does not allow, on overflow and on division by zero.
  std::vector<Tensor> (*fold)(const NodeSpec&, FoldingBudget&);
};

/// The rule of an operator, or null.
[[nodiscard]] const FoldingRule* find_folding_rule(std::string_view type);

/// Whether a node is computed at import when just the values in `constants` are known. Does not depend on shapes.
[[nodiscard]] bool folds(const OnnxNode& node, const NameSet& constants);

// The parts of the table, by the file that holds them.
[[nodiscard]] std::span<const FoldingRule> shape_rules();
[[nodiscard]] std::span<const FoldingRule> arithmetic_rules();

/// Element `i` of the result, for all i in row-major order of `shape`, is `source`'s element at
/// `offset` + sum of index[axis] * strides[axis]. Moves elements of any type; the caller has checked the bounds.
[[nodiscard]] Tensor gather_strided(const Tensor& source, const Shape& shape, std::span<const std::int64_t> strides,
                                    std::int64_t offset, FoldingBudget& budget);

/// `source` repeated to `shape`; throws `Error` (bad_input) when it does not broadcast to it.
[[nodiscard]] Tensor broadcast_to(const Tensor& source, const Shape& shape, FoldingBudget& budget);

/// The elements of an integer or boolean tensor. Throws `Error` (bad_input) naming `what` when it is of another type.
[[nodiscard]] std::vector<std::int64_t> integers_of(const Tensor& tensor, std::string_view what);

/// A rank-1 s64 tensor.
[[nodiscard]] Tensor integers_tensor(std::span<const std::int64_t> values);

/// The constant at input `index`. Throws `Error` (bad_input) when it is missing.
[[nodiscard]] const Tensor& constant_input(const NodeSpec& node, std::size_t index);

/// The shape of input `index`. Throws `Error` (bad_input) when it is missing.
[[nodiscard]] const Shape& input_shape(const NodeSpec& node, std::size_t index);

}  // namespace qs
