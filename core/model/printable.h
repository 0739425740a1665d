// Text from a file on its way to a person.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace qs {

/// `text` as valid UTF-8 without control characters: every other byte becomes `\xNN`. What is longer than `limit` bytes
/// is cut and ends in "...". A terminal, a JSON file and a table cell can take the result as it is.
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 200);

/// Tells equal names apart.
class UniqueNames {
 public:
  /// `name` itself the first time, then `name_2`, `name_3`, ... skipping what was given out before.
  [[nodiscard]] std::string unique(const std::string& name);

 private:
  std::unordered_map<std::string, int> uses_;
};

}  // namespace qs
