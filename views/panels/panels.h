// The list of panels; see panels.cpp.
#pragma once

#include "views/panel.h"

namespace qs {

extern const PanelKind model_panel;
extern const PanelKind sqnr_panel;
extern const PanelKind graph_panel;
extern const PanelKind guide_panel;
extern const PanelKind weight_power_panel;
extern const PanelKind scheme_panel;

}  // namespace qs
