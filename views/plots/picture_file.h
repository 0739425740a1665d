// A drawing as a file.
#pragma once

#include <QColor>
#include <QSizeF>
#include <QString>
#include <functional>

class QPainter;

namespace qs {

/// Writes what `draw` paints on an area of `points` as SVG, PDF or PNG (216 dpi), by the file's extension, on a
/// background of this color; whole or not at all. Throws `Error` (bad_input) when it cannot be written, the extension
/// is another, or a PNG would have more than 100 million pixels.
void save_picture(const QString& path, const QSizeF& points, const QColor& background,
                  const std::function<void(QPainter&)>& draw);

}  // namespace qs
