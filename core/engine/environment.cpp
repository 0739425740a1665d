#include "core/engine/environment.h"

#include <fmt/ranges.h>
#include <omp.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/engine/onednn.h"

namespace qs {

namespace {

using dnnl::cpu_isa;

constexpr std::string_view kBest = "best";

/// Wide or narrow: what the CPU has.
cpu_isa vnni() {
#if defined(__x86_64__) && defined(__GNUC__)
  return __builtin_cpu_supports("avx512vnni") ? cpu_isa::avx512_core_vnni : cpu_isa::avx2_vnni;
#else
  return cpu_isa::avx512_core_vnni;
#endif
}

struct Isa {
  std::string_view name;
  cpu_isa set;
};

/// From narrow to wide.
std::array<Isa, 4> sets() {
  return {
      {{"avx2", cpu_isa::avx2}, {"avx512", cpu_isa::avx512_core}, {"vnni", vnni()}, {"amx", cpu_isa::avx512_core_amx}}};
}

/// oneDNN's sets are bits: one for each step up.
bool includes(cpu_isa larger, cpu_isa smaller) {
  return (static_cast<unsigned>(larger) & static_cast<unsigned>(smaller)) == static_cast<unsigned>(smaller);
}

std::string name_of_effective_isa() {
  switch (dnnl::get_effective_cpu_isa()) {
    case cpu_isa::sse41: return "sse41";
    case cpu_isa::avx: return "avx";
    case cpu_isa::avx2: return "avx2";
    case cpu_isa::avx2_vnni: return "avx2_vnni";
    case cpu_isa::avx512_core: return "avx512_core";
    case cpu_isa::avx512_core_vnni: return "avx512_core_vnni";
    case cpu_isa::avx512_core_bf16: return "avx512_core_bf16";
    case cpu_isa::avx512_core_amx: return "avx512_core_amx";
    default: return "other";
  }
}

bool has_vnni(cpu_isa set) {
  return includes(set, cpu_isa::avx512_core_vnni) || includes(set, cpu_isa::avx2_vnni);
}

}  // namespace

Environment environment() {
  const dnnl_version_t* version = dnnl_version();
  return {.isa = name_of_effective_isa(),
          .onednn = fmt::format("{}.{}.{}", version->major, version->minor, version->patch),
          .threads = omp_get_max_threads(),
          .saturating_products = !has_vnni(dnnl::get_effective_cpu_isa())};
}

std::string saturation_note(const Environment& environment) {
  if (!environment.saturating_products) return {};
  return fmt::format(
      "{} has no VNNI, and its int8 kernels add pairs of products in 16 bits: layers with weights beyond 64 are "
      "computed "
      "in two halves, which is exact but takes longer. Weights of 7 bits need no halves: --scheme w7a8-channel-sym",
      environment.isa);
}

std::string isa_names() {
  std::string names;
  for (const Isa& isa : sets()) names += fmt::format("{}, ", isa.name);
  return names + std::string(kBest);
}

void limit_isa(std::string_view name) {
  if (name == kBest) return;
  const std::array<Isa, 4> known = sets();
  const auto wanted = std::find_if(known.begin(), known.end(), [&](const Isa& isa) { return isa.name == name; });
  if (wanted == known.end()) {
    throw Error(ErrorCode::usage, fmt::format("unknown instruction set \"{}\"; there are: {}", name, isa_names()));
  }
  if (dnnl::set_max_cpu_isa(wanted->set) != dnnl::status::success) {
    throw Error(ErrorCode::internal, "the instruction set was limited after oneDNN had chosen one");
  }
  const cpu_isa effective = dnnl::get_effective_cpu_isa();
  if (includes(effective, wanted->set)) return;
  std::vector<std::string_view> present;
  for (const Isa& isa : known) {
    if (includes(effective, isa.set)) present.push_back(isa.name);
  }
  bad_input("this CPU has no {}; it has: {}", name,
            present.empty() ? "none of them" : fmt::format("{}", fmt::join(present, ", ")));
}

}  // namespace qs
