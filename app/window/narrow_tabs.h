// Tabs that are little wider than their titles: all questions fit above the plots of a small screen.
#pragma once

class QTabBar;

namespace qs {

void narrow_tabs(QTabBar& bar);

}  // namespace qs
