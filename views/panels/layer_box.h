// One layer of the drawn network.
#pragma once

#include <QGraphicsItem>
#include <string>

#include "views/models/layer_columns.h"
#include "views/theme.h"

namespace qs {

class LayerBox : public QGraphicsItem {
 public:
  /// `layer` is empty for an input or output of the network.
  LayerBox(const QRectF& place, std::string layer, QString title);

  /// What is written and how it is filled; `row` may be null.
  void show(const LayerRow* row, const LayerColumn* column, const DamageScale& scale, const Theme& theme);

  [[nodiscard]] const std::string& layer() const { return layer_; }
  [[nodiscard]] QPointF centre() const { return pos(); }
  [[nodiscard]] QRectF boundingRect() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  std::string layer_;
  QSizeF size_;
  QString title_;
  QString type_;
  QString shape_;
  QString number_;
  QColor fill_;
  Theme theme_{};
};

}  // namespace qs
