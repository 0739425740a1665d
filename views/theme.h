// Colors that work on screen and in print, for color-blind readers too.
#pragma once

#include <QColor>
#include <QPalette>
#include <array>

namespace qs {

struct Theme {
  QColor background;
  QColor text;
  QColor weak_text;  ///< captions, hints
  QColor grid;
  QColor float_line;  ///< reference lines
  QColor good;
  QColor bad;
  /// M. Okabe and K. Ito, "Color Universal Design", 2008; after eight schemes colors repeat, and `pattern` goes on.
  std::array<QColor, 8> series;

  [[nodiscard]] QColor series_color(int index) const { return series[static_cast<std::size_t>(index) % series.size()]; }
  /// From harmless (0) to worst (1): along the "cividis"-like line from blue to yellow, legible in grey.
  [[nodiscard]] QColor damage(double share) const;
};

/// For dark or light surroundings. Exports always use `print_theme`.
[[nodiscard]] Theme theme_for(const QPalette& palette);
[[nodiscard]] const Theme& print_theme();

/// The palettes of the window's light and dark look.
[[nodiscard]] QPalette light_palette();
[[nodiscard]] QPalette dark_palette();

}  // namespace qs
