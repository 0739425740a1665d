#include "core/engine/training/tape.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>

#include "core/base/parallel.h"
#include "core/engine/program/memory_plan.h"
#include "core/engine/training/channels_last.h"
#include "core/engine/wide.h"

namespace qs {

namespace {

Tensor copy_of(const Tensor& tensor) {
  return Tensor::from<float>(tensor.shape(), tensor.values<float>());
}

struct Variable {
  Shape shape;
  std::int64_t elements = 0;
  bool has_gradient = false;
  bool kept = false;
  int origin = -1;     ///< the record that computes it; -1: it lies outside the arena
  int parameter = -1;  ///< index, where it is one
  std::optional<Tensor> own;
  float* value = nullptr;
  float* gradient = nullptr;
};

struct Record {
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

void add_to(float* sum, const float* term, std::int64_t count) {
  constexpr std::int64_t kBlock = 1 << 14;
  parallel_for((count + kBlock - 1) / kBlock, [&](std::int64_t block) {
    const std::int64_t first = block * kBlock;
    const std::int64_t last = std::min(first + kBlock, count);
    on_wide_vectors([=] {
      for (std::int64_t i = first; i < last; ++i) sum[i] += term[i];
    });
  });
}

double least_seconds(int repeats, const auto& body) {
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    body();
    least = std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return least;
}

}  // namespace

struct Tape::Contents {
  Compute compute = Compute::f32;
  std::vector<Variable> variables;
  std::vector<Record> records;
  std::vector<Parameter> parameters;
  std::vector<std::unique_ptr<MovingState>> states;
  VariableId loss;
  std::vector<VariableId> unread;  ///< computed, but without influence on the loss: their gradient is zero
  std::optional<Tensor> arena;
  std::optional<Tensor> scratch;

  [[nodiscard]] Variable& at(VariableId id) { return variables[id.at()]; }
  /// The gradients of one operation's inputs, added up where another reader has written before.
  void backward(Record& record, const TrainingStep& step) {
    if (!record.has_gradient) return;
    const bool idle = record.idle(step);
    if (!idle) record.operation->backward(record.buffers, step);
    for (std::size_t i = 0; i < record.inputs.size(); ++i) {
      const Buffer& buffer = record.buffers.in[i];
      const bool is_added = std::find(record.added.begin(), record.added.end(), i) != record.added.end();
      if (buffer.gradient == nullptr) continue;
      if (is_added && !idle) add_to(at(record.inputs[i]).gradient, buffer.gradient, buffer.elements);
      if (!is_added && idle) std::fill_n(buffer.gradient, buffer.elements, 0.0F);
    }
  }
  [[nodiscard]] int backward_of(int record) const { return 2 * static_cast<int>(records.size()) - 1 - record; }
};

namespace {

/// Collects the lifetimes of all buffers, then tells each where it lies. Action i is the forward of record i, action
/// 2n-1-i its backward.
class Layout {
 public:
  /// The pointer at `where` is set by `apply`.
  void want(float** where, std::int64_t elements, int first, int last) {
    lifetimes_.push_back({static_cast<std::size_t>(elements) * sizeof(float), first, last});
    places_.push_back(where);
  }

  [[nodiscard]] Tensor apply() const {
    const MemoryPlan plan = plan_memory(lifetimes_);
    Tensor arena(DType::f32, {static_cast<std::int64_t>(plan.bytes / sizeof(float)) + 1});
    auto* base = static_cast<std::byte*>(arena.mutable_data());
    for (std::size_t i = 0; i < places_.size(); ++i) {
      *places_[i] = reinterpret_cast<float*>(base + plan.offsets[i]);
    }
    return arena;
  }

 private:
  std::vector<Lifetime> lifetimes_;
  std::vector<float**> places_;
};

}  // namespace

Tape::Tape(Compute compute) : contents_(std::make_unique<Contents>()) {
  if (compute == Compute::bf16 && !has_bf16()) {
    throw Error(ErrorCode::bad_input, "this CPU has no bf16 arithmetic: set \"compute\" to \"f32\"");
  }
  contents_->compute = compute;
}

Tape::~Tape() = default;

VariableId Tape::input(Shape shape) {
  Variable variable;
  variable.elements = shape.elements();
  variable.shape = std::move(shape);
  variable.own = Tensor(DType::f32, variable.shape);
  variable.value = variable.own->mutable_values<float>().data();
  contents_->variables.push_back(std::move(variable));
  return {static_cast<std::int32_t>(contents_->variables.size()) - 1};
}

VariableId Tape::constant(const Tensor& value) {
  const VariableId id = input(value.shape());
  std::copy_n(value.values<float>().data(), value.elements(), contents_->at(id).value);
  return id;
}

VariableId Tape::parameter(std::string name, ParameterKind kind, const Tensor& value) {
  Parameter parameter{std::move(name), kind, copy_of(value), Tensor(DType::f32, value.shape())};
  Variable variable;
  variable.shape = value.shape();
  variable.elements = value.elements();
  variable.has_gradient = true;
  variable.parameter = static_cast<int>(contents_->parameters.size());
  variable.value = parameter.value.mutable_values<float>().data();
  variable.gradient = parameter.gradient.mutable_values<float>().data();
  contents_->parameters.push_back(std::move(parameter));
  contents_->variables.push_back(std::move(variable));
  return {static_cast<std::int32_t>(contents_->variables.size()) - 1};
}

MovingState* Tape::state(std::string name, const Tensor& value) {
  contents_->states.push_back(std::make_unique<MovingState>(MovingState{std::move(name), copy_of(value)}));
  return contents_->states.back().get();
}

std::vector<VariableId> Tape::add(std::string name, std::unique_ptr<Operation> operation,
                                  std::vector<VariableId> inputs, const std::vector<Shape>& outputs) {
  Record record{std::move(name), std::move(operation), std::move(inputs), {}, false, {}, {}, {}};
  for (VariableId id : record.inputs) record.has_gradient = record.has_gradient || contents_->at(id).has_gradient;
  for (const Shape& shape : outputs) {
    Variable variable;
    variable.shape = shape;
    variable.elements = shape.elements();
    variable.has_gradient = record.has_gradient;
    variable.origin = static_cast<int>(contents_->records.size());
    record.outputs.push_back({static_cast<std::int32_t>(contents_->variables.size())});
    contents_->variables.push_back(std::move(variable));
  }
  contents_->records.push_back(std::move(record));
  return contents_->records.back().outputs;
}

VariableId Tape::add_one(std::string name, std::unique_ptr<Operation> operation, std::vector<VariableId> inputs,
                         Shape output) {
  return add(std::move(name), std::move(operation), std::move(inputs), {std::move(output)})[0];
}

void Tape::idle_when(VariableId result, std::function<bool(const TrainingStep&)> is_idle) {
  contents_->records.at(static_cast<std::size_t>(contents_->at(result).origin)).is_idle = std::move(is_idle);
}

void Tape::keep(VariableId id) {
  contents_->at(id).kept = true;
}
const Shape& Tape::shape(VariableId id) const {
  return contents_->at(id).shape;
}
bool Tape::has_gradient(VariableId id) const {
  return contents_->at(id).has_gradient;
}
Compute Tape::compute() const {
  return contents_->compute;
}
std::vector<Parameter>& Tape::parameters() {
  return contents_->parameters;
}
std::vector<std::unique_ptr<MovingState>>& Tape::states() {
  return contents_->states;
}
std::size_t Tape::arena_bytes() const {
  return contents_->arena ? contents_->arena->bytes() : 0;
}

void Tape::compile(VariableId loss) {
  Contents& tape = *contents_;
  QS_ASSERT(tape.at(loss).elements == 1 && tape.at(loss).origin >= 0);
  tape.loss = loss;
  tape.at(loss).kept = true;
  const int records = static_cast<int>(tape.records.size());
  const int end = 2 * records;
  std::vector<int> last_use(tape.variables.size(), -1);
  std::vector<int> first_gradient(tape.variables.size(), end);
  for (int r = 0; r < records; ++r) {
    const Record& record = tape.records[static_cast<std::size_t>(r)];
    for (std::size_t i = 0; i < record.inputs.size(); ++i) {
      const std::size_t v = record.inputs[i].at();
      const bool again = record.has_gradient && record.operation->backward_reads_input(i);
      last_use[v] = std::max(last_use[v], again ? tape.backward_of(r) : r);
      if (record.has_gradient) first_gradient[v] = std::min(first_gradient[v], tape.backward_of(r));
    }
    for (VariableId id : record.outputs) {
      const bool again = record.has_gradient && record.operation->backward_reads_outputs();
      last_use[id.at()] = std::max(last_use[id.at()], again ? tape.backward_of(r) : r);
    }
  }

  Layout layout;
  for (std::size_t v = 0; v < tape.variables.size(); ++v) {
    Variable& variable = tape.variables[v];
    if (variable.origin < 0) continue;
    layout.want(&variable.value, variable.elements, variable.origin, variable.kept ? end : last_use[v]);
    if (!variable.has_gradient) continue;
    const bool is_read = first_gradient[v] != end;
    if (!is_read) tape.unread.push_back({static_cast<std::int32_t>(v)});
    layout.want(&variable.gradient, variable.elements, is_read ? first_gradient[v] : records,
                tape.backward_of(variable.origin));
  }
  std::vector<bool> written(tape.variables.size(), false);
  std::size_t scratch_bytes = 0;
  for (Record& record : tape.records) {
    record.buffers.in.resize(record.inputs.size());
    record.buffers.out.resize(record.outputs.size());
  }
  for (int r = records; r-- > 0;) {
    Record& record = tape.records[static_cast<std::size_t>(r)];
    scratch_bytes = std::max(scratch_bytes, record.operation->scratch_bytes());
    if (!record.has_gradient) continue;
    for (std::size_t i = 0; i < record.inputs.size(); ++i) {
      Variable& variable = tape.at(record.inputs[i]);
      if (!variable.has_gradient) continue;
      if (written[record.inputs[i].at()]) {
        record.added.push_back(i);
        layout.want(&record.buffers.in[i].gradient, variable.elements, tape.backward_of(r), tape.backward_of(r));
      }
      written[record.inputs[i].at()] = true;
    }
  }
  tape.arena = layout.apply();
  tape.scratch = Tensor(DType::u8, {static_cast<std::int64_t>(scratch_bytes)});

  for (Record& record : tape.records) {
    const auto fill = [&](Buffer& buffer, VariableId id) {
      const Variable& variable = tape.at(id);
      buffer.shape = variable.shape;
      buffer.elements = variable.elements;
      buffer.value = variable.value;
      if (buffer.gradient == nullptr) buffer.gradient = variable.gradient;
    };
    for (std::size_t i = 0; i < record.inputs.size(); ++i) fill(record.buffers.in[i], record.inputs[i]);
    for (std::size_t i = 0; i < record.outputs.size(); ++i) fill(record.buffers.out[i], record.outputs[i]);
    record.buffers.scratch = static_cast<std::byte*>(tape.scratch->mutable_data());
  }
}

void Tape::set_input(VariableId id, const Tensor& images) {
  Variable& variable = contents_->at(id);
  if (images.dtype() != DType::f32 || images.shape() != variable.shape) {
    throw Error(ErrorCode::bad_input,
                fmt::format("the training batch is {} {}, the network takes f32 {}", name_of(images.dtype()),
                            to_string(images.shape()), to_string(variable.shape)));
  }
  to_channels_last(images, variable.value);
}

void Tape::forward(const TrainingStep& step) {
  for (Record& record : contents_->records) {
    if (!record.idle(step)) record.operation->forward(record.buffers, step);
  }
}

void Tape::backward(const TrainingStep& step) {
  Contents& tape = *contents_;
  for (VariableId id : tape.unread) std::fill_n(tape.at(id).gradient, tape.at(id).elements, 0.0F);
  *tape.at(tape.loss).gradient = 1;
  for (std::size_t r = tape.records.size(); r-- > 0;) tape.backward(tape.records[r], step);
}

Tensor Tape::value(VariableId id) const {
  const Variable& variable = contents_->at(id);
  QS_ASSERT(variable.kept || variable.origin < 0);
  return from_channels_last(variable.value, variable.shape);
}

double Tape::loss() const {
  return static_cast<double>(*contents_->at(contents_->loss).value);
}

std::vector<OperationTime> Tape::profile(const TrainingStep& step, int repeats) {
  std::vector<OperationTime> times;
  for (Record& record : contents_->records) {
    const double seconds = least_seconds(repeats, [&] { record.operation->forward(record.buffers, step); });
    times.push_back({record.name, record.operation->kernel(), seconds, 0});
  }
  for (VariableId id : contents_->unread) std::fill_n(contents_->at(id).gradient, contents_->at(id).elements, 0.0F);
  *contents_->at(contents_->loss).gradient = 1;
  for (std::size_t r = contents_->records.size(); r-- > 0;) {
    times[r].backward_seconds = least_seconds(repeats, [&] { contents_->backward(contents_->records[r], step); });
  }
  return times;
}

}  // namespace qs
