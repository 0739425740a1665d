#include "core/engine/program/program_executable.h"

#include <algorithm>
#include <chrono>
#include <unordered_map>

#include "core/base/parallel.h"
#include "core/engine/program/memory_plan.h"
#include "core/engine/run_inputs.h"

namespace qs {

namespace {

/// An action with its memory in place.
struct BoundAction {
  dnnl::primitive primitive;
  std::unordered_map<int, dnnl::memory> arguments;
  HostCode host;
  std::vector<dnnl::memory> host_arguments;
  int step = 0;
};

/// Memory that is an input of the caller: it gets its address at each run.
struct InputBinding {
  dnnl::memory memory;
  std::size_t input = 0;
};

class ProgramExecutable final : public Executable {
 public:
  ProgramExecutable(Graph graph, const Program& program, std::vector<Step> steps, const CompileOptions& options)
      : graph_(std::move(graph)),
        own_outputs_(graph_.outputs.size() - options.taps.size()),
        threads_(options.threads),
        steps_(std::move(steps)) {
    place_buffers(program);
    for (const Action& action : program.actions) bind(program, action);
    for (const Located& output : program.outputs) outputs_.push_back(memory_of(program, output.desc, output.buffer));
    keep_weights(program);
  }

  RunResult run(std::span<const Tensor> inputs, const Progress& progress) override {
    return run_actions(inputs, progress, [](const BoundAction&, double) {});
  }

  RunResult profile(std::span<const Tensor> inputs) override {
    for (Step& step : steps_) step.seconds = 0;
    return run_actions(inputs, {}, [&](const BoundAction& action, double seconds) {
      const auto step = static_cast<std::size_t>(action.step);
      if (step < steps_.size()) steps_[step].seconds += seconds;
    });
  }

  [[nodiscard]] const std::vector<Step>& steps() const override { return steps_; }
  [[nodiscard]] std::size_t activation_bytes() const override { return arena_.bytes(); }
  [[nodiscard]] std::size_t weight_bytes() const override { return weight_bytes_; }

 private:
  void place_buffers(const Program& program) {
    std::vector<Lifetime> lifetimes;
    std::vector<std::size_t> in_arena;
    for (std::size_t i = 0; i < program.buffers.size(); ++i) {
      const Buffer& buffer = program.buffers[i];
      if (buffer.fixed || buffer.input >= 0 || buffer.first < 0) continue;
      in_arena.push_back(i);
      lifetimes.push_back({buffer.bytes, buffer.first, buffer.last});
    }
    const MemoryPlan plan = plan_memory(lifetimes);
    arena_ = Tensor(DType::u8, Shape{static_cast<std::int64_t>(plan.bytes)});
    auto* base = static_cast<std::byte*>(arena_.mutable_data());
    addresses_.assign(program.buffers.size(), nullptr);
    for (std::size_t i = 0; i < in_arena.size(); ++i) addresses_[in_arena[i]] = base + plan.offsets[i];
  }

  dnnl::memory memory_of(const Program& program, const dnnl::memory::desc& desc, BufferId id) {
    const Buffer& buffer = program.buffers[id.at()];
    if (buffer.fixed) return {desc, onednn::engine(), buffer.fixed.get_data_handle()};
    dnnl::memory memory(desc, onednn::engine(), addresses_[id.at()]);
    if (buffer.input >= 0) input_bindings_.push_back({memory, static_cast<std::size_t>(buffer.input)});
    return memory;
  }

  void bind(const Program& program, const Action& action) {
    BoundAction bound{action.primitive, {}, action.host, {}, action.step};
    for (const Argument& argument : action.arguments) {
      const dnnl::memory memory = memory_of(program, argument.desc, argument.buffer);
      if (action.host) {
        bound.host_arguments.push_back(memory);
      } else {
        bound.arguments.emplace(argument.role, memory);
      }
    }
    actions_.push_back(std::move(bound));
  }

  void keep_weights(const Program& program) {
    for (const Buffer& buffer : program.buffers) {
      if (!buffer.fixed) continue;
      weights_.push_back(buffer.fixed);
      weight_bytes_ += buffer.bytes;
    }
    // The packed weights are all that is needed from here on.
    graph_.constants.clear();
    graph_.folded.clear();
  }

  template <class Report>
  RunResult run_actions(std::span<const Tensor> inputs, const Progress& progress, Report&& report) {
    const ThreadCount threads(threads_);
    check_run_inputs(graph_, inputs);
    // oneDNN's memory handle is not const; inputs are only ever read.
    for (InputBinding& binding : input_bindings_) {
      binding.memory.set_data_handle(const_cast<void*>(inputs[binding.input].data()));
    }
    return onednn::translated("running the network", [&] {
      for (const BoundAction& action : actions_) {
        progress.check();
        const auto start = std::chrono::steady_clock::now();
        if (action.host) {
          action.host(action.host_arguments);
        } else {
          action.primitive.execute(stream_, action.arguments);
        }
        report(action, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      }
      return collect();
    });
  }

  RunResult collect() {
    RunResult result;
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      Tensor tensor(DType::f32, graph_.value(graph_.outputs[i]).shape);
      const auto values = tensor.mutable_values<float>();
      const auto* from = static_cast<const float*>(outputs_[i].get_data_handle());
      std::copy(from, from + values.size(), values.begin());
      (i < own_outputs_ ? result.outputs : result.taps).push_back(std::move(tensor));
    }
    return result;
  }

  Graph graph_;
  std::size_t own_outputs_;
  int threads_;
  std::vector<Step> steps_;
  Tensor arena_;
  std::vector<std::byte*> addresses_;
  std::vector<dnnl::memory> weights_;
  std::size_t weight_bytes_ = 0;
  std::vector<InputBinding> input_bindings_;
  std::vector<BoundAction> actions_;
  std::vector<dnnl::memory> outputs_;
  dnnl::stream stream_{onednn::engine()};
};

}  // namespace

std::unique_ptr<Executable> make_executable(Graph graph, const Program& program, std::vector<Step> steps,
                                            const CompileOptions& options) {
  return std::make_unique<ProgramExecutable>(std::move(graph), program, std::move(steps), options);
}

}  // namespace qs
