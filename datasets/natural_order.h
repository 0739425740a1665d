// One order of file names for all machines.
#pragma once

#include <string_view>

namespace qs {

/// True when `left` comes before `right`: runs of digits compare as numbers ("2" before "10"), all else byte by byte,
/// whatever the locale; names that differ only in leading zeros compare byte by byte. A strict order of all names.
[[nodiscard]] bool natural_less(std::string_view left, std::string_view right);

}  // namespace qs
