#include "app/cli/commands.h"

#include <array>

namespace qs {

std::span<const Command* const> commands() {
  static constexpr std::array kCommands{&demo_command, &inspect_command, &evaluate_command,  &bench_command,  &analyze_command,
                                        &schemes_command, &reproduce_command, &report_command, &train_command};
  return kCommands;
}

}  // namespace qs
