#include "core/tensor/tensor.h"

#include <cstdlib>
#include <cstring>

#include "core/base/checked.h"

namespace qs {

namespace {

constexpr std::size_t kAlignment = 64;  // a cache line, and the widest vector register oneDNN uses

std::shared_ptr<std::byte[]> allocate_zeroed(std::int64_t bytes) {
  // aligned_alloc wants a multiple of the alignment; one spare block keeps empty tensors valid pointers.
  const std::size_t rounded = (static_cast<std::size_t>(bytes) / kAlignment + 1) * kAlignment;
  void* memory = std::aligned_alloc(kAlignment, rounded);
  if (memory == nullptr) bad_input("not enough memory for a tensor of {} bytes", bytes);
  std::memset(memory, 0, rounded);
  return {static_cast<std::byte*>(memory), [](std::byte* p) { std::free(p); }};
}

}  // namespace

Tensor::Tensor(DType dtype, Shape shape) : dtype_(dtype), shape_(std::move(shape)), elements_(shape_.elements()) {
  data_ = allocate_zeroed(checked_multiply(elements_, static_cast<std::int64_t>(size_of(dtype)), "tensor size"));
}

Tensor Tensor::reshaped(Shape shape) const {
  QS_ASSERT(shape.elements() == elements_);
  Tensor result = *this;
  result.shape_ = std::move(shape);
  return result;
}

}  // namespace qs
