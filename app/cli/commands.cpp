#include "app/cli/commands.h"

#include <array>

namespace qs {

std::span<const Command* const> commands() {
  static constexpr std::array<const Command*, 2> kCommands = {&inspect_command, &evaluate_command};
  return kCommands;
}

}  // namespace qs
