// Files that are either whole or not there.
#pragma once

#include <filesystem>
#include <string_view>

namespace qs {

/// Writes `content` as the file `path`: into a temporary file beside it, flushed to the disk, then renamed. Whatever
/// happens, a kill or a power cut included, `path` holds either what it held before or all of `content`; a killed
/// process may leave the temporary file (".NAME.PROCESS.0"). A link is followed, permissions of an existing file are
/// kept. Throws `Error` (bad_input) naming the file and the system's reason (no folder, no permission, disk full) and
/// leaves nothing behind; also when `path` is a folder, a device or a pipe.
void write_atomically(const std::filesystem::path& path, std::string_view content);

}  // namespace qs
