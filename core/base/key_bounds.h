// Whether the values of keys lie in their bounds, whatever the other keys say; throws `Error` (bad_input) naming the
// key by its path. A type of its own kind joins by a function `check_key` in namespace qs.
#pragma once

#include <optional>

#include "core/base/error.h"
#include "core/base/key.h"

namespace qs {

inline void check_key(const Key&, const std::string&, bool) {}
inline void check_key(const Key&, const std::string&, Worded auto) {}
void check_key(const Key& key, const std::string& path, double value);
void check_key(const Key& key, const std::string& path, const std::string& text);
void check_key(const Key& key, const std::string& path, const std::vector<std::string>& list);
void check_key(const Key& key, const std::string& path, const MethodChoice& choice);
void check_key(const Key& key, const std::string& path, const Keyed auto& part);

void check_key(const Key& key, const std::string& path, const Whole auto& value) {
  const auto number = static_cast<std::int64_t>(value);
  if (key.ends_only && number != key.min && number != key.max) {
    bad_input("{} is {}, but must be {} or {}", path, value, key.min, key.max);
  }
  const bool inside = number >= key.min && number <= key.max;
  if (!inside) bad_input("{} is {}, but must lie from {} to {}", path, value, key.min, key.max);
}

template <std::size_t N>
void check_key(const Key& key, const std::string& path, const std::array<double, N>& numbers) {
  for (std::size_t i = 0; i < N; ++i) check_key(key, fmt::format("{}[{}]", path, i), numbers[i]);
}

template <Keyed Part>
void check_key(const Key& key, const std::string& path, const std::vector<Part>& parts) {
  for (std::size_t i = 0; i < parts.size(); ++i) check_key(key, fmt::format("{}[{}]", path, i), parts[i]);
}

template <class T>
void check_key(const Key& key, const std::string& path, const std::optional<T>& value) {
  if (value) check_key(key, path, *value);
}

struct KeyBounds {
  std::string path = {};

  void operator()(const Key& key, const auto& value) const { check_key(key, joined_path(path, key.name), value); }
};

void check_key(const Key&, const std::string& path, const Keyed auto& part) {
  for_each_key(part, KeyBounds{path});
}

/// Ids name files and rows: letters, digits and -_. only. `noun`: "scheme".
void check_id(const std::string& id, std::string_view noun);

}  // namespace qs
