// JSON files that people write.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace qs {

/// The document in a file of at most 1 MiB. Throws `Error` (bad_input), without the file's name, when it cannot be
/// read, is larger than any `noun` ("scheme"), is no JSON, or gives a key twice, which would silently count once.
[[nodiscard]] nlohmann::ordered_json json_from_file(const std::string& path, std::string_view noun);

}  // namespace qs
