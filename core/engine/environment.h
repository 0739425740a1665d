// What a measurement was made with.
#pragma once

#include <string>
#include <string_view>

namespace qs {

struct Environment {
  std::string isa;     ///< instruction set oneDNN uses, e.g. "avx512_core_vnni"
  std::string onednn;  ///< version of the library that is loaded, e.g. "2.6.3"
  int threads = 0;     ///< size of the OpenMP team
  /// Without VNNI two neighbouring products of u8 and s8 are added in 16 bits, where they may saturate: the integer
  /// backend then computes layers in halves (integer/exact_products.h), which is exact and takes longer.
  bool saturating_products = false;
};

[[nodiscard]] Environment environment();

/// What saturating products cost and what helps, in a sentence or two; empty where there are none.
[[nodiscard]] std::string saturation_note(const Environment& environment);

/// What `limit_isa` takes: "avx2, avx512, vnni, amx, best".
[[nodiscard]] std::string isa_names();

/// Lets oneDNN use no more than this instruction set in this process: "avx2", "avx512", "vnni" (of either width),
/// "amx", or "best", which changes nothing. To be called before anything is computed. Throws `Error` (usage) for
/// another name and (bad_input) for a set the CPU lacks, listing those it has. Vectorized loops outside of oneDNN are
/// not concerned: their results do not depend on it.
void limit_isa(std::string_view name);

}  // namespace qs
