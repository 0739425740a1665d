// Schemes in files of their own.
#pragma once

#include <string>

#include "core/quant/scheme.h"

namespace qs {

/// Writes the scheme's JSON; `find_scheme` reads it back. Throws `Error` (bad_input) when the scheme is impossible or
/// the file cannot be written, which leaves an older one as it was.
void save_scheme(const Scheme& scheme, const std::string& path);

/// Reads a scheme's file; a preset's name is none. Throws `Error` (bad_input) saying what is wrong with it.
[[nodiscard]] Scheme load_scheme(const std::string& path);

}  // namespace qs
