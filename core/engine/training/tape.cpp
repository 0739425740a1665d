#include "core/engine/training/tape.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>

#include "core/engine/training/channels_last.h"
#include "core/engine/training/tape_contents.h"

namespace qs {

namespace {

Tensor copy_of(const Tensor& tensor) {
  return Tensor::from<float>(tensor.shape(), tensor.values<float>());
}

void look_at(const std::stop_token& stop) {
  if (stop.stop_requested()) throw Error(ErrorCode::stopped, "stopped by the user");
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

Tape::Tape(Compute compute) : contents_(std::make_unique<Contents>()) {
  if (compute == Compute::bf16 && !has_bf16()) {
    throw Error(ErrorCode::bad_input, "this CPU has no bf16 arithmetic: set \"compute\" to \"f32\"");
  }
  contents_->compute = compute;
}

Tape::~Tape() = default;

VariableId Tape::input(Shape shape) {
  TapeVariable variable;
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
  TapeVariable variable;
  variable.shape = value.shape();
  variable.elements = value.elements();
  variable.has_gradient = true;
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
  TapeRecord record{std::move(name), std::move(operation), std::move(inputs), {}, false, {}, {}, {}};
  for (VariableId id : record.inputs) record.has_gradient = record.has_gradient || contents_->at(id).has_gradient;
  for (const Shape& shape : outputs) {
    TapeVariable variable;
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
  contents_->loss = loss;
  contents_->at(loss).kept = true;
  lay_out(*contents_);
}

void Tape::set_input(VariableId id, const Tensor& images) {
  TapeVariable& variable = contents_->at(id);
  if (images.dtype() != DType::f32 || images.shape() != variable.shape) {
    throw Error(ErrorCode::bad_input,
                fmt::format("the training batch is {} {}, the network takes f32 {}", name_of(images.dtype()),
                            to_string(images.shape()), to_string(variable.shape)));
  }
  to_channels_last(images, variable.value);
}

void Tape::forward(const TrainingStep& step) {
  for (TapeRecord& record : contents_->records) {
    look_at(step.stop);
    if (!record.idle(step)) record.operation->forward(record.buffers, step);
  }
}

void Tape::backward(const TrainingStep& step) {
  contents_->start_backward();
  for (std::size_t r = contents_->records.size(); r-- > 0;) {
    look_at(step.stop);
    contents_->backward(contents_->records[r], step);
  }
}

Tensor Tape::value(VariableId id) const {
  const TapeVariable& variable = contents_->at(id);
  QS_ASSERT(variable.kept || variable.origin < 0);
  return from_channels_last(variable.value, variable.shape);
}

double Tape::loss() const {
  return static_cast<double>(*contents_->at(contents_->loss).value);
}

std::vector<OperationTime> Tape::profile(const TrainingStep& step, int repeats) {
  std::vector<OperationTime> times;
  for (TapeRecord& record : contents_->records) {
    const double seconds = least_seconds(repeats, [&] { record.operation->forward(record.buffers, step); });
    times.push_back({record.name, record.operation->kernel(), seconds, 0});
  }
  contents_->start_backward();
  for (std::size_t r = contents_->records.size(); r-- > 0;) {
    times[r].backward_seconds = least_seconds(repeats, [&] { contents_->backward(contents_->records[r], step); });
  }
  return times;
}

}  // namespace qs
