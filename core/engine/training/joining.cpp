// Sums, concatenations and other shapes.
#include <algorithm>

#include "core/engine/training/onednn_buffers.h"
#include "core/engine/training/operations.h"

namespace qs {

namespace {

using dnnl::memory;

/// Runs a primitive that makes one output of all inputs.
void join(const dnnl::primitive& primitive, const Buffers& buffers) {
  std::unordered_map<int, memory> arguments = {{DNNL_ARG_DST, onednn::value(buffers.out[0])}};
  for (std::size_t i = 0; i < buffers.in.size(); ++i) {
    arguments.emplace(DNNL_ARG_MULTIPLE_SRC + static_cast<int>(i), onednn::value(buffers.in[i]));
  }
  onednn::execute(primitive, arguments);
}

class Addition final : public Operation {
 public:
  Addition(std::size_t terms, const Shape& shape) {
    const std::vector<memory::desc> sources(terms, onednn::channels_last(shape));
    const dnnl::sum::primitive_desc desc(onednn::channels_last(shape), std::vector<float>(terms, 1.0F), sources,
                                         onednn::engine());
    sum_ = dnnl::sum(desc);
    kernel_ = desc.impl_info_str();
  }

  void forward(const Buffers& buffers, const TrainingStep&) override { join(sum_, buffers); }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    for (const Buffer& term : buffers.in) {
      if (term.gradient != nullptr) onednn::copy(onednn::gradient(buffers.out[0]), onednn::gradient(term));
    }
  }

  [[nodiscard]] bool backward_reads_input(std::size_t) const override { return false; }
  [[nodiscard]] std::string kernel() const override { return kernel_; }

 private:
  dnnl::primitive sum_;
  std::string kernel_;
};

class Concatenation final : public Operation {
 public:
  Concatenation(const std::vector<Shape>& parts, const Shape& result) {
    std::vector<memory::desc> sources;
    for (const Shape& part : parts) sources.push_back(onednn::channels_last(part));
    const dnnl::concat::primitive_desc desc(onednn::channels_last(result), 1, sources, onednn::engine());
    concat_ = dnnl::concat(desc);
    kernel_ = desc.impl_info_str();
  }

  void forward(const Buffers& buffers, const TrainingStep&) override { join(concat_, buffers); }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    const memory::desc whole = onednn::channels_last(buffers.out[0].shape);
    memory::dims offset(buffers.out[0].shape.dims().size(), 0);
    for (const Buffer& part : buffers.in) {
      const memory::desc window = whole.submemory_desc(onednn::dims(part.shape), offset);
      if (part.gradient != nullptr) {
        onednn::copy(onednn::at(window, buffers.out[0].gradient), onednn::gradient(part));
      }
      offset[1] += part.shape[1];
    }
  }

  [[nodiscard]] bool backward_reads_input(std::size_t) const override { return false; }
  [[nodiscard]] std::string kernel() const override { return kernel_; }

 private:
  dnnl::primitive concat_;
  std::string kernel_;
};

/// Zeros around x: a window of the result is x.
class Padding final : public Operation {
 public:
  Padding(const Pad& op, const Shape& x, const Shape& result) {
    const memory::desc window = onednn::channels_last(result).submemory_desc(onednn::dims(x), op.begin);
    in_ = onednn::Copy(onednn::channels_last(x), window);
    out_ = onednn::Copy(window, onednn::channels_last(x));
  }

  void forward(const Buffers& buffers, const TrainingStep&) override {
    std::fill_n(buffers.out[0].value, buffers.out[0].elements, 0.0F);
    in_(buffers.in[0].value, buffers.out[0].value);
  }
  void backward(const Buffers& buffers, const TrainingStep&) override {
    out_(buffers.out[0].gradient, buffers.in[0].gradient);
  }
  [[nodiscard]] bool backward_reads_input(std::size_t) const override { return false; }

 private:
  onednn::Copy in_;
  onednn::Copy out_;
};

/// Copies through the logical order, which is what the two shapes have in common.
class Reshaping final : public Operation {
 public:
  Reshaping(const Shape& from, const Shape& to)
      : bytes_(static_cast<std::size_t>(from.elements()) * sizeof(float)), forward_(from, to), backward_(to, from) {}

  void forward(const Buffers& buffers, const TrainingStep&) override {
    forward_.run(buffers.in[0].value, buffers.out[0].value, buffers.scratch);
  }
  void backward(const Buffers& buffers, const TrainingStep&) override {
    backward_.run(buffers.out[0].gradient, buffers.in[0].gradient, buffers.scratch);
  }
  [[nodiscard]] bool backward_reads_input(std::size_t) const override { return false; }
  [[nodiscard]] std::size_t scratch_bytes() const override { return bytes_; }

 private:
  struct Move {
    onednn::Copy to_logical;
    onednn::Copy from_logical;

    Move(const Shape& from, const Shape& to)
        : to_logical(onednn::channels_last(from), onednn::dense(onednn::dims(from))),
          from_logical(onednn::dense(onednn::dims(to)), onednn::channels_last(to)) {}
    void run(float* from, float* to, std::byte* scratch) const {
      to_logical(from, scratch);
      from_logical(scratch, to);
    }
  };

  std::size_t bytes_;
  Move forward_;
  Move backward_;
};

}  // namespace

VariableId add_sum(Tape& tape, const std::string& name, const std::vector<VariableId>& terms) {
  const Shape shape = tape.shape(terms.at(0));
  for (VariableId term : terms) {
    if (tape.shape(term) != shape) {
      throw Error(ErrorCode::bad_input, fmt::format("{}: a sum of {} and {} cannot be trained: only terms of one shape",
                                                    name, to_string(shape), to_string(tape.shape(term))));
    }
  }
  return tape.add_one(name, onednn::translated(name, [&] { return std::make_unique<Addition>(terms.size(), shape); }),
                      terms, shape);
}

VariableId add_concat(Tape& tape, const std::string& name, const std::vector<VariableId>& parts) {
  std::vector<Shape> shapes;
  for (VariableId part : parts) shapes.push_back(tape.shape(part));
  Shape result = shapes.at(0);
  for (std::size_t i = 1; i < shapes.size(); ++i) result[1] += shapes[i][1];
  return tape.add_one(name, onednn::translated(name, [&] { return std::make_unique<Concatenation>(shapes, result); }),
                      parts, result);
}

VariableId add_pad(Tape& tape, const std::string& name, const Pad& op, VariableId x, const Shape& result) {
  QS_ASSERT(pads_with_zeros(op));
  const Shape shape = tape.shape(x);
  return tape.add_one(name, onednn::translated(name, [&] { return std::make_unique<Padding>(op, shape, result); }), {x},
                      result);
}

bool pads_with_zeros(const Pad& op) {
  const auto adds = [](std::int64_t count) { return count >= 0; };
  return op.mode == Pad::Mode::constant && op.value == 0 && std::ranges::all_of(op.begin, adds) &&
         std::ranges::all_of(op.end, adds);
}

VariableId add_reshape(Tape& tape, const std::string& name, VariableId x, const Shape& result) {
  QS_ASSERT(tape.shape(x).elements() == result.elements());
  const Shape shape = tape.shape(x);
  return tape.add_one(name, onednn::translated(name, [&] { return std::make_unique<Reshaping>(shape, result); }), {x},
                      result);
}

}  // namespace qs
