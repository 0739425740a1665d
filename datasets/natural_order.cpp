#include "datasets/natural_order.h"

#include <compare>

namespace qs {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Cuts a run of digits off the front and returns it without leading zeros.
std::string_view take_number(std::string_view& text) {
  while (text.size() > 1 && text[0] == '0' && is_digit(text[1])) text.remove_prefix(1);
  std::size_t length = 0;
  while (length < text.size() && is_digit(text[length])) ++length;
  const std::string_view number = text.substr(0, length);
  text.remove_prefix(length);
  return number;
}

std::strong_ordering compare_numbers(std::string_view left, std::string_view right) {
  if (const auto by_length = left.size() <=> right.size(); by_length != 0) return by_length;
  return left <=> right;
}

}  // namespace

bool natural_less(std::string_view left, std::string_view right) {
  std::string_view l = left, r = right;
  while (!l.empty() && !r.empty()) {
    if (is_digit(l[0]) && is_digit(r[0])) {
      if (const auto order = compare_numbers(take_number(l), take_number(r)); order != 0) return order < 0;
    } else {
      if (l[0] != r[0]) return static_cast<unsigned char>(l[0]) < static_cast<unsigned char>(r[0]);
      l.remove_prefix(1);
      r.remove_prefix(1);
    }
  }
  if (l.empty() != r.empty()) return l.empty();
  return left < right;
}

}  // namespace qs
