#include "core/base/error.h"

namespace qs::detail {

void assertion_failed(const char* condition, const char* file, int line) {
  throw Error(ErrorCode::internal, fmt::format("internal error at {}:{}: {} does not hold; please report it",
                                               file, line, condition));
}

}  // namespace qs::detail
