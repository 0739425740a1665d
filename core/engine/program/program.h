// What a graph is lowered to: a flat list of actions on numbered buffers.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "core/engine/onednn.h"

namespace qs {

/// Index of a buffer of a program.
using BufferId = Id<struct BufferTag>;

/// Where bytes live. A buffer is either fixed (weights: `memory` holds it), the graph's n-th input (bound at each
/// run), or a piece of the arena that is in use from action `first` to action `last`.
struct Buffer {
  std::size_t bytes = 0;
  dnnl::memory fixed;
  int input = -1;
  int first = -1;
  int last = -1;
};

/// A buffer as one argument of an action: `role` is DNNL_ARG_SRC and so on.
struct Argument {
  int role = 0;
  dnnl::memory::desc desc;
  BufferId buffer;
};

/// Runs on host memory instead of a primitive. Arguments come in the order of `Action::arguments`.
using HostCode = std::function<void(std::span<const dnnl::memory>)>;

struct Action {
  dnnl::primitive primitive;  ///< empty when `host` is set
  HostCode host;
  std::vector<Argument> arguments;
  int step = 0;  ///< index of the Step it belongs to
};

/// A value in some layout.
struct Located {
  dnnl::memory::desc desc;
  BufferId buffer;
};

struct Program {
  std::vector<Buffer> buffers;
  std::vector<Action> actions;
  std::vector<Located> outputs;  ///< dense, in the order of the graph's outputs
};

}  // namespace qs
