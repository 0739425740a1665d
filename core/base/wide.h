// Loops on the widest vectors the CPU has, though the program as a whole is compiled for any.
#pragma once

namespace qs {

#if defined(__x86_64__) && defined(__GNUC__)

namespace wide {

template <class Body>
[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,prefer-vector-width=512"), gnu::flatten]] void with_avx512(
    const Body& body) {
  body();
}

template <class Body>
[[gnu::target("avx2"), gnu::flatten]] void with_avx2(const Body& body) {
  body();
}

enum class Vectors { plain, avx2, avx512 };

inline Vectors widest() {
  static const Vectors found = [] {
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
      return Vectors::avx512;
    return __builtin_cpu_supports("avx2") ? Vectors::avx2 : Vectors::plain;
  }();
  return found;
}

}  // namespace wide

/// Calls `body`, compiled once for each kind of vectors with all that it calls inlined. For inner loops that the
/// compiler can vectorize; whatever the vectors, results are the same (-ffp-contract=off: products and sums are rounded
/// one by one).
template <class Body>
void on_wide_vectors(const Body& body) {
  switch (wide::widest()) {
    case wide::Vectors::avx512: return wide::with_avx512(body);
    case wide::Vectors::avx2: return wide::with_avx2(body);
    case wide::Vectors::plain: return body();
  }
}

#else

template <class Body>
void on_wide_vectors(const Body& body) {
  body();
}

#endif

}  // namespace qs
