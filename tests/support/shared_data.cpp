#include "tests/support/shared_data.h"

#include <cstdlib>

namespace qs {

std::filesystem::path shared_data() {
  if (const char* set = std::getenv("QS_SHARED_DATA")) return set;
  return std::filesystem::path(QS_SOURCE_DIR) / "../shared/data";
}

}  // namespace qs
