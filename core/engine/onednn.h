// The door to oneDNN. dnnl.hpp is included here and nowhere else, so that another major version of oneDNN touches
// this folder only.
#pragma once

#include <dnnl.hpp>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/tensor/tensor.h"

namespace qs::onednn {

using dnnl::memory;

/// The CPU engine; one for the process.
[[nodiscard]] dnnl::engine& engine();

/// oneDNN's name of an element type. Throws `Error` (internal) for s64 and boolean, which it has not.
[[nodiscard]] memory::data_type data_type(DType dtype);

/// Extents as oneDNN wants them: a scalar has one extent of 1.
[[nodiscard]] memory::dims dims(const Shape& shape);

/// The dense row-major layout of a shape: nchw for images, abc... in general.
[[nodiscard]] memory::desc dense(const memory::dims& dims, memory::data_type type = memory::data_type::f32);

/// Extents with the layout left open, for primitives that choose it themselves.
[[nodiscard]] memory::desc any_layout(const memory::dims& dims, memory::data_type type = memory::data_type::f32);

/// The same layout for another element type.
[[nodiscard]] memory::desc with_type(const memory::desc& desc, memory::data_type type);

/// Whether two layouts put every element at the same address: equal but for the strides along extents of 1, which
/// are never walked (a pooled [N,C,1,1] image is dense in nhwc as well).
[[nodiscard]] bool same_addresses(const memory::desc& left, const memory::desc& right);

/// A tensor's elements as oneDNN memory. The tensor must outlive it.
[[nodiscard]] memory view(const Tensor& tensor);

/// Calls `body`; a `dnnl::error` leaving it becomes an `Error` (internal) that says what was being done.
template <class Body>
auto translated(std::string_view doing, Body&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const dnnl::error& error) {
    throw Error(ErrorCode::internal, fmt::format("{}: oneDNN reports \"{}\" (status {})", doing, error.what(),
                                                 static_cast<int>(error.status)));
  }
}

}  // namespace qs::onednn
