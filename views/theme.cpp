#include "views/theme.h"

#include <algorithm>

namespace qs {

namespace {

Theme light() {
  return {.background = Qt::white,
          .text = QColor(0x1d1d1f),
          .weak_text = QColor(0x5f6368),
          .grid = QColor(0xdedede),
          .float_line = QColor(0x1d1d1f),
          .good = QColor(0x00704f),
          .bad = QColor(0xb03a00),
          .series = {QColor(0x0072b2), QColor(0xd55e00), QColor(0x009e73), QColor(0xcc79a7), QColor(0xe69f00),
                     QColor(0x56b4e9), QColor(0x8a6d00), QColor(0x555555)}};
}

Theme dark() {
  return {.background = QColor(0x1e1f22),
          .text = QColor(0xe8e8ea),
          .weak_text = QColor(0xa8abb0),
          .grid = QColor(0x3c3e43),
          .float_line = QColor(0xe8e8ea),
          .good = QColor(0x4cc9a0),
          .bad = QColor(0xff8a50),
          .series = {QColor(0x56b4e9), QColor(0xff8a3c), QColor(0x2fc79b), QColor(0xe59ac3), QColor(0xf0c04c),
                     QColor(0x8ab4ff), QColor(0xf0e442), QColor(0xbbbbbb)}};
}

QPalette palette_of(const Theme& theme, const QColor& window, const QColor& button) {
  QPalette palette;
  palette.setColor(QPalette::Window, window);
  palette.setColor(QPalette::Base, theme.background);
  palette.setColor(QPalette::AlternateBase, window);
  palette.setColor(QPalette::Button, button);
  palette.setColor(QPalette::ToolTipBase, theme.background);
  for (const QPalette::ColorRole role :
       {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText}) {
    palette.setColor(role, theme.text);
    palette.setColor(QPalette::Disabled, role, theme.weak_text);
  }
  palette.setColor(QPalette::PlaceholderText, theme.weak_text);
  palette.setColor(QPalette::Highlight, QColor(0x0072b2));
  palette.setColor(QPalette::HighlightedText, Qt::white);
  palette.setColor(QPalette::Link, theme.series[0]);
  return palette;
}

}  // namespace

QColor Theme::damage(double share) const {
  const double t = std::clamp(share, 0.0, 1.0);
  // Blue, grey and yellow of "cividis" (J. Nunez et al., PLOS ONE 13, 2018), paled so that text on it stays legible.
  const auto mix = [](const QColor& a, const QColor& b, double u) {
    return QColor::fromRgbF(static_cast<float>(a.redF() + (b.redF() - a.redF()) * u),
                            static_cast<float>(a.greenF() + (b.greenF() - a.greenF()) * u),
                            static_cast<float>(a.blueF() + (b.blueF() - a.blueF()) * u));
  };
  const bool is_dark = background.lightness() < 128;
  const QColor mild = is_dark ? QColor(0x24415e) : QColor(0xcfe3f2);
  const QColor middle = is_dark ? QColor(0x55554d) : QColor(0xe6e3d3);
  const QColor worst = is_dark ? QColor(0x9a7a00) : QColor(0xffc20a);
  return t < 0.5 ? mix(mild, middle, 2 * t) : mix(middle, worst, 2 * t - 1);
}

Theme theme_for(const QPalette& palette) {
  return palette.color(QPalette::Base).lightness() < 128 ? dark() : light();
}

const Theme& print_theme() {
  static const Theme theme = light();
  return theme;
}

QPalette light_palette() {
  return palette_of(light(), QColor(0xf3f3f4), QColor(0xf8f8f8));
}

QPalette dark_palette() {
  return palette_of(dark(), QColor(0x2a2c30), QColor(0x36383d));
}

}  // namespace qs
