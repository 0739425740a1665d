#include "views/panels/panels.h"

#include <array>

namespace qs {

std::span<const PanelKind* const> panel_kinds() {
  static constexpr std::array kPanels{&model_panel,       &sqnr_panel,     &weight_power_panel, &range_panel,
                                      &error_panel,       &accuracy_panel, &images_panel,       &latency_panel,
                                      &sensitivity_panel, &guide_panel,    &graph_panel,        &scheme_panel,
                                      &experiments_panel};
  return kPanels;
}

}  // namespace qs
