// Plain data parallelism on the OpenMP team that oneDNN uses too.
#pragma once

#include <omp.h>

#include <cstdint>
#include <exception>
#include <utility>

namespace qs {

/// Calls `body(i)` for every i in [0, count), in no particular order, on the OpenMP team.
/// The first exception thrown by a body is rethrown here, after all bodies have ended.
template <class Body>
void parallel_for(std::int64_t count, Body&& body) {
  std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic, 1) if (count > 1)
  for (std::int64_t i = 0; i < count; ++i) {
    try {
      body(i);
    } catch (...) {
#pragma omp critical(qs_parallel_for_failure)
      if (!failure) failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

/// Sets the size of the OpenMP team for the current thread while in scope; `count` <= 0 changes nothing.
class ThreadCount {
 public:
  explicit ThreadCount(int count) : previous_(omp_get_max_threads()) {
    if (count > 0) omp_set_num_threads(count);
  }
  ~ThreadCount() { omp_set_num_threads(previous_); }
  ThreadCount(const ThreadCount&) = delete;
  ThreadCount& operator=(const ThreadCount&) = delete;

 private:
  int previous_;
};

}  // namespace qs
