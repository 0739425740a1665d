#include "views/models/scheme_fields.h"

#include "core/quant/scheme_keys.h"
#include "views/models/field_walk.h"

namespace qs {

template <>
inline constexpr bool field_walk::kHasNoField<std::vector<LayerOverride>> = true;

std::vector<Field> fields_of(const Scheme& scheme) {
  return field_walk::fields(scheme);
}

std::vector<Field> fields_of(const LayerOverride& layer) {
  std::vector<Field> fields = field_walk::fields(layer);
  std::erase_if(fields, [](const Field& field) { return field.kind == FieldKind::text; });
  return fields;
}

void set_field(Scheme& scheme, std::string_view path, const FieldValue& value) {
  field_walk::set(scheme, path, value);
}

void set_field(LayerOverride& layer, std::string_view path, const FieldValue& value) {
  field_walk::set(layer, path, value);
}

SchemeProblem problem_among(std::span<const Field> fields, const std::string& message) {
  for (const Field& field : fields) {
    const bool names_it = message.starts_with(field.path) && message.size() > field.path.size() &&
                          std::string_view(" :[").find(message[field.path.size()]) != std::string_view::npos;
    if (names_it) return {field.path, std::string(field.key.title) + message.substr(field.path.size())};
  }
  return {{}, message};
}

SchemeProblem problem_from(const Scheme& scheme, const std::string& message) {
  SchemeProblem problem = problem_among(fields_of(scheme), message);
  if (!problem.path.empty()) return problem;
  if (const std::size_t end = message.find(']'); message.starts_with("layers[") && end != std::string::npos) {
    return {message.substr(0, end + 1), message};
  }
  return problem;
}

std::optional<SchemeProblem> problem_of(const Scheme& scheme) {
  try {
    check(scheme);
    return std::nullopt;
  } catch (const Error& error) {
    return problem_from(scheme, error.what());
  }
}

}  // namespace qs
