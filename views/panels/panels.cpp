#include "views/panels/panels.h"

#include <array>

namespace qs {

std::span<const PanelKind* const> panel_kinds() {
  static constexpr std::array kPanels{&model_panel,      &sqnr_panel,        &graph_panel,    &weight_power_panel,
                                      &range_panel,      &scheme_panel,      &accuracy_panel, &images_panel,
                                      &error_panel,      &sensitivity_panel, &latency_panel,  &guide_panel,
                                      &experiments_panel};
  return kPanels;
}

}  // namespace qs
