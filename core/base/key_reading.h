// Values with keys from JSON. Unknown keys and wrong types throw `Error` (bad_input) naming the key by its path.
// A type of its own kind joins by a function `read_key` in namespace qs.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/error.h"
#include "core/base/key.h"

namespace qs {

/// A place in the document: its value, and its path for messages.
struct KeyPlace {
  const nlohmann::ordered_json& json;
  std::string_view noun;  ///< of the whole document: "scheme"
  std::string path = {};

  [[nodiscard]] KeyPlace at(std::string_view key) const;
  [[nodiscard]] KeyPlace at(std::size_t index) const;

  /// "`path` must be `allowed`, but is ..."
  [[noreturn]] void refuse(std::string_view allowed) const;
};

/// Refuses keys of an object that are none of `known`.
void refuse_others(const KeyPlace& place, const std::vector<std::string_view>& known);

/// Checks "format", "version" and that there is an "id".
void check_format(const KeyPlace& root, std::string_view format, int version);

void read_key(const KeyPlace& place, bool& value);
void read_key(const KeyPlace& place, double& value);
void read_key(const KeyPlace& place, std::string& value);
void read_key(const KeyPlace& place, std::vector<std::string>& list);
void read_key(const KeyPlace& place, MethodChoice& choice);
void read_numbers(const KeyPlace& place, std::span<double> numbers);
void read_key(const KeyPlace& place, Keyed auto& part);

/// 8 and 8.0 are whole; whether they are in bounds is for `check_key` to say, but they must fit the type.
template <Whole T>
void read_key(const KeyPlace& place, T& value) {
  const double limit = static_cast<double>(std::min<std::uint64_t>(kLargestWhole, std::numeric_limits<T>::max()));
  const double number = place.json.is_number() ? place.json.get<double>() : std::nan("");
  const double lowest = std::is_signed_v<T> ? -limit : 0;
  const bool fits = number == std::floor(number) && number >= lowest && number <= limit;  // false for NaN
  if (!fits) place.refuse(std::is_signed_v<T> ? "a whole number" : fmt::format("a whole number from 0 to {}", limit));
  value = static_cast<T>(number);
}

template <Worded T>
void read_key(const KeyPlace& place, T& value) {
  std::string known;
  for (const Word<T>& each : kWords<T>) {
    if (place.json.is_string() && place.json.get_ref<const std::string&>() == each.word)
      return void(value = each.value);
    known += fmt::format("{}{}", known.empty() ? "" : ", ", each.word);
  }
  place.refuse("one of: " + known);
}

template <std::size_t N>
void read_key(const KeyPlace& place, std::array<double, N>& numbers) {
  read_numbers(place, numbers);
}

template <Keyed Part>
void read_key(const KeyPlace& place, std::vector<Part>& parts) {
  if (!place.json.is_array()) place.refuse("a list of objects");
  parts.assign(place.json.size(), {});
  for (std::size_t i = 0; i < parts.size(); ++i) read_key(place.at(i), parts[i]);
}

template <class T>
void read_key(const KeyPlace& place, std::optional<T>& value) {
  read_key(place, value.emplace());
}

struct KeyReader {
  const KeyPlace& place;
  std::vector<std::string_view>& known;
  template <class T>
  void operator()(const Key& key, T& value) const {
    known.push_back(key.name);
    if (place.json.contains(std::string(key.name))) read_key(place.at(key.name), value);
  }
};

/// Reads all keys that are there; the others keep their values. `known`: keys that are no members.
void read_keys(const KeyPlace& place, Keyed auto& part, std::vector<std::string_view> known) {
  if (!place.json.is_object()) place.refuse("an object");
  for_each_key(part, KeyReader{place, known});
  refuse_others(place, known);
}

void read_key(const KeyPlace& place, Keyed auto& part) {
  read_keys(place, part, {});
}

}  // namespace qs
