// Values of keys in words, and in which of them schemes differ.
#include <fmt/format.h>

#include <algorithm>

#include "views/models/scheme_fields.h"

namespace qs {

namespace {

std::string title_of(const std::vector<Choice>& choices, const std::string& id) {
  const auto found = std::find_if(choices.begin(), choices.end(), [&](const Choice& each) { return each.id == id; });
  return found == choices.end() ? id : std::string(found->title);
}

std::string method_text(const MethodChoice& choice, const Field& field) {
  std::string settings;
  for (const Param& param : params_of(field.key, choice.id)) {
    const auto found = choice.settings.find(std::string(param.id));
    if (found == choice.settings.end()) continue;
    settings += fmt::format("{}{} {}{}{}", settings.empty() ? "" : ", ", param.title, found->second,
                            param.unit.empty() ? "" : " ", param.unit);
  }
  return title_of(field.choices, choice.id) + (settings.empty() ? "" : " (" + settings + ")");
}

/// Says each kind of value.
struct Teller {
  const Field& field;
  std::string operator()(std::monostate) const { return "like others"; }
  std::string operator()(bool value) const { return value ? "yes" : "no"; }
  std::string operator()(std::int64_t value) const {
    return fmt::format("{}{}{}", value, field.key.unit.empty() ? "" : " ", field.key.unit);
  }
  std::string operator()(double value) const {
    return fmt::format("{}{}{}", value, field.key.unit.empty() ? "" : " ", field.key.unit);
  }
  std::string operator()(const std::string& text) const {
    return field.kind == FieldKind::text ? text : title_of(field.choices, text);
  }
  std::string operator()(const std::vector<std::string>& list) const {
    std::string text;
    for (const std::string& each : list) text += (text.empty() ? "" : ", ") + title_of(field.choices, each);
    return text.empty() ? "none" : text;
  }
  std::string operator()(const MethodChoice& choice) const { return method_text(choice, field); }
};

std::string exceptions_text(const std::vector<LayerOverride>& layers) {
  std::string text;
  for (const LayerOverride& each : layers) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", each.pattern, text_of(each));
  }
  return text.empty() ? "none" : text;
}

void add_if_different(std::vector<Difference>& found, Difference row) {
  const auto differs = [&](const std::string& value) { return value != row.values.front(); };
  if (std::any_of(row.values.begin(), row.values.end(), differs)) found.push_back(std::move(row));
}

}  // namespace

std::span<const Param> params_of(const Key& key, const std::string& method) {
  for (const MethodOption& each : key.methods().options) {
    if (each.choice.id == method) return each.params;
  }
  return {};
}

std::string text_of(const Field& field) {
  return std::visit(Teller{field}, field.value);
}

std::string text_of(const LayerOverride& layer) {
  std::string text;
  for (const Field& field : fields_of(layer)) {
    if (std::holds_alternative<std::monostate>(field.value)) continue;
    std::string value = text_of(field);
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", field.key.title, value);
  }
  return text.empty() ? "like others" : text;
}

std::vector<Difference> differences(std::span<const Scheme> schemes) {
  std::vector<Difference> found;
  if (schemes.empty()) return found;
  std::vector<std::vector<Field>> all;
  for (const Scheme& scheme : schemes) all.push_back(fields_of(scheme));
  for (std::size_t i = 0; i < all.front().size(); ++i) {
    const Field& first = all.front()[i];
    if (first.kind == FieldKind::text) continue;  // names
    Difference row{first.section, std::string(first.key.title), {}};
    for (const auto& fields : all) row.values.push_back(text_of(fields[i]));
    add_if_different(found, std::move(row));
  }
  Difference row{"Single layers", "Exceptions", {}};
  for (const Scheme& scheme : schemes) row.values.push_back(exceptions_text(scheme.layers));
  add_if_different(found, std::move(row));
  return found;
}

}  // namespace qs
