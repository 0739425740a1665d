#include "views/panels/layer_color_chooser.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLinearGradient>
#include <QPainter>
#include <QVBoxLayout>

#include "views/models/plain_text.h"

namespace qs {

/// A strip from the harmless to the worst color, with what stands for its ends.
class DamageLegend : public QWidget {
 public:
  explicit DamageLegend(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("What the colors mean"));
  }

  void show(const DamageScale& scale, const Theme& theme) {
    left_ = scale.harmless_text;
    right_ = scale.worst_text;
    theme_ = theme;
    setToolTip(tr("From harmless (%1) to worst (%2)").arg(left_, right_));
    setAccessibleDescription(toolTip());
    update();
  }

  [[nodiscard]] QSize sizeHint() const override { return {200, fontMetrics().height() + 4}; }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    QLinearGradient gradient(rect().topLeft(), rect().topRight());
    for (const double at : {0.0, 0.5, 1.0}) gradient.setColorAt(at, theme_.damage(at));
    painter.setPen(theme_.grid);
    painter.setBrush(gradient);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
    painter.setPen(theme_.text);
    const QRect inside = rect().adjusted(6, 0, -6, 0);
    painter.drawText(inside, Qt::AlignLeft | Qt::AlignVCenter, left_);
    painter.drawText(inside, Qt::AlignRight | Qt::AlignVCenter, right_);
  }

 private:
  QString left_;
  QString right_;
  Theme theme_{};
};

LayerColorChooser::LayerColorChooser(QWidget* parent)
    : QWidget(parent), box_(new QComboBox(this)), legend_(new DamageLegend(this)) {
  for (const LayerColumn& column : layer_columns()) {
    if (!column.can_color()) continue;
    box_->addItem(column.heading(), QByteArray(column.id.data(), static_cast<qsizetype>(column.id.size())));
    box_->setItemData(box_->count() - 1, plain_tool_tip(tr(column.explanation)), Qt::ToolTipRole);
  }
  box_->setToolTip(tr("What colors the layers, in the table and in the graph"));
  box_->setAccessibleName(tr("Color layers by"));
  box_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  box_->setMinimumContentsLength(14);
  auto* label = new QLabel(tr("&Color by"), this);
  label->setBuddy(box_);
  auto* row = new QHBoxLayout;
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(label);
  row->addWidget(box_, 1);
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(4);
  rows->addLayout(row);
  rows->addWidget(legend_);
  connect(box_, &QComboBox::activated, this,
          [this](int index) { emit chosen(box_->itemData(index).toByteArray().toStdString()); });
}

void LayerColorChooser::show(std::string_view column, const std::vector<LayerRow>& rows, const Theme& theme) {
  const LayerColumn* found = find_layer_column(column);
  if (found == nullptr || !found->can_color()) return;
  box_->setCurrentIndex(box_->findData(QByteArray(column.data(), static_cast<qsizetype>(column.size()))));
  legend_->show(damage_scale(*found, rows), theme);
}

}  // namespace qs
