#include "core/model/printable.h"

#include <fmt/format.h>

#include <algorithm>

namespace qs {

namespace {

/// Bytes of the UTF-8 sequence that a first byte announces; 0 for a byte that starts none.
std::size_t announced_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  if (first >= 0xF0 && first < 0xF5) return 4;
  return 0;
}

bool is_utf8(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  for (std::size_t i = 1; i < sequence.size(); ++i) {
    if ((byte(i) & 0xC0) != 0x80) return false;
  }
  if (sequence.size() < 3) return true;
  // Longer forms than needed, surrogates, and what lies behind U+10FFFF.
  const unsigned char first = byte(0);
  const unsigned char second = byte(1);
  return !(first == 0xE0 && second < 0xA0) && !(first == 0xED && second >= 0xA0) && !(first == 0xF0 && second < 0x90) &&
         !(first == 0xF4 && second >= 0x90);
}

/// Length of the well-formed, printable character at the start of `text`; 0 when there is none.
std::size_t printable_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x20 || first == 0x7F) return 0;
  const std::size_t length = announced_length(first);
  if (length == 0 || length > text.size() || !is_utf8(text.substr(0, length))) return 0;
  const bool second_control_block = length == 2 && first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
  return second_control_block ? 0 : length;
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = printable_length(text);
    const std::string piece = length > 0 ? std::string(text.substr(0, length))
                                         : fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
    if (result.size() + piece.size() > limit) return result + "...";
    result += piece;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

std::string UniqueNames::unique(const std::string& name) {
  int& uses = uses_[name];
  std::string result = name;
  while (uses++ > 0) {
    result = fmt::format("{}_{}", name, uses);
    if (uses_.emplace(result, 1).second) break;
  }
  return result;
}

}  // namespace qs
