// Dense host arrays.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>

#include "core/base/error.h"
#include "core/tensor/dtype.h"
#include "core/tensor/shape.h"

namespace qs {

/// A dense row-major array, 64-byte aligned, logical NCHW. Copies share the elements; once a tensor has been shared
/// it is never changed. A default-constructed tensor is a scalar f32 zero.
class Tensor {
 public:
  Tensor() : Tensor(DType::f32, Shape{}) {}

  /// Zero-filled. Throws `Error` (bad_input) when the shape is negative, overflows or exceeds memory.
  Tensor(DType dtype, Shape shape);

  /// A tensor holding a copy of `values`, whose number must equal the shape's number of elements.
  template <class T>
  static Tensor from(Shape shape, std::span<const T> values) {
    Tensor tensor(dtype_of<T>::value, std::move(shape));
    QS_ASSERT(static_cast<std::int64_t>(values.size()) == tensor.elements());
    std::copy(values.begin(), values.end(), tensor.mutable_values<T>().begin());
    return tensor;
  }
  template <class T>
  static Tensor from(Shape shape, std::initializer_list<T> values) {
    return from<T>(std::move(shape), std::span<const T>(values.begin(), values.size()));
  }

  [[nodiscard]] DType dtype() const { return dtype_; }
  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] std::int64_t elements() const { return elements_; }
  [[nodiscard]] std::size_t bytes() const { return static_cast<std::size_t>(elements_) * size_of(dtype_); }

  /// The elements. `T` must be the tensor's element type.
  template <class T>
  [[nodiscard]] std::span<const T> values() const {
    QS_ASSERT(dtype_of<T>::value == dtype_);
    return {static_cast<const T*>(data()), static_cast<std::size_t>(elements_)};
  }
  /// The elements for writing, while nobody else shares them.
  template <class T>
  [[nodiscard]] std::span<T> mutable_values() {
    QS_ASSERT(dtype_of<T>::value == dtype_);
    return {static_cast<T*>(mutable_data()), static_cast<std::size_t>(elements_)};
  }
  [[nodiscard]] const void* data() const { return data_.get(); }
  [[nodiscard]] void* mutable_data() {
    QS_ASSERT(data_.use_count() == 1);
    return data_.get();
  }

  /// The same elements under another shape with as many elements; nothing is copied.
  [[nodiscard]] Tensor reshaped(Shape shape) const;

 private:
  DType dtype_;
  Shape shape_;
  std::int64_t elements_ = 0;
  std::shared_ptr<std::byte[]> data_;
};

}  // namespace qs
