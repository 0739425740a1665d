// One differentiable operation of a tape.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/tensor/shape.h"

namespace qs {

/// A variable of a tape: images, a parameter, or what an operation computes.
using VariableId = Id<struct VariableTag>;

enum class Mode : std::uint8_t {
  training,    ///< statistics of the batch; moving averages are updated
  evaluation,  ///< long-term averages; nothing but the results changes
};

/// Which pass over the network is being made.
struct TrainingStep {
  Mode mode = Mode::training;
  std::int64_t number = 0;  ///< of the step, from 0 over all epochs
  double epoch = 0;         ///< epochs finished, with the share of the current one
  std::uint64_t seed = 1;   ///< of stochastic rounding
  std::stop_token stop{};   ///< looked at between operations
};

/// Where a variable lies. Images [N,C,H,W] are stored with their channels last, [N,H,W,C]; all else is row-major.
struct Buffer {
  Shape shape;  ///< logical
  std::int64_t elements = 0;
  float* value = nullptr;
  float* gradient = nullptr;  ///< of the loss with respect to the value; null where nobody asks for it
};

/// What an operation reads and writes in one pass.
struct Buffers {
  std::vector<Buffer> in;
  std::vector<Buffer> out;
  std::byte* scratch = nullptr;  ///< `Operation::scratch_bytes`, for the duration of a call
};

/// Forward makes values of outputs from those of inputs; backward makes gradients of inputs from those of outputs.
class Operation {
 public:
  Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  virtual ~Operation() = default;

  virtual void forward(const Buffers& buffers, const TrainingStep& step) = 0;
  /// Overwrites the gradient of every input that has one; the tape adds up those of several readers.
  virtual void backward(const Buffers& buffers, const TrainingStep& step) = 0;

  /// Which values backward reads: others may be gone by then.
  [[nodiscard]] virtual bool backward_reads_input(std::size_t /*index*/) const { return true; }
  [[nodiscard]] virtual bool backward_reads_outputs() const { return false; }
  /// Whether the first output may take the memory of the first input, and that input's gradient the memory of the
  /// output's: then a step touches less memory. The tape does so where nothing else needs what is overwritten.
  [[nodiscard]] virtual bool forward_in_place() const { return false; }
  [[nodiscard]] virtual bool backward_in_place() const { return false; }
  [[nodiscard]] virtual std::size_t scratch_bytes() const { return 0; }
  /// The library's kernels behind it, for those who ask why a step takes so long; empty for plain loops.
  [[nodiscard]] virtual std::string kernel() const { return {}; }
};

}  // namespace qs
