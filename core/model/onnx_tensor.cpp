#include "core/model/onnx_tensor.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "core/base/checked.h"
#include "core/graph/ops/shape_rules.h"
#include "core/model/constant_folding.h"
#include "core/model/element_type.h"
#include "core/model/external_data.h"
#include "core/model/half.h"
#include "core/model/printable.h"

namespace qs {

static_assert(std::endian::native == std::endian::little, "ONNX files are little-endian and are read as they lie");

namespace {

/// The elements as they lie in a file: `bytes` holds `count` elements of `type`.
struct RawElements {
  OnnxType type;
  std::int64_t count;
  std::vector<std::byte> bytes;  ///< owned when they were not in raw_data
  const std::byte* data;
};

Shape shape_of(const onnx::TensorProto& proto) {
  Shape shape(std::vector<std::int64_t>(proto.dims().begin(), proto.dims().end()));
  ops::expect_size(shape, "it");
  return shape;
}

std::int64_t decimal(const std::string& text, std::string_view what) {
  std::int64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) {
    bad_input("the {} of its external data is no number: \"{}\"", what, printable(text));
  }
  return value;
}

ExternalData external_data_of(const onnx::TensorProto& proto) {
  ExternalData result;
  for (const auto& entry : proto.external_data()) {
    if (entry.key() == "location") result.location = entry.value();
    if (entry.key() == "offset") result.offset = decimal(entry.value(), "offset");
    if (entry.key() == "length") result.length = decimal(entry.value(), "length");
  }
  return result;
}

/// Elements of a typed field, narrowed to the `T` that the tensor's type really holds.
template <class T, class Field>
std::vector<std::byte> narrowed(const Field& field) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(field.size()) * sizeof(T));
  std::byte* write = bytes.data();
  for (const auto value : field) {
    const T element = static_cast<T>(value);
    std::memcpy(write, &element, sizeof(T));
    write += sizeof(T);
  }
  return bytes;
}

std::vector<std::byte> typed_elements(const onnx::TensorProto& proto, OnnxType type) {
  switch (type) {
    case OnnxType::float32: return narrowed<float>(proto.float_data());
    case OnnxType::float64: return narrowed<double>(proto.double_data());
    case OnnxType::int64: return narrowed<std::int64_t>(proto.int64_data());
    case OnnxType::uint64: return narrowed<std::uint64_t>(proto.uint64_data());
    case OnnxType::uint32: return narrowed<std::uint32_t>(proto.uint64_data());
    case OnnxType::int32: return narrowed<std::int32_t>(proto.int32_data());
    case OnnxType::int16: return narrowed<std::int16_t>(proto.int32_data());
    case OnnxType::uint16:
    case OnnxType::float16:
    case OnnxType::bfloat16: return narrowed<std::uint16_t>(proto.int32_data());
    case OnnxType::int8: return narrowed<std::int8_t>(proto.int32_data());
    case OnnxType::uint8:
    case OnnxType::boolean: return narrowed<std::uint8_t>(proto.int32_data());
  }
  return {};
}

RawElements raw_elements(const onnx::TensorProto& proto, OnnxType type, std::int64_t count,
                         const std::filesystem::path& folder, ConversionCounts& counts) {
  const std::int64_t needed = checked_multiply(count, static_cast<std::int64_t>(file_size_of(type)), "tensor size");
  RawElements result{type, count, {}, nullptr};
  std::size_t found = 0;
  if (proto.data_location() == onnx::TensorProto::EXTERNAL) {
    const ExternalData external = external_data_of(proto);
    check_external_data(external, folder, needed);
    if (needed > kMaxExternalBytes - counts.external_bytes) {
      bad_input("the external data exceeds {} GiB, which is more than is supported", kMaxExternalBytes >> 30);
    }
    counts.external_bytes += needed;
    result.bytes.resize(static_cast<std::size_t>(needed));
    read_external_data(external, folder, result.bytes);
    ++counts.external;
    found = result.bytes.size();
    result.data = result.bytes.data();
  } else if (!proto.raw_data().empty()) {
    found = proto.raw_data().size();
    result.data = reinterpret_cast<const std::byte*>(proto.raw_data().data());
  } else {
    result.bytes = typed_elements(proto, type);
    found = result.bytes.size();
    result.data = result.bytes.data();
  }
  if (static_cast<std::int64_t>(found) != needed) {
    bad_input("its shape {} of {} needs {} bytes, but {} are there", to_string(shape_of(proto)),
              element_type_name(proto.data_type()), needed, found);
  }
  return result;
}

template <class Source, class Target, class Convert>
void convert(const RawElements& raw, Tensor& tensor, Convert&& conversion) {
  const std::byte* read = raw.data;
  for (Target& value : tensor.mutable_values<Target>()) {
    Source element;
    std::memcpy(&element, read, sizeof(Source));
    value = conversion(element);
    read += sizeof(Source);
  }
}

float narrowed_double(double value) {
  const auto result = static_cast<float>(value);
  if (std::isfinite(value) && !std::isfinite(result)) bad_input("its value {} does not fit f32", value);
  return result;
}

std::int64_t narrowed_unsigned(std::uint64_t value) {
  if (!std::in_range<std::int64_t>(value)) bad_input("its value {} does not fit 64 signed bits", value);
  return static_cast<std::int64_t>(value);
}

void convert_all(const RawElements& raw, Tensor& tensor) {
  const auto widen = [](auto value) { return static_cast<std::int64_t>(value); };
  switch (raw.type) {
    case OnnxType::float16: return convert<std::uint16_t, float>(raw, tensor, float_from_half);
    case OnnxType::bfloat16: return convert<std::uint16_t, float>(raw, tensor, float_from_bfloat16);
    case OnnxType::float64: return convert<double, float>(raw, tensor, narrowed_double);
    case OnnxType::uint16: return convert<std::uint16_t, std::int64_t>(raw, tensor, widen);
    case OnnxType::int16: return convert<std::int16_t, std::int64_t>(raw, tensor, widen);
    case OnnxType::uint32: return convert<std::uint32_t, std::int64_t>(raw, tensor, widen);
    case OnnxType::uint64: return convert<std::uint64_t, std::int64_t>(raw, tensor, narrowed_unsigned);
    case OnnxType::boolean:  // any byte but 0 is true; a C++ bool may hold nothing but 0 and 1
      return convert<std::uint8_t, bool>(raw, tensor, [](std::uint8_t value) { return value != 0; });
    case OnnxType::float32:
    case OnnxType::int8:
    case OnnxType::uint8:
    case OnnxType::int32:
    case OnnxType::int64: std::memcpy(tensor.mutable_data(), raw.data, tensor.bytes()); return;
  }
}

void count_conversion(OnnxType type, ConversionCounts& counts) {
  if (type == OnnxType::float16) ++counts.from_float16;
  if (type == OnnxType::bfloat16) ++counts.from_bfloat16;
  if (type == OnnxType::float64) ++counts.from_double;
}

}  // namespace

std::vector<std::string> notes_of(const ConversionCounts& counts) {
  std::vector<std::string> notes;
  const auto converted = [&](int count, std::string_view type) {
    if (count > 0) notes.push_back(fmt::format("converted {} {} tensors to f32", count, type));
  };
  converted(counts.from_float16, "float16");
  converted(counts.from_bfloat16, "bfloat16");
  converted(counts.from_double, "double");
  if (counts.external > 0) notes.push_back(fmt::format("read {} tensors from files beside the model", counts.external));
  return notes;
}

Tensor read_tensor(const onnx::TensorProto& proto, const std::filesystem::path& folder, ConversionCounts& counts) {
  const std::optional<DType> dtype = stored_type(proto.data_type());
  if (!dtype) bad_input("tensors of {} are not supported", element_type_name(proto.data_type()));
  if (proto.has_segment()) bad_input("tensors in segments are not supported");
  const Shape shape = shape_of(proto);
  const auto type = static_cast<OnnxType>(proto.data_type());
  const RawElements raw = raw_elements(proto, type, shape.elements(), folder, counts);
  Tensor tensor(*dtype, shape);
  if (tensor.elements() > 0) convert_all(raw, tensor);
  count_conversion(type, counts);
  return tensor;
}

}  // namespace qs
