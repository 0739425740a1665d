// What a tape consists of; for its own files.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/training/tape.h"

namespace qs {

struct TapeVariable {
  Shape shape;
  std::int64_t elements = 0;
  bool has_gradient = false;
  bool kept = false;
  int origin = -1;  ///< the record that computes it; -1: it lies outside the arena
  std::optional<Tensor> own;
  float* value = nullptr;
  float* gradient = nullptr;
};

struct TapeRecord {
  std::string name;
  std::unique_ptr<Operation> operation;
  std::vector<VariableId> inputs;
  std::vector<VariableId> outputs;
  bool has_gradient = false;
  Buffers buffers;
  /// Inputs whose gradient another reader has written before: what this one writes is added to it.
  std::vector<std::size_t> added;
  std::function<bool(const TrainingStep&)> is_idle;

  [[nodiscard]] bool idle(const TrainingStep& step) const { return is_idle && is_idle(step); }
};

struct Tape::Contents {
  Compute compute = Compute::f32;
  std::vector<TapeVariable> variables;
  std::vector<TapeRecord> records;
  std::vector<Parameter> parameters;
  std::vector<std::unique_ptr<MovingState>> states;
  VariableId loss;
  std::vector<VariableId> unread;  ///< computed, but without influence on the loss: their gradient is zero
  std::optional<Tensor> arena;
  std::optional<Tensor> scratch;

  [[nodiscard]] TapeVariable& at(VariableId id) { return variables[id.at()]; }
  /// The gradients that are known before any operation: 1 for the loss, 0 where nothing reads.
  void start_backward();
  /// The gradients of one operation's inputs, added up where another reader has written before.
  void backward(TapeRecord& record, const TrainingStep& step);
  [[nodiscard]] int backward_of(int record) const { return 2 * static_cast<int>(records.size()) - 1 - record; }
};

/// Gives every value, gradient and scratch of the tape its place in one arena.
void lay_out(Tape::Contents& tape);

}  // namespace qs
