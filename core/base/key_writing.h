// Values with keys as JSON. A type of its own kind joins by a function `written` in namespace qs.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/key.h"

namespace qs {

[[nodiscard]] nlohmann::ordered_json written(bool value);
[[nodiscard]] nlohmann::ordered_json written(double value);
[[nodiscard]] nlohmann::ordered_json written(const std::string& text);
[[nodiscard]] nlohmann::ordered_json written(const std::vector<std::string>& list);
[[nodiscard]] nlohmann::ordered_json written(const MethodChoice& choice);
[[nodiscard]] nlohmann::ordered_json written(const Keyed auto& part);

[[nodiscard]] nlohmann::ordered_json written(const Whole auto& value) {
  return value;
}

[[nodiscard]] nlohmann::ordered_json written(Worded auto value) {
  return word_of(value);
}

template <std::size_t N>
[[nodiscard]] nlohmann::ordered_json written(const std::array<double, N>& numbers) {
  return numbers;
}

template <Keyed Part>
[[nodiscard]] nlohmann::ordered_json written(const std::vector<Part>& parts) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Part& part : parts) list.push_back(written(part));
  return list;
}

/// Writes every key; optional ones that are not set are left out.
struct KeyWriter {
  nlohmann::ordered_json& json;

  template <class T>
  void operator()(const Key& key, const T& value) const {
    json[std::string(key.name)] = written(value);
  }
  template <class T>
  void operator()(const Key& key, const std::optional<T>& value) const {
    if (value) json[std::string(key.name)] = written(*value);
  }
};

nlohmann::ordered_json written(const Keyed auto& part) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for_each_key(part, KeyWriter{json});
  return json;
}

}  // namespace qs
