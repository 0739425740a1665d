// A place in a JSON document that is read back: its value, and its path for messages ("results[2].layers[0].kernel").
#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace qs {

/// Every function throws `Error` (bad_input), naming the path, when the value is missing or of another type. Refers to
/// the document, which must outlive it.
class JsonPlace {
 public:
  using Json = nlohmann::ordered_json;

  explicit JsonPlace(const Json& root) : json_(&root) {}

  /// A key of an object that must be there.
  [[nodiscard]] JsonPlace at(std::string_view key) const;
  /// Whether this is an object that has the key, with another value than null.
  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] bool is_null() const { return json_->is_null(); }
  [[nodiscard]] const Json& json() const { return *json_; }
  [[nodiscard]] const std::string& path() const { return path_; }

  /// The elements of a list.
  [[nodiscard]] std::vector<JsonPlace> elements() const;

  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] double number() const;
  /// A whole number of at least 0, or of at least `least`.
  [[nodiscard]] std::int64_t whole(std::int64_t least = 0,
                                   std::int64_t most = std::numeric_limits<std::int64_t>::max()) const;
  [[nodiscard]] std::uint64_t unsigned_whole() const;
  [[nodiscard]] std::vector<std::string> texts() const;

  [[noreturn]] void refuse(std::string_view allowed) const;

 private:
  JsonPlace(const Json& json, std::string path) : json_(&json), path_(std::move(path)) {}

  const Json* json_;
  std::string path_;
};

/// What `text` holds. Throws `Error` (bad_input) saying where it ceases to be JSON.
[[nodiscard]] nlohmann::ordered_json parse_json(std::string_view text);

}  // namespace qs
