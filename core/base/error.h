// The program's one exception type, and the assertion for our own mistakes.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace qs {

/// Why an operation ended early. The numbers are the command line's exit statuses.
enum class ErrorCode {
  usage = 1,      ///< the request itself was wrong (flags, options)
  bad_input = 2,  ///< a file, image, model or setting given by the user cannot be used
  stopped = 3,    ///< the user asked to stop
  internal = 4,   ///< a defect of this program
};

/// Thrown where a fault is found; says what, where and what to do about it.
/// Caught only by the command line's `main` and by the window's job runner.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }

  /// The same error with `where: ` in front, for a caller that knows the file or node.
  [[nodiscard]] Error in(std::string_view where) const {
    return {code_, fmt::format("{}: {}", where, what())};
  }

 private:
  ErrorCode code_;
};

/// Throws an `Error` with code `bad_input` and a formatted message.
template <class... Args>
[[noreturn]] void bad_input(fmt::format_string<Args...> format, Args&&... args) {
  throw Error(ErrorCode::bad_input, fmt::format(format, std::forward<Args>(args)...));
}

/// Calls `body`; an `Error` leaving it gains `where: ` in front of its message.
template <class Body>
auto with_context(std::string_view where, Body&& body) -> decltype(body()) {
  try {
    return std::forward<Body>(body)();
  } catch (const Error& error) {
    throw error.in(where);
  }
}

namespace detail {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);
}

}  // namespace qs

/// Checks an invariant of this program in every build type; throws `Error` (internal) when it is broken.
/// Never used on the user's input.
#define QS_ASSERT(condition) \
  ((condition) ? void(0) : ::qs::detail::assertion_failed(#condition, __FILE__, __LINE__))
