#include "core/engine/training/channels_last.h"

#include "core/engine/training/onednn_buffers.h"

namespace qs {

namespace onednn {

memory::desc channels_last(const Shape& shape, memory::data_type type) {
  if (shape.rank() < 3) return dense(dims(shape), type);
  const memory::dims extents = dims(shape);
  memory::dims strides(extents.size());
  strides[1] = 1;
  memory::dim stride = extents[1];
  for (std::size_t axis = extents.size(); axis-- > 2;) {
    strides[axis] = stride;
    stride *= extents[axis];
  }
  strides[0] = stride;
  return {extents, type, strides};
}

dnnl::stream& stream() {
  thread_local dnnl::stream of_thread(engine());
  return of_thread;
}

void execute(const dnnl::primitive& primitive, const std::unordered_map<int, memory>& arguments) {
  primitive.execute(stream(), arguments);
  stream().wait();
}

Copy::Copy(const memory::desc& from, const memory::desc& to)
    : from_(from), to_(to), primitive_(dnnl::reorder(dnnl::reorder::primitive_desc(engine(), from, engine(), to))) {}

void Copy::operator()(void* from, void* to) const {
  execute(primitive_, {{DNNL_ARG_FROM, memory(from_, engine(), from)}, {DNNL_ARG_TO, memory(to_, engine(), to)}});
}

void copy(const memory& from, const memory& to) {
  Copy(from.get_desc(), to.get_desc())(from.get_data_handle(), to.get_data_handle());
}

}  // namespace onednn

void to_channels_last(const Tensor& tensor, float* to) {
  onednn::translated("reading a training batch", [&] {
    onednn::copy(onednn::view(tensor), onednn::at(onednn::channels_last(tensor.shape()), to));
  });
}

Tensor from_channels_last(const float* from, const Shape& shape) {
  Tensor result(DType::f32, shape);
  onednn::translated("reading a value of the training network", [&] {
    onednn::copy(onednn::at(onednn::channels_last(shape), const_cast<float*>(from)), onednn::view(result));
  });
  return result;
}

}  // namespace qs
