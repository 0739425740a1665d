#include "app/window/narrow_tabs.h"

#include <QProxyStyle>
#include <QTabBar>

namespace qs {

namespace {

constexpr int kBeside = 12;  // pixels beside a title, of both sides together

class NarrowTabs : public QProxyStyle {
 public:
  [[nodiscard]] int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override {
    return metric == PM_TabBarTabHSpace ? kBeside : QProxyStyle::pixelMetric(metric, option, widget);
  }
};

}  // namespace

void narrow_tabs(QTabBar& bar) {
  if (dynamic_cast<NarrowTabs*>(bar.style()) != nullptr) return;
  auto* style = new NarrowTabs;
  style->setParent(&bar);
  bar.setStyle(style);
}

}  // namespace qs
