// The list of panels; see panels.cpp.
#pragma once

#include "views/panel.h"

namespace qs {

extern const PanelKind model_panel;
extern const PanelKind sqnr_panel;
extern const PanelKind graph_panel;
extern const PanelKind accuracy_panel;
extern const PanelKind images_panel;
extern const PanelKind error_panel;
extern const PanelKind sensitivity_panel;
extern const PanelKind latency_panel;
extern const PanelKind guide_panel;
extern const PanelKind experiments_panel;
extern const PanelKind weight_power_panel;
extern const PanelKind scheme_panel;
extern const PanelKind range_panel;
extern const PanelKind training_panel;

}  // namespace qs
