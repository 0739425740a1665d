#include "views/panels/layer_box.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QStyleOptionGraphicsItem>
#include <cmath>

#include "views/models/plain_text.h"

namespace qs {

namespace {

constexpr double kRadius = 6;
constexpr double kMargin = 8;
constexpr double kSelectionWidth = 3;
constexpr int kTextPixels = 12;
/// Below this scale details cannot be read, and the name is written larger.
constexpr double kFarAway = 0.55;
constexpr int kFarTextPixels = 20;

QFont font(int pixels, bool bold) {
  QFont made;
  made.setPixelSize(pixels);
  made.setBold(bold);
  return made;
}

void write(QPainter& painter, const QRectF& line, Qt::Alignment alignment, const QString& text) {
  const QFontMetricsF metrics(painter.font());
  painter.drawText(line, alignment, metrics.elidedText(text, Qt::ElideMiddle, line.width()));
}

}  // namespace

LayerBox::LayerBox(const QRectF& place, std::string layer, QString title)
    : layer_(std::move(layer)), size_(place.size()), title_(std::move(title)) {
  setPos(place.center());
  setFlag(ItemIsSelectable, !layer_.empty());
  setToolTip(plain_tool_tip(title_));
}

void LayerBox::show(const LayerRow* row, const LayerColumn* column, const DamageScale& scale, const Theme& theme) {
  theme_ = theme;
  fill_ = theme.background;
  number_.clear();
  if (row != nullptr) {
    type_ = plain_text(row->type);
    shape_ = find_layer_column("shape")->cell(*row).text;
    setToolTip(plain_tool_tip(layer_description(*row)));
    if (column != nullptr) {
      const LayerCell cell = column->cell(*row);
      if (const std::optional<double> share = damage(*column, scale, *row)) fill_ = theme.damage(*share);
      const bool has_unit = cell.number && std::isfinite(*cell.number) && *column->unit != '\0';
      number_ = has_unit ? QStringLiteral("%1 %2").arg(cell.text, QLatin1String(column->unit)) : cell.text;
    }
  }
  update();
}

QRectF LayerBox::boundingRect() const {
  const QRectF box(-size_.width() / 2, -size_.height() / 2, size_.width(), size_.height());
  return box.adjusted(-kSelectionWidth, -kSelectionWidth, kSelectionWidth, kSelectionWidth);
}

void LayerBox::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) {
  const QRectF box(-size_.width() / 2, -size_.height() / 2, size_.width(), size_.height());
  const bool is_selected = isSelected() && (option->state & QStyle::State_Selected) != 0;
  const bool is_end = layer_.empty();
  painter->setBrush(is_end ? QBrush(theme_.grid) : QBrush(fill_));
  painter->setPen(is_selected ? QPen(theme_.text, kSelectionWidth) : QPen(theme_.weak_text, 1));
  const double radius = is_end ? box.height() / 2 : kRadius;
  painter->drawRoundedRect(box, radius, radius);
  painter->setPen(theme_.text);
  const QRectF inside = box.adjusted(kMargin, 4, -kMargin, -4);
  if (option->levelOfDetailFromTransform(painter->worldTransform()) < kFarAway || is_end) {
    painter->setFont(font(is_end ? kTextPixels : kFarTextPixels, !is_end));
    return write(*painter, inside, Qt::AlignCenter, title_);
  }
  const double height = inside.height() / 3;
  const auto line = [&](int index) {
    return QRectF(inside.left(), inside.top() + index * height, inside.width(), height);
  };
  painter->setFont(font(kTextPixels, true));
  write(*painter, line(0), Qt::AlignLeft | Qt::AlignVCenter, title_);
  painter->setFont(font(kTextPixels, false));
  write(*painter, line(1), Qt::AlignLeft | Qt::AlignVCenter, type_);
  const double shape_width = QFontMetricsF(painter->font()).horizontalAdvance(shape_) + kMargin;
  write(*painter, line(2), Qt::AlignLeft | Qt::AlignVCenter, shape_);
  write(*painter, line(2).adjusted(shape_width, 0, 0, 0), Qt::AlignRight | Qt::AlignVCenter, number_);
}

}  // namespace qs
