#include "views/plots/picture_file.h"

#include <QBuffer>
#include <QFileInfo>
#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

#include "core/base/error.h"

namespace qs {

namespace {

constexpr int kPointsPerInch = 72;
constexpr double kPixelsPerPoint = 3;
constexpr double kMostPixels = 1e8;

using Draw = std::function<void(QPainter&)>;

QByteArray svg(const QSizeF& points, const Draw& paint) {
  QBuffer buffer;
  QSvgGenerator generator;
  generator.setOutputDevice(&buffer);
  generator.setResolution(kPointsPerInch);
  generator.setSize(points.toSize());
  generator.setViewBox(QRectF(QPointF(), points));
  QPainter painter(&generator);
  paint(painter);
  painter.end();
  return buffer.data();
}

QByteArray pdf(const QSizeF& points, const Draw& paint) {
  QBuffer buffer;
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter writer(&buffer);
  writer.setResolution(kPointsPerInch);
  writer.setPageMargins({});
  writer.setPageSize(QPageSize(points, QPageSize::Point, {}, QPageSize::ExactMatch));
  QPainter painter(&writer);
  paint(painter);
  painter.end();
  return buffer.data();
}

QByteArray png(const QSizeF& points, const Draw& paint) {
  const QSizeF pixels = points * kPixelsPerPoint;
  if (pixels.width() * pixels.height() > kMostPixels)
    bad_input("the picture is too large for PNG; save it as SVG or PDF");
  QImage image(pixels.toSize(), QImage::Format_ARGB32_Premultiplied);
  QPainter painter(&image);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.scale(kPixelsPerPoint, kPixelsPerPoint);
  paint(painter);
  painter.end();
  QBuffer buffer;
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "PNG");
  return buffer.data();
}

}  // namespace

void save_picture(const QString& path, const QSizeF& points, const QColor& background, const Draw& draw) {
  const Draw paint = [&](QPainter& painter) {
    painter.fillRect(QRectF(QPointF(), points), background);
    draw(painter);
  };
  const QString suffix = QFileInfo(path).suffix().toLower();
  QByteArray bytes;
  if (suffix == "svg") {
    bytes = svg(points, paint);
  } else if (suffix == "pdf") {
    bytes = pdf(points, paint);
  } else if (suffix == "png") {
    bytes = png(points, paint);
  } else {
    bad_input("{}: pictures are saved as .svg, .pdf or .png", path.toStdString());
  }
  QSaveFile file(path);
  if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
    bad_input("{}: cannot be written ({}); choose another place", path.toStdString(), file.errorString().toStdString());
  }
}

}  // namespace qs
