#include "core/train/trainable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/engine/executable.h"
#include "core/graph/operator.h"
#include "core/graph/passes/passes.h"
#include "core/quant/trained_encodings.h"
#include "core/train/gradient_norm.h"

namespace qs {

namespace {

Graph prepared(const TrainingTask& task) {
  if (!task.recipe.quantization) {
    return run_passes(task.graph, std::vector<const Pass*>{&pass("plain_gemm")}).graph;
  }
  return prepare_for_training(task.graph, task.recipe.quantization->scheme.scheme);
}

void check_shapes(const TrainingTask& task, const Graph& graph) {
  check_trainable(graph);
  Shape image = graph.value(graph.inputs[0]).shape;
  image[0] = 1;
  Shape given = task.source.image;
  if (given.rank() == 3) given = Shape{1, given[0], given[1], given[2]};
  if (image != given) {
    throw Error(ErrorCode::bad_input, fmt::format("the network takes images of {}, the training images are {}",
                                                  to_string(image), to_string(given)));
  }
  const Shape& output = graph.value(graph.outputs[0]).shape;
  if (output.rank() != 2 || output[1] < task.source.classes) {
    throw Error(ErrorCode::bad_input, fmt::format("the network's output is {}, the training images show {} classes",
                                                  to_string(output), task.source.classes));
  }
  if (task.source.images < task.source.batch) {
    throw Error(ErrorCode::bad_input, fmt::format("{} training images do not fill one batch of {}: a smaller \"batch\" "
                                                  "in the recipe, or more images",
                                                  task.source.images, task.source.batch));
  }
}

}  // namespace

Trainable::Trainable(const TrainingTask& task)
    : task_(task),
      graph_(prepared(task)),
      tape_(task.recipe.compute),
      targets_(std::make_shared<Targets>()),
      optimiser_(optimiser(task.recipe.optimiser.id)) {
  const Recipe& recipe = task.recipe;
  check_shapes(task, graph_);
  const Graph batched = with_batch(graph_, task.source.batch);
  const auto momentum = static_cast<float>(recipe.batch_norm_momentum);
  if (recipe.quantization) {
    QS_ASSERT(task.start.has_value());
    QuantizedGraph start = *task.start;
    start.graph = with_batch(start.graph, task.source.batch);
    QuantizedTraining built = add_quantized_network(tape_, batched, start, *recipe.quantization, momentum);
    network_ = built.network;
    quantizers_ = std::move(built.quantizers);
  } else {
    network_ = add_network(tape_, batched, momentum);
  }
  const bool distills = recipe.distillation.weight > 0;
  if (distills) {
    QS_ASSERT(task.teacher.has_value());
    teacher_ = backend("float").compile(*task.teacher, {.batch = task.source.batch, .threads = 0, .taps = {}});
  }
  tape_.compile(add_loss(tape_, network_.output, targets_,
                         {.label_smoothing = static_cast<float>(recipe.label_smoothing),
                          .distillation = static_cast<float>(recipe.distillation.weight),
                          .temperature = static_cast<float>(recipe.distillation.temperature)}));
  for (const Parameter& parameter : tape_.parameters()) {
    memory_.emplace_back();
    for (int s = 0; s < optimiser_.state_per_weight; ++s) {
      memory_.back().emplace_back(DType::f32, parameter.value.shape());
    }
    if (recipe.ema_decay > 0) {
      average_.push_back(Tensor::from<float>(parameter.value.shape(), parameter.value.values<float>()));
    }
  }
}

void Trainable::set_targets(const TrainingBatch& batch) {
  targets_->labels = batch.labels;
  if (teacher_) targets_->teacher = teacher_->run(std::vector<Tensor>{batch.images}).outputs[0];
}

Trainable::StepResult Trainable::step(const TrainingBatch& batch, const TrainingStep& step, double learning_rate) {
  std::vector<Tensor> averages;  // all that changes before the weights do
  for (const auto& state : tape_.states()) {
    averages.push_back(Tensor::from<float>(state->value.shape(), state->value.values<float>()));
  }
  try {
    const StepResult result = forward_and_backward(batch, step);
    if (std::isfinite(result.loss)) update(step, learning_rate);
    return result;
  } catch (const Error&) {
    for (std::size_t s = 0; s < averages.size(); ++s) {
      std::ranges::copy(averages[s].values<float>(), tape_.states()[s]->value.mutable_values<float>().begin());
    }
    throw;
  }
}

Trainable::StepResult Trainable::forward_and_backward(const TrainingBatch& batch, const TrainingStep& step) {
  tape_.set_input(network_.images, batch.images);
  set_targets(batch);
  tape_.forward(step);
  StepResult result{tape_.loss(), 0};
  if (!std::isfinite(result.loss)) return result;
  const Tensor logits = tape_.value(network_.output);
  const auto values = logits.values<float>();
  const std::size_t classes = values.size() / batch.labels.size();
  for (std::size_t n = 0; n < batch.labels.size(); ++n) {
    const auto row = values.subspan(n * classes, classes);
    result.right += std::max_element(row.begin(), row.end()) - row.begin() == batch.labels[n] ? 1 : 0;
  }
  tape_.backward(step);
  return result;
}

void Trainable::update(const TrainingStep& step, double learning_rate) {
  std::vector<Parameter>& parameters = tape_.parameters();
  const Recipe& recipe = task_.recipe;
  if (recipe.gradient_clip > 0) {
    std::vector<std::span<float>> gradients;
    for (Parameter& parameter : parameters) gradients.push_back(parameter.gradient.mutable_values<float>());
    clip_by_global_norm(gradients, recipe.gradient_clip);
  }
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    Parameter& parameter = parameters[p];
    const bool decays = parameter.kind == ParameterKind::weights ||
                        (recipe.decay_biases_and_batch_norm && parameter.kind != ParameterKind::scale);
    OptimiserStep update{.weights = parameter.value.mutable_values<float>(),
                         .gradient = parameter.gradient.values<float>(),
                         .state = {},
                         .number = step.number + 1,
                         .learning_rate = learning_rate,
                         .weight_decay = decays ? recipe.weight_decay : 0};
    for (std::size_t s = 0; s < memory_[p].size(); ++s) update.state[s] = memory_[p][s].mutable_values<float>();
    optimiser_.update(update, recipe.optimiser.settings);
    if (has_average()) {
      update_average(average_[p].mutable_values<float>(), parameter.value.values<float>(),
                     average_decay(recipe.ema_decay, step.number + 1));
    }
  }
}

Graph Trainable::graph(bool average) {
  std::vector<Parameter>& parameters = tape_.parameters();
  const auto exchange = [&] {
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      const auto values = parameters[p].value.mutable_values<float>();
      const auto averages = average_[p].mutable_values<float>();
      std::swap_ranges(values.begin(), values.end(), averages.begin());
    }
  };
  if (average) exchange();
  Graph result = with_trained(graph_, tape_);
  if (task_.recipe.quantization) attach(quantizers_.encodings(tape_), result);
  if (average) exchange();
  return result;
}

Tensor Trainable::logits(const Tensor& images) {
  tape_.set_input(network_.images, images);
  targets_->labels.assign(static_cast<std::size_t>(task_.source.batch), 0);
  if (teacher_) targets_->teacher = Tensor(DType::f32, tape_.shape(network_.output));
  tape_.forward({.mode = Mode::evaluation});
  return tape_.value(network_.output);
}

template <class Visit>
void Trainable::each_tensor(const Visit& visit) {
  std::vector<Parameter>& parameters = tape_.parameters();
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    visit("parameter " + parameters[p].name, parameters[p].value);
    for (std::size_t s = 0; s < memory_[p].size(); ++s) {
      visit(fmt::format("optimiser {} {}", s, parameters[p].name), memory_[p][s]);
    }
    if (has_average()) visit("average " + parameters[p].name, average_[p]);
  }
  for (const auto& state : tape_.states()) visit("state " + state->name, state->value);
}

std::vector<NamedTensor> Trainable::tensors() {
  std::vector<NamedTensor> result;
  each_tensor([&](const std::string& name, const Tensor& tensor) {
    result.push_back({name, Tensor::from<float>(tensor.shape(), tensor.values<float>())});
  });
  return result;
}

void Trainable::restore(const Checkpoint& checkpoint) {
  each_tensor([&](const std::string& name, Tensor& tensor) {
    const Tensor* saved = find_tensor(checkpoint, name);
    if (saved == nullptr || saved->shape() != tensor.shape() || saved->dtype() != DType::f32) {
      throw Error(ErrorCode::bad_input,
                  fmt::format("the checkpoint has no \"{}\" of {}: it belongs to another network or another version of "
                              "the program",
                              name, to_string(tensor.shape())));
    }
    std::copy_n(saved->values<float>().data(), tensor.elements(), tensor.mutable_values<float>().data());
  });
}

}  // namespace qs
