#include "core/engine/integer/integer_lowering.h"

#include <algorithm>

#include "core/base/parallel.h"
#include "core/engine/float/lower.h"
#include "core/engine/integer/image_encoding.h"

namespace qs {

namespace {

using dnnl::memory;

/// Calls the right `lower_integer` for an op; false when there is none.
struct LowerInteger {
  IntegerLowering& lowering;

  template <class T>
  bool operator()(const T& op) const {
    if constexpr (requires { lower_integer(lowering, op); }) {
      return lower_integer(lowering, op);
    } else {
      return lower_lookup(lowering, op);
    }
  }
  bool operator()(const Reshape&) const { return lower_integer_view(lowering); }
  bool operator()(const Flatten&) const { return lower_integer_view(lowering); }
  bool operator()(const Squeeze&) const { return lower_integer_view(lowering); }
  bool operator()(const Unsqueeze&) const { return lower_integer_view(lowering); }
  bool operator()(const Identity&) const { return lower_integer_view(lowering); }
};

/// f32 to integers of a grid narrower than its type, element by element over the memory of one layout.
template <class T>
void quantize_elements(const memory& from, const memory& to, std::size_t count, const Encoding& encoding) {
  const auto* source = static_cast<const float*>(from.get_data_handle());
  auto* target = static_cast<T*>(to.get_data_handle());
  constexpr std::size_t kBlock = 1 << 14;
  parallel_for(static_cast<std::int64_t>((count + kBlock - 1) / kBlock), [&](std::int64_t block) {
    const std::size_t begin = static_cast<std::size_t>(block) * kBlock;
    for (std::size_t i = begin; i < std::min(count, begin + kBlock); ++i) {
      target[i] = static_cast<T>(quantize(source[i], encoding.channels[0], encoding.grid));
    }
  });
}

}  // namespace

memory::desc channels_last(const memory::dims& dims, memory::data_type type) {
  memory::dims strides(dims.size(), 1);
  if (dims.size() < 2) return {dims, type, strides};
  memory::dim step = dims[1];
  for (std::size_t axis = dims.size(); axis-- > 2;) {
    strides[axis] = step;
    step *= dims[axis];
  }
  strides[0] = step;
  return {dims, type, strides};
}

memory::data_type integer_type(const Grid& grid) {
  return grid.is_signed ? memory::data_type::s8 : memory::data_type::u8;
}

bool fills_type(const Grid& grid) {
  return grid.quant_max() - grid.quant_min() == 255;
}

IntegerLowering::IntegerLowering(const QuantizedGraph& quantized, const Graph& graph, std::vector<std::string>& reasons)
    : Lowering(graph, quantized.groups), quantized_(quantized), reasons_(reasons) {}

const QuantizedWeights* IntegerLowering::weights() const {
  const auto found = quantized_.weights.find(group().node);
  return found == quantized_.weights.end() ? nullptr : &found->second;
}

memory::desc IntegerLowering::encoded_desc(ValueId value) const {
  return channels_last(onednn::dims(graph().value(value).shape), integer_type(encoding(value)->grid));
}

Located IntegerLowering::encoded(ValueId value) {
  return in_layout(value, encoded_desc(value));
}

Located IntegerLowering::padded(ValueId value, const std::vector<std::int64_t>& begin,
                                const std::vector<std::int64_t>& end) {
  memory::dims dims = onednn::dims(graph().value(value).shape);
  memory::dims offsets(dims.size(), 0);
  const memory::dims inner_dims = dims;
  for (std::size_t i = 0; i < begin.size(); ++i) {
    dims[i + 2] += begin[i] + end[i];
    offsets[i + 2] = begin[i];
  }
  const memory::desc whole = channels_last(dims, integer_type(encoding(value)->grid));
  memory border(whole, onednn::engine());
  std::fill_n(static_cast<std::uint8_t*>(border.get_data_handle()), whole.get_size(),
              static_cast<std::uint8_t>(encoding(value)->channels[0].zero_point));
  const Located place = {whole, kept(border)};
  const memory::desc inner = whole.submemory_desc(inner_dims, offsets);
  const Located source = stored(value);
  if (add_image_encoding(source, *encoding(value), {inner, place.buffer})) return place;
  const bool is_float = source.desc.data_type() == memory::data_type::f32;
  const Located from = is_float && fills_type(encoding(value)->grid) ? source : encoded(value);
  add_reorder(from, *encoding(value), {inner, place.buffer});
  return place;
}

Located IntegerLowering::encoded_result(std::size_t output) {
  const ValueId value = node().outputs.size() == 1 ? group().output : node().outputs[output];
  return result(encoded_desc(value), output);
}

void IntegerLowering::explain(std::string reason) {
  if (reasons_[current()].empty()) reasons_[current()] = std::move(reason);
}

void IntegerLowering::lower_group() {
  bool done = false;
  try {
    done = std::visit(LowerInteger{*this}, node().op);
  } catch (const dnnl::error& error) {
    if (error.status != dnnl_unimplemented && error.status != dnnl_invalid_arguments) throw;
    explain("oneDNN has no int8 kernel for it");
  }
  if (done) {
    reasons_[current()].clear();
  } else {
    encode_inputs();
    if (!lower_float(*this)) lower_by_reference();
  }
  encode_results();
}

/// Where float code reads an input of the network, it reads what the encoding leaves of it.
void IntegerLowering::encode_inputs() {
  for (ValueId id : group_inputs(graph(), group())) {
    if (graph().constant(id) != nullptr || encoding(id) == nullptr) continue;
    if (stored(id).desc.data_type() == memory::data_type::f32) place(id, encoded(id));
  }
}

void IntegerLowering::encode_results() {
  const std::vector<ValueId> own = node().outputs;
  for (ValueId id : own.size() == 1 ? std::vector<ValueId>{group().output} : own) {
    if (encoding(id) == nullptr || stored(id).desc.data_type() != memory::data_type::f32) continue;
    place(id, quantized_copy(stored(id), *encoding(id), encoded_desc(id)));
  }
}

bool IntegerLowering::add_image_encoding(const Located& source, const Encoding& encoding, const Located& to) {
  constexpr std::int64_t kMostChannels = 4;  // with more of them a reorder by blocks is faster
  const memory::dims dims = source.desc.dims();
  if (dims.size() != 4 || dims[1] > kMostChannels || !onednn::same_addresses(source.desc, onednn::dense(dims))) {
    return false;
  }
  const auto& strides = to.desc.data.format_desc.blocking.strides;
  if (strides[1] != 1 || (dims[3] > 1 && strides[3] != dims[1])) return false;
  const ImageEncoding how{.images = dims[0],
                          .channels = dims[1],
                          .height = dims[2],
                          .width = dims[3],
                          .image_stride = strides[0],
                          .row_stride = strides[2],
                          .first = to.desc.data.offset0,
                          .encoding = encoding.channels[0],
                          .grid = encoding.grid};
  add(
      [how](std::span<const memory> memories) {
        encode_images(how, static_cast<const float*>(memories[0].get_data_handle()),
                      static_cast<std::uint8_t*>(memories[1].get_data_handle()));
      },
      {{DNNL_ARG_FROM, source.desc, source.buffer}, {DNNL_ARG_TO, to.desc, to.buffer}});
  return true;
}

Located IntegerLowering::quantized_copy(const Located& source, const Encoding& encoding, const memory::desc& wanted) {
  const Located copy = fresh(wanted);
  if (add_image_encoding(source, encoding, copy)) return copy;
  if (fills_type(encoding.grid)) {
    add_reorder(source, encoding, copy);
    return copy;
  }
  // A reorder clamps to the type only.
  const Located floats = reordered(source, onednn::with_type(wanted, memory::data_type::f32));
  const std::size_t count = wanted.get_size();
  add(
      [encoding, count](std::span<const memory> memories) {
        if (encoding.grid.is_signed) {
          quantize_elements<std::int8_t>(memories[0], memories[1], count, encoding);
        } else {
          quantize_elements<std::uint8_t>(memories[0], memories[1], count, encoding);
        }
      },
      {{DNNL_ARG_FROM, floats.desc, floats.buffer}, {DNNL_ARG_TO, copy.desc, copy.buffer}});
  return copy;
}

Located IntegerLowering::converted(ValueId value, const Located& source, const memory::desc& wanted) {
  const bool from_float = source.desc.data_type() == memory::data_type::f32;
  const bool to_float = wanted.data_type() == memory::data_type::f32;
  if (from_float == to_float) return reordered(source, wanted);
  QS_ASSERT(encoding(value) != nullptr);
  if (from_float) return quantized_copy(source, *encoding(value), wanted);
  const std::int32_t zero_point = encoding(value)->channels[0].zero_point;
  const memory::desc same_layout = onednn::with_type(source.desc, memory::data_type::f32);
  if (zero_point != 0 && !onednn::same_addresses(same_layout, wanted)) {
    // oneDNN 2.6 gets the last few pixels of a plane wrong when it takes a zero point away and changes the layout.
    return reordered(converted(value, source, same_layout), wanted);
  }
  const Located copy = fresh(wanted);
  add_reorder(source, *encoding(value), copy);
  return copy;
}

void IntegerLowering::add_reorder(const Located& from, const Encoding& encoding, const Located& to) {
  const bool from_float = from.desc.data_type() == memory::data_type::f32;
  const bool to_float = to.desc.data_type() == memory::data_type::f32;
  const ScaleZeroPoint& e = encoding.channels[0];
  dnnl::primitive_attr attr;
  if (from_float != to_float) {
    attr.set_output_scales(0, {from_float ? 1 / e.scale : e.scale});
    if (e.zero_point != 0) attr.set_zero_points(from_float ? DNNL_ARG_DST : DNNL_ARG_SRC, 0, {e.zero_point});
  }
  add(dnnl::reorder({onednn::engine(), from.desc, onednn::engine(), to.desc, attr}),
      {{DNNL_ARG_FROM, from.desc, from.buffer}, {DNNL_ARG_TO, to.desc, to.buffer}});
}

}  // namespace qs
