// The operator table: one row per operator of the model file. A row drives import, shape rule and the answer to
// "can it be quantized?". Adding an operator is a struct in op.h, a row in a file of ops/ and a line in operators.cpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/attributes.h"
#include "core/graph/graph.h"
#include "core/graph/op.h"

namespace qs {

/// What is known about one input of a node while it is imported.
struct InputInfo {
  bool present = true;  ///< false for an optional input that was left out
  Shape shape;
  DType dtype = DType::f32;
  const Tensor* constant = nullptr;  ///< its elements, when known at import
};

/// A node as found in a model file.
struct NodeSpec {
  const Attributes& attributes;
  int opset = 13;
  std::span<const InputInfo> inputs;
  int output_count = 1;    ///< one more than the last output that anything reads; unread outputs (masks) do not count
  std::int64_t batch = 1;  ///< extent 0 of the network's inputs, as the file's shapes are written for
  int listed_outputs = 0;  ///< outputs the file gives the node, read or not; 0: as many as `output_count`
};

/// A parsed node: `data_inputs` lists which of the file's inputs stay inputs of the graph node, in order;
/// the others (shapes, axes, bounds, ...) have gone into `op`.
struct ParsedNode {
  Op op;
  std::vector<int> data_inputs;
};

/// How an operator takes part in integer inference.
enum class Quantizable : std::uint8_t {
  weighted,  ///< has int8 weights and an s32 accumulator (Conv, Gemm)
  integer,   ///< computes on quantized activations, with rescaling where scales differ (Add, Concat, pooling)
  fused,     ///< becomes part of its producer (ReLU, Clip, BatchNorm)
  moves,     ///< moves elements about and keeps their encoding (Reshape, Transpose)
  no,        ///< runs in float; `why_not` says why
};

struct Operator {
  std::string_view name;  ///< ONNX op_type; persistent
  std::size_t kind;       ///< index of its alternative in `Op`; several rows may share one (Dropout is an Identity)
  /// Reads the file's form of the operator. Throws `Error` (bad_input) on missing or non-constant inputs, impossible
  /// attributes, or what is not supported, saying which. Whether the result fits the input shapes is for `infer` to
  /// say, which every importer calls next. Null for results of patterns (Swish), which no file holds.
  ParsedNode (*parse)(const NodeSpec&);
  /// The shape rule behind `infer_shapes`.
  std::vector<Shape> (*infer)(const Op&, std::span<const Shape> inputs);
  Quantizable quantizable;
  std::string_view why_not = {};  ///< for Quantizable::no
  int min_inputs = 1;
  int max_inputs = 1;
  /// File inputs that must be constants (weights, shapes, ...), by index; `parse` checks it.
  std::vector<int> constant_inputs = {};
  int since_opset = 1;  ///< the first opset that has it
  /// Multiply-accumulates from input and output shapes; null where there are none.
  std::int64_t (*multiply_accumulates)(const Op&, std::span<const Shape> inputs, const Shape& output) = nullptr;
};

/// All rows, in the order of the documentation.
[[nodiscard]] std::span<const Operator* const> operators();

/// The row that reads an ONNX op_type, or null.
[[nodiscard]] const Operator* find_operator(std::string_view name);

/// The name of an op's kind as shown to people, e.g. "Conv".
[[nodiscard]] std::string_view name_of(const Op& op);

/// The row of an op in a graph. Pattern results (Swish) that are no ONNX operator have rows too.
[[nodiscard]] const Operator& operator_of(const Op& op);

/// No tensor may have a higher rank or more elements than this.
inline constexpr int kMaxRank = 8;
inline constexpr std::int64_t kMaxElements = std::int64_t{1} << 40;

/// Output shapes of an op from its input shapes. Throws `Error` (bad_input) when they do not fit one another or the op,
/// or when an input or output would exceed the limits above. `inputs` are the node's inputs (constants included).
[[nodiscard]] std::vector<Shape> infer_shapes(const Op& op, std::span<const Shape> inputs);

/// Recomputes the shapes of all values from the graph inputs; errors name the node.
void infer_shapes(Graph& graph);

/// The same network written for another batch size. Throws `Error` (bad_input) with `fixed_batch_reason` when it is
/// bound to one.
[[nodiscard]] Graph with_batch(const Graph& graph, std::int64_t batch);

/// Multiply-accumulates of one node at the graph's batch size; 0 for operators that have none.
[[nodiscard]] std::int64_t multiply_accumulates(const Graph& graph, const Node& node);

}  // namespace qs
