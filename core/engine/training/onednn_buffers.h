// A tape's buffers as oneDNN memory.
#pragma once

#include <unordered_map>

#include "core/engine/onednn.h"
#include "core/engine/training/operation.h"

namespace qs::onednn {

/// The layout of a tape's value: channels last from rank 3 on.
[[nodiscard]] memory::desc channels_last(const Shape& shape, memory::data_type type = memory::data_type::f32);

/// The stream of the calling thread.
[[nodiscard]] dnnl::stream& stream();

[[nodiscard]] inline memory at(const memory::desc& desc, float* values) {
  return {desc, engine(), values};
}
[[nodiscard]] inline memory value(const Buffer& buffer) {
  return at(channels_last(buffer.shape), buffer.value);
}
[[nodiscard]] inline memory gradient(const Buffer& buffer) {
  return at(channels_last(buffer.shape), buffer.gradient);
}

/// A copy between layouts and types that is made again and again: its primitive is made once.
class Copy {
 public:
  Copy() = default;
  Copy(const memory::desc& from, const memory::desc& to);
  void operator()(void* from, void* to) const;

 private:
  memory::desc from_;
  memory::desc to_;
  dnnl::primitive primitive_;
};

/// The same, once.
void copy(const memory& from, const memory& to);

/// Runs a primitive and waits for it.
void execute(const dnnl::primitive& primitive, const std::unordered_map<int, memory>& arguments);

}  // namespace qs::onednn
