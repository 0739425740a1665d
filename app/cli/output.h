// Where results go: files that are either whole or absent, and standard output.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace qs {

/// "-" in place of a file name: standard output.
inline constexpr std::string_view kStandardOutput = "-";

/// Throws `Error` (bad_input) when nothing can be written at `path`: asked before a long run, so that its result is not
/// lost. Leaves nothing behind and touches no existing file. An empty path means no output and is fine.
void check_writable(const std::string& path);

/// Writes `content` to `path`, or to standard output for "-". A file appears (or changes) all at once, by renaming;
/// devices and pipes are written directly. Throws `Error` (bad_input) when it cannot. An empty path writes nothing.
void write_output(const std::string& path, std::string_view content);

/// JSON as it is written: indented, one line end at the end, bytes that are no UTF-8 replaced.
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& json);

/// Throws `Error` (bad_input) when what was printed to standard output did not arrive (a full disk).
void finish_standard_output();

}  // namespace qs
