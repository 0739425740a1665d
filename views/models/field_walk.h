// Taking a value apart into its keys and putting it together again, for any value that has keys (core/base/key.h).
#pragma once

#include <algorithm>

#include "core/base/error.h"
#include "views/models/scheme_fields.h"

namespace qs::field_walk {

inline std::vector<Choice> method_choices(const Key& key) {
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
inline void fill(Field& field, bool value) {
  field.kind = FieldKind::toggle;
  field.value = value;
}
void fill(Field& field, const Whole auto& value) {
  field.kind = FieldKind::whole;
  field.value = static_cast<std::int64_t>(value);
}
inline void fill(Field& field, double value) {
  field.kind = FieldKind::real;
  field.value = value;
}
template <Worded T>
void fill(Field& field, const T& value) {
  field.kind = FieldKind::choice;
  field.choices = word_choices<T>();
  field.value = std::string(word_of(value));
}
inline void fill(Field& field, const std::string& value) {
  field.kind = field.key.choices != nullptr ? FieldKind::choice : FieldKind::text;
  if (field.key.choices != nullptr) field.choices = field.key.choices();
  field.value = value;
}
inline void fill(Field& field, const std::vector<std::string>& value) {
  field.kind = FieldKind::list;
  field.choices = field.key.choices();
  field.value = value;
}
inline void fill(Field& field, const MethodChoice& value) {
  field.kind = FieldKind::method;
  field.choices = method_choices(field.key);
  field.value = value;
}
template <class T>
void fill(Field& field, const std::optional<T>& value) {
  fill(field, value.value_or(T{}));
  if (!value) field.value = std::monostate{};
}

/// Values that no single editor shows.
template <class T>
inline constexpr bool kHasNoField = false;

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
  /// A part that may be left out.
  template <Keyed T>
  void operator()(const Key& key, const std::optional<T>& part) const {
    if (part) (*this)(key, *part);
  }
  template <class T>
  requires kHasNoField<T>
  void operator()(const Key&, const T&) const {}
};

// ---- putting together ----

template <class T>
const T& of_kind(const FieldValue& value) {
  QS_ASSERT(std::holds_alternative<T>(value));
  return std::get<T>(value);
}

inline void assign(const FieldValue& from, bool& to) {
  to = of_kind<bool>(from);
}
template <Whole T>
void assign(const FieldValue& from, T& to) {
  to = static_cast<T>(of_kind<std::int64_t>(from));
}
inline void assign(const FieldValue& from, double& to) {
  to = of_kind<double>(from);
}
template <Worded T>
void assign(const FieldValue& from, T& to) {
  const std::string& word = of_kind<std::string>(from);
  const auto found =
      std::find_if(kWords<T>.begin(), kWords<T>.end(), [&](const Word<T>& each) { return each.word == word; });
  QS_ASSERT(found != kWords<T>.end());
  to = found->value;
}
inline void assign(const FieldValue& from, std::string& to) {
  to = of_kind<std::string>(from);
}
inline void assign(const FieldValue& from, std::vector<std::string>& to) {
  to = of_kind<std::vector<std::string>>(from);
}
inline void assign(const FieldValue& from, MethodChoice& to) {
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
  template <Keyed T>
  void operator()(const Key& key, std::optional<T>& part) const {
    if (part) (*this)(key, *part);
  }
  template <class T>
  requires kHasNoField<T>
  void operator()(const Key&, T&) const {}
};

/// Puts `value` at the key `path` of `part`.
void set(Keyed auto& part, std::string_view path, const FieldValue& value) {
  bool found = false;
  for_each_key(part, Setter{path, value, found, {}});
  QS_ASSERT(found);
}

/// All keys of a value in their order.
[[nodiscard]] std::vector<Field> fields(const Keyed auto& value) {
  std::vector<Field> found;
  for_each_key(value, Collector{found, {}, {}});
  return found;
}

}  // namespace qs::field_walk
