#include "views/models/scheme_fields.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/quant/scheme_keys.h"

namespace qs {

namespace {

std::vector<Choice> method_choices(const Key& key) {
  QS_ASSERT(key.methods != nullptr);
  std::vector<Choice> choices;
  for (const MethodOption& each : key.methods().options) choices.push_back(each.choice);
  return choices;
}

template <Worded T>
std::vector<Choice> word_choices() {
  std::vector<Choice> choices;
  for (const Word<T>& each : kWords<T>) choices.push_back({each.word, each.title, each.summary});
  return choices;
}

// ---- taking apart ----

/// Fills in what depends on the type of the value.
void fill(Field& field, bool value) {
  field.kind = FieldKind::toggle;
  field.value = value;
}
void fill(Field& field, const Whole auto& value) {
  field.kind = FieldKind::whole;
  field.value = static_cast<std::int64_t>(value);
}
template <Worded T>
void fill(Field& field, const T& value) {
  field.kind = FieldKind::choice;
  field.choices = word_choices<T>();
  field.value = std::string(word_of(value));
}
void fill(Field& field, const std::string& value) {
  field.kind = field.key.choices != nullptr ? FieldKind::choice : FieldKind::text;
  if (field.key.choices != nullptr) field.choices = field.key.choices();
  field.value = value;
}
void fill(Field& field, const std::vector<std::string>& value) {
  field.kind = FieldKind::list;
  field.choices = field.key.choices();
  field.value = value;
}
void fill(Field& field, const MethodChoice& value) {
  field.kind = FieldKind::method;
  field.choices = method_choices(field.key);
  field.value = value;
}
template <class T>
void fill(Field& field, const std::optional<T>& value) {
  fill(field, value.value_or(T{}));
  if (!value) field.value = std::monostate{};
}

struct Collector {
  std::vector<Field>& fields;
  std::string path;
  std::string section;

  template <class T>
  void operator()(const Key& key, const T& value) const {
    Field& field = fields.emplace_back();
    field.path = joined_path(path, key.name);
    field.section = key.section.empty() ? section : std::string(key.section);
    field.key = key;
    fill(field, value);
  }
  void operator()(const Key& key, const Keyed auto& part) const {
    for_each_key(part, Collector{fields, joined_path(path, key.name), std::string(key.title)});
  }
  void operator()(const Key&, const std::vector<LayerOverride>&) const {}
};

// ---- putting together ----

template <class T>
const T& of_kind(const FieldValue& value) {
  QS_ASSERT(std::holds_alternative<T>(value));
  return std::get<T>(value);
}

void assign(const FieldValue& from, bool& to) {
  to = of_kind<bool>(from);
}
template <Whole T>
void assign(const FieldValue& from, T& to) {
  to = static_cast<T>(of_kind<std::int64_t>(from));
}
template <Worded T>
void assign(const FieldValue& from, T& to) {
  const std::string& word = of_kind<std::string>(from);
  const auto found =
      std::find_if(kWords<T>.begin(), kWords<T>.end(), [&](const Word<T>& each) { return each.word == word; });
  QS_ASSERT(found != kWords<T>.end());
  to = found->value;
}
void assign(const FieldValue& from, std::string& to) {
  to = of_kind<std::string>(from);
}
void assign(const FieldValue& from, std::vector<std::string>& to) {
  to = of_kind<std::vector<std::string>>(from);
}
void assign(const FieldValue& from, MethodChoice& to) {
  to = of_kind<MethodChoice>(from);
}
template <class T>
void assign(const FieldValue& from, std::optional<T>& to) {
  if (std::holds_alternative<std::monostate>(from)) {
    to.reset();
  } else {
    assign(from, to.emplace());
  }
}

struct Setter {
  std::string_view wanted;
  const FieldValue& value;
  bool& found;
  std::string path;

  template <class T>
  void operator()(const Key& key, T& member) const {
    if (joined_path(path, key.name) != wanted) return;
    assign(value, member);
    found = true;
  }
  void operator()(const Key& key, Keyed auto& part) const {
    for_each_key(part, Setter{wanted, value, found, joined_path(path, key.name)});
  }
  void operator()(const Key&, std::vector<LayerOverride>&) const {}
};

void set(Keyed auto& part, std::string_view path, const FieldValue& value) {
  bool found = false;
  for_each_key(part, Setter{path, value, found, {}});
  QS_ASSERT(found);
}

}  // namespace

std::vector<Field> fields_of(const Scheme& scheme) {
  std::vector<Field> fields;
  for_each_key(scheme, Collector{fields, {}, {}});
  return fields;
}

std::vector<Field> fields_of(const LayerOverride& layer) {
  std::vector<Field> fields;
  for_each_key(layer, Collector{fields, {}, {}});
  std::erase_if(fields, [](const Field& field) { return field.kind == FieldKind::text; });
  return fields;
}

void set_field(Scheme& scheme, std::string_view path, const FieldValue& value) {
  set(scheme, path, value);
}

void set_field(LayerOverride& layer, std::string_view path, const FieldValue& value) {
  set(layer, path, value);
}

SchemeProblem problem_from(const Scheme& scheme, const std::string& message) {
  SchemeProblem problem{{}, message};
  for (const Field& field : fields_of(scheme)) {
    const bool names_it = message.starts_with(field.path) && message.size() > field.path.size() &&
                          std::string_view(" :[").find(message[field.path.size()]) != std::string_view::npos;
    if (names_it) return {field.path, std::string(field.key.title) + message.substr(field.path.size())};
  }
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
