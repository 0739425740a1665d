#include "core/engine/onednn.h"

namespace qs {

namespace onednn {

dnnl::engine& engine() {
  static dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

memory::data_type data_type(DType dtype) {
  switch (dtype) {
    case DType::f32: return memory::data_type::f32;
    case DType::s8: return memory::data_type::s8;
    case DType::u8: return memory::data_type::u8;
    case DType::s32: return memory::data_type::s32;
    case DType::bf16: return memory::data_type::bf16;
    case DType::s64:
    case DType::boolean: break;
  }
  throw Error(ErrorCode::internal, fmt::format("oneDNN has no element type {}", name_of(dtype)));
}

memory::dims dims(const Shape& shape) {
  return shape.rank() == 0 ? memory::dims{1} : memory::dims(shape.dims());
}

memory::desc dense(const memory::dims& dims, memory::data_type type) {
  memory::dims strides(dims.size(), 1);
  for (std::size_t i = dims.size(); i-- > 1;) strides[i - 1] = strides[i] * dims[i];
  return {dims, type, strides};
}

memory::desc any_layout(const memory::dims& dims, memory::data_type type) {
  return {dims, type, memory::format_tag::any};
}

memory::desc with_type(const memory::desc& desc, memory::data_type type) {
  if (desc.data_type() == type) return desc;
  memory::desc result = desc;
  result.data.data_type = memory::convert_to_c(type);
  return result;
}

bool same_addresses(const memory::desc& left, const memory::desc& right) {
  if (left == right) return true;
  const auto is_strided = [](const memory::desc& desc) {
    return desc.data.format_kind == dnnl_blocked && desc.data.format_desc.blocking.inner_nblks == 0 &&
           desc.data.offset0 == 0;
  };
  if (left.dims() != right.dims() || left.data_type() != right.data_type()) return false;
  if (!is_strided(left) || !is_strided(right)) return false;
  for (int i = 0; i < left.data.ndims; ++i) {
    const bool is_walked = left.data.dims[i] > 1;
    if (is_walked && left.data.format_desc.blocking.strides[i] != right.data.format_desc.blocking.strides[i]) {
      return false;
    }
  }
  return true;
}

memory view(const Tensor& tensor) {
  // oneDNN's memory handle is not const; a primitive never writes to a memory given as a source.
  return {dense(dims(tensor.shape()), data_type(tensor.dtype())), engine(), const_cast<void*>(tensor.data())};
}

}  // namespace onednn

}  // namespace qs
