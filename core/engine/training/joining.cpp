// Sums, concatenations and other shapes.
#include <algorithm>

#include "core/engine/training/onednn_buffers.h"
#include "core/engine/training/operations.h"

namespace qs {

namespace {

using dnnl::memory;

class Addition final : public Operation {
 public:
  Addition(std::size_t terms, const Shape& shape) {
    const std::vector<memory::desc> sources(terms, onednn::channels_last(shape));
    const dnnl::sum::primitive_desc desc(onednn::channels_last(shape), std::vector<float>(terms, 1.0F), sources,
                                         onednn::engine());
    sum_ = dnnl::sum(desc);
    kernel_ = desc.impl_info_str();
  }

  void forward(const Buffers& buffers, const TrainingStep&) override {
    std::unordered_map<int, memory> arguments = {{DNNL_ARG_DST, onednn::value(buffers.out[0])}};
    for (std::size_t i = 0; i < buffers.in.size(); ++i) {
      arguments.emplace(DNNL_ARG_MULTIPLE_SRC + static_cast<int>(i), onednn::value(buffers.in[i]));
    }
    onednn::execute(sum_, arguments);
  }

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

  void forward(const Buffers& buffers, const TrainingStep&) override {
    std::unordered_map<int, memory> arguments = {{DNNL_ARG_DST, onednn::value(buffers.out[0])}};
    for (std::size_t i = 0; i < buffers.in.size(); ++i) {
      arguments.emplace(DNNL_ARG_MULTIPLE_SRC + static_cast<int>(i), onednn::value(buffers.in[i]));
    }
    onednn::execute(concat_, arguments);
  }

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

/// Copies through the logical order, which is what the two shapes have in common.
class Reshaping final : public Operation {
 public:
  explicit Reshaping(std::int64_t elements) : bytes_(static_cast<std::size_t>(elements) * sizeof(float)) {}

  void forward(const Buffers& buffers, const TrainingStep&) override {
    move(buffers.in[0].value, buffers.in[0].shape, buffers.out[0].value, buffers.out[0].shape, buffers.scratch);
  }
  void backward(const Buffers& buffers, const TrainingStep&) override {
    move(buffers.out[0].gradient, buffers.out[0].shape, buffers.in[0].gradient, buffers.in[0].shape, buffers.scratch);
  }
  [[nodiscard]] bool backward_reads_input(std::size_t) const override { return false; }
  [[nodiscard]] std::size_t scratch_bytes() const override { return bytes_; }

 private:
  static void move(float* from, const Shape& from_shape, float* to, const Shape& to_shape, std::byte* scratch) {
    auto* logical = reinterpret_cast<float*>(scratch);
    onednn::copy(onednn::at(onednn::channels_last(from_shape), from),
                 onednn::at(onednn::dense(onednn::dims(from_shape)), logical));
    onednn::copy(onednn::at(onednn::dense(onednn::dims(to_shape)), logical),
                 onednn::at(onednn::channels_last(to_shape), to));
  }

  std::size_t bytes_;
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

VariableId add_reshape(Tape& tape, const std::string& name, VariableId x, const Shape& result) {
  QS_ASSERT(tape.shape(x).elements() == result.elements());
  return tape.add_one(name, std::make_unique<Reshaping>(result.elements()), {x}, result);
}

}  // namespace qs
