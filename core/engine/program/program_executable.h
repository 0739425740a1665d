// A program with its memory in place, ready to run.
#pragma once

#include <memory>

#include "core/engine/executable.h"
#include "core/engine/program/program.h"

namespace qs {

/// `graph` is what the program computes: its inputs and outputs count, the last of them being `options.taps`. All
/// buffers that are no weights share one arena.
[[nodiscard]] std::unique_ptr<Executable> make_executable(Graph graph, const Program& program, std::vector<Step> steps,
                                                          const CompileOptions& options);

}  // namespace qs
