// A network as a list of differentiable operations: reverse-mode differentiation at a fixed batch size.
//
// A tape is built once, operation by operation, then compiled: every value and gradient gets its place in one arena,
// shared by what is never needed at the same time. After that a training step is `forward`, `backward`, and an
// optimiser over `parameters()`.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/engine/training/compute.h"
#include "core/engine/training/operation.h"
#include "core/tensor/tensor.h"

namespace qs {

/// What training changes by gradients.
enum class ParameterKind : std::uint8_t {
  weights,
  bias,
  batch_norm,  ///< scale or shift of a batch normalization
  scale,       ///< of a quantizer, where it is learned
};

struct Parameter {
  std::string name;
  ParameterKind kind = ParameterKind::weights;
  Tensor value;     ///< f32, the master copy whatever type the network computes in
  Tensor gradient;  ///< of the latest `backward`
};

/// What training changes otherwise: moving averages. Operations hold a pointer to the tensor they update.
struct MovingState {
  std::string name;
  Tensor value;
};

struct OperationTime {
  std::string name;
  std::string kernel;
  double forward_seconds = 0;
  double backward_seconds = 0;
};

class Tape {
 public:
  /// Throws `Error` (bad_input) for bf16 on a CPU that has none.
  explicit Tape(Compute compute = Compute::f32);
  ~Tape();
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  // ---- building ----
  [[nodiscard]] VariableId input(Shape shape);
  /// `value` is copied.
  [[nodiscard]] VariableId parameter(std::string name, ParameterKind kind, const Tensor& value);
  /// A variable that no gradient changes and no moving average either.
  [[nodiscard]] VariableId constant(const Tensor& value);
  /// The pointer stays good as long as the tape.
  [[nodiscard]] MovingState* state(std::string name, const Tensor& value);
  /// Adds an operation and returns its outputs, one per shape.
  std::vector<VariableId> add(std::string name, std::unique_ptr<Operation> operation, std::vector<VariableId> inputs,
                              const std::vector<Shape>& outputs);
  /// The same for one output.
  VariableId add_one(std::string name, std::unique_ptr<Operation> operation, std::vector<VariableId> inputs,
                     Shape output);
  /// The value can be read after each `forward`.
  void keep(VariableId id);
  /// The operation that computes `result` is left out of the steps for which `is_idle` says so: its results stay as
  /// they are, and no gradient passes through it. Whoever reads them must not look in such a step.
  void idle_when(VariableId result, std::function<bool(const TrainingStep&)> is_idle);

  [[nodiscard]] const Shape& shape(VariableId id) const;
  [[nodiscard]] bool has_gradient(VariableId id) const;  ///< whether it depends on a parameter
  [[nodiscard]] Compute compute() const;

  /// Lays out the memory. `loss` has one element; its gradient is 1.
  void compile(VariableId loss);

  // ---- running ----
  /// `images` in logical order [N,C,H,W], of the input's shape. Throws `Error` (bad_input) when it is not.
  void set_input(VariableId id, const Tensor& images);
  /// Both throw `Error` (stopped) between two operations once `step.stop` asks for it.
  void forward(const TrainingStep& step);
  void backward(const TrainingStep& step);
  /// A kept value, in logical order.
  [[nodiscard]] Tensor value(VariableId id) const;
  [[nodiscard]] double loss() const;

  [[nodiscard]] std::vector<Parameter>& parameters();
  [[nodiscard]] std::vector<std::unique_ptr<MovingState>>& states();

  /// One step, measured operation by operation: the least of `repeats` runs in a row each. With many repeats an
  /// operation finds its data in the cache, as if it stood alone. Moving averages move each time.
  [[nodiscard]] std::vector<OperationTime> profile(const TrainingStep& step, int repeats = 1);
  [[nodiscard]] std::size_t arena_bytes() const;

  struct Contents;

 private:
  std::unique_ptr<Contents> contents_;
};

}  // namespace qs
