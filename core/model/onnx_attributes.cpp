#include "core/model/onnx_attributes.h"

#include <algorithm>
#include <cmath>

#include "core/model/printable.h"

namespace qs {

namespace {

using onnx::AttributeProto;

float checked_real(float value) {
  if (std::isnan(value)) bad_input("its value is NaN");
  return value;
}

/// The kind of an attribute; files of the first years leave it to the field that is filled.
AttributeProto::AttributeType type_of(const AttributeProto& attribute) {
  if (attribute.type() != AttributeProto::UNDEFINED) return attribute.type();
  if (attribute.has_f()) return AttributeProto::FLOAT;
  if (attribute.has_i()) return AttributeProto::INT;
  if (attribute.has_s()) return AttributeProto::STRING;
  if (attribute.has_t()) return AttributeProto::TENSOR;
  if (attribute.floats_size() > 0) return AttributeProto::FLOATS;
  if (attribute.strings_size() > 0) return AttributeProto::STRINGS;
  return AttributeProto::INTS;
}

Attributes::Item read_item(const AttributeProto& attribute, const std::filesystem::path& folder,
                           ConversionCounts& counts) {
  if (!attribute.ref_attr_name().empty()) bad_input("it refers to an attribute of a function");
  switch (type_of(attribute)) {
    case AttributeProto::FLOAT: return checked_real(attribute.f());
    case AttributeProto::INT: return attribute.i();
    case AttributeProto::STRING: return attribute.s();
    case AttributeProto::TENSOR: return read_tensor(attribute.t(), folder, counts);
    case AttributeProto::INTS: return std::vector<std::int64_t>(attribute.ints().begin(), attribute.ints().end());
    case AttributeProto::STRINGS:
      return std::vector<std::string>(attribute.strings().begin(), attribute.strings().end());
    case AttributeProto::FLOATS:
      std::for_each(attribute.floats().begin(), attribute.floats().end(), checked_real);
      return std::vector<float>(attribute.floats().begin(), attribute.floats().end());
    default: bad_input("attributes of its kind ({}) are not supported", static_cast<int>(attribute.type()));
  }
}

}  // namespace

Attributes read_attributes(const onnx::NodeProto& node, const std::filesystem::path& folder, ConversionCounts& counts) {
  Attributes result;
  for (const AttributeProto& attribute : node.attribute()) {
    with_context(fmt::format("attribute \"{}\"", printable(attribute.name())), [&] {
      if (result.has(attribute.name())) bad_input("it is given twice");
      result.set(attribute.name(), read_item(attribute, folder, counts));
    });
  }
  return result;
}

bool has_subgraph(const onnx::NodeProto& node) {
  return std::any_of(node.attribute().begin(), node.attribute().end(),
                     [](const AttributeProto& attribute) { return attribute.has_g() || attribute.graphs_size() > 0; });
}

}  // namespace qs
