// What a measurement was made with.
#pragma once

#include <string>

namespace qs {

struct Environment {
  std::string isa;     ///< instruction set oneDNN uses, e.g. "avx512_core_vnni"
  std::string onednn;  ///< version of the library that is loaded, e.g. "2.6.3"
  int threads = 0;     ///< size of the OpenMP team
};

[[nodiscard]] Environment environment();

}  // namespace qs
