#include "views/panels/panels.h"

#include <array>

namespace qs {

std::span<const PanelKind* const> panel_kinds() {
  // Their place here is the number of their key, too: Alt+1 to Alt+9, and Alt+0 for the tenth.
  static constexpr std::array kPanels{&model_panel,       &scheme_panel,  &sqnr_panel,        &weight_power_panel,
                                      &range_panel,       &error_panel,   &accuracy_panel,    &images_panel,
                                      &experiments_panel, &latency_panel, &sensitivity_panel, &guide_panel,
                                      &graph_panel,       &training_panel};
  return kPanels;
}

}  // namespace qs
