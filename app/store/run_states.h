// States of runs as words; persistent.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "views/snapshot.h"

namespace qs {

inline constexpr std::array<std::pair<RunState, const char*>, 5> kRunStates{{{RunState::waiting, "waiting"},
                                                                             {RunState::running, "running"},
                                                                             {RunState::done, "done"},
                                                                             {RunState::stopped, "stopped"},
                                                                             {RunState::failed, "failed"}}};

[[nodiscard]] inline const char* word_of(RunState state) {
  return kRunStates[static_cast<std::size_t>(state)].second;
}

/// Throws `Error` (bad_input) for another word.
[[nodiscard]] inline RunState run_state(std::string_view word) {
  for (const auto& [state, name] : kRunStates) {
    if (word == name) return state;
  }
  bad_input("\"{}\" is no state of a run", word);
}

}  // namespace qs
