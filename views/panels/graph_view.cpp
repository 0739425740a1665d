#include "views/panels/graph_view.h"

#include <QKeyEvent>
#include <QScrollBar>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "views/models/plain_text.h"
#include "views/panels/layer_box.h"
#include "views/plots/picture_file.h"

namespace qs {

namespace {

constexpr QSizeF kBox{176, 58};
constexpr QSizeF kEnd{110, 26};
constexpr double kMargin = 24;
constexpr double kSmallestScale = 0.03;
constexpr double kLargestScale = 4;
constexpr double kZoomStep = 1.25;
constexpr double kWheelStep = 120;       ///< eighths of a degree of one notch
constexpr double kReadableScale = 0.75;  ///< a network is first shown no smaller

}  // namespace

GraphView::GraphView(QWidget* parent) : QGraphicsView(parent) {
  setScene(new QGraphicsScene(this));
  setRenderHint(QPainter::Antialiasing);
  setDragMode(QGraphicsView::ScrollHandDrag);
  setTransformationAnchor(QGraphicsView::AnchorUnderMouse);
  setFrameShape(QFrame::NoFrame);
  setAccessibleName(tr("Graph of the network"));
  setFocusPolicy(Qt::StrongFocus);
  connect(scene(), &QGraphicsScene::selectionChanged, this, &GraphView::tell_selection);
}

GraphView::~GraphView() {
  disconnect(scene(), nullptr, this, nullptr);  // a scene deselects its items when it goes, after this has gone
}

QSizeF GraphView::box_size(const LayerGraph::Box& box) {
  return box.layer.empty() ? kEnd : kBox;
}

void GraphView::show(const LayerGraph& graph, const GraphLayout& layout) {
  updating_ = true;
  current_ = nullptr;
  scene()->clear();
  boxes_.clear();
  arrows_.clear();
  by_name_.clear();
  edges_ = graph.edges;
  for (const GraphLayout::Arrow& arrow : layout.arrows) {
    arrows_.push_back(scene()->addPath(arrow.line));
    QPainterPath head;
    head.addPolygon(arrow.head);
    head.closeSubpath();
    arrows_.push_back(scene()->addPath(head));
  }
  for (std::size_t i = 0; i < graph.boxes.size(); ++i) {
    auto* box = new LayerBox(layout.boxes[i], graph.boxes[i].layer, graph.boxes[i].title);
    scene()->addItem(box);
    boxes_.push_back(box);
    if (!box->layer().empty()) by_name_.emplace(box->layer(), box);
  }
  scene()->setSceneRect(QRectF(QPointF(), layout.size).adjusted(-kMargin, -kMargin, kMargin, kMargin));
  paint_boxes(theme_);
  fit();
  if (transform().m11() < kReadableScale) {
    setTransform(QTransform::fromScale(kReadableScale, kReadableScale));
    if (!boxes_.empty()) centerOn(boxes_.front()->centre());
  }
  updating_ = false;
}

void GraphView::show_layers(const std::vector<LayerRow>& rows, const LayerColumn* column, const Theme& theme) {
  rows_ = rows;
  column_ = column;
  theme_ = theme;
  setBackgroundBrush(theme.background);
  paint_boxes(theme);
}

void GraphView::paint_boxes(const Theme& theme) {
  const DamageScale scale = column_ == nullptr ? DamageScale{} : damage_scale(*column_, rows_);
  std::map<std::string, const LayerRow*> rows;
  for (const LayerRow& row : rows_) rows.emplace(row.name, &row);
  for (LayerBox* box : boxes_) {
    const auto row = rows.find(box->layer());
    box->show(row == rows.end() ? nullptr : row->second, column_, scale, theme);
  }
  for (std::size_t i = 0; i < arrows_.size(); ++i) {
    const bool is_head = i % 2 == 1;
    arrows_[i]->setPen(is_head ? QPen(Qt::NoPen) : QPen(theme.weak_text, 1.2));
    arrows_[i]->setBrush(is_head ? QBrush(theme.weak_text) : QBrush(Qt::NoBrush));
  }
}

void GraphView::select_layers(const std::vector<std::string>& names) {
  std::vector<LayerBox*> wanted;
  for (const std::string& name : names) {
    const auto found = by_name_.find(name);
    if (found != by_name_.end()) wanted.push_back(found->second);
  }
  const auto is_wanted = [&](LayerBox* box) { return std::find(wanted.begin(), wanted.end(), box) != wanted.end(); };
  if (std::all_of(boxes_.begin(), boxes_.end(), [&](LayerBox* box) { return box->isSelected() == is_wanted(box); })) {
    return;
  }
  updating_ = true;
  for (LayerBox* box : boxes_) box->setSelected(is_wanted(box));
  if (!wanted.empty()) {
    current_ = wanted.front();
    ensureVisible(current_);
    setAccessibleDescription(plain_text(current_->layer()));
  }
  updating_ = false;
}

void GraphView::resizeEvent(QResizeEvent* event) {
  QGraphicsView::resizeEvent(event);
  if (current_ != nullptr) ensureVisible(current_);  // the view had another size when it was chosen
}

void GraphView::tell_selection() {
  if (updating_) return;
  std::vector<std::string> names;
  LayerBox* latest = nullptr;
  for (LayerBox* box : boxes_) {
    if (!box->isSelected()) continue;
    if (box->isUnderMouse() || box == current_) latest = latest != nullptr && latest->isUnderMouse() ? latest : box;
    names.push_back(box->layer());
  }
  if (names.empty()) {  // something is always selected
    if (current_ != nullptr) current_->setSelected(true);
    return;
  }
  current_ = latest != nullptr ? latest : by_name_.at(names.front());
  std::stable_partition(names.begin(), names.end(), [&](const std::string& name) { return name == current_->layer(); });
  emit selected(names);
}

std::vector<LayerBox*> GraphView::linked(const LayerBox& box, bool forwards) const {
  std::vector<LayerBox*> found;
  for (const LayoutEdge& edge : edges_) {
    LayerBox* here = boxes_[forwards ? edge.from : edge.to];
    LayerBox* there = boxes_[forwards ? edge.to : edge.from];
    if (here == &box && !there->layer().empty()) found.push_back(there);
  }
  return found;
}

LayerBox* GraphView::neighbour(int key) const {
  if (current_ == nullptr) return by_name_.empty() ? nullptr : by_name_.begin()->second;
  const QPointF here = current_->centre();
  std::vector<LayerBox*> choices;
  if (key == Qt::Key_Up || key == Qt::Key_Down) {
    choices = linked(*current_, key == Qt::Key_Down);
  } else {
    const double side = key == Qt::Key_Left ? -1 : 1;
    std::copy_if(boxes_.begin(), boxes_.end(), std::back_inserter(choices), [&](LayerBox* box) {
      const QPointF away = box->centre() - here;
      return !box->layer().empty() && away.x() * side > kBox.width() / 2 && std::abs(away.y()) < 2 * kBox.height();
    });
  }
  const auto nearest = std::min_element(choices.begin(), choices.end(), [&](LayerBox* a, LayerBox* b) {
    return QLineF(here, a->centre()).length() < QLineF(here, b->centre()).length();
  });
  return nearest == choices.end() ? nullptr : *nearest;
}

void GraphView::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal: return zoom(kZoomStep);
    case Qt::Key_Minus: return zoom(1 / kZoomStep);
    case Qt::Key_0: return fit();
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Left:
    case Qt::Key_Right:
      if (LayerBox* next = neighbour(event->key())) {
        select_layers({next->layer()});
        emit selected({next->layer()});
      }
      return;
    default: return QGraphicsView::keyPressEvent(event);
  }
}

void GraphView::wheelEvent(QWheelEvent* event) {
  zoom(std::pow(kZoomStep, event->angleDelta().y() / kWheelStep));
  event->accept();
}

void GraphView::zoom(double factor) {
  const double before = transform().m11();
  const double after = std::clamp(before * factor, kSmallestScale, kLargestScale);
  scale(after / before, after / before);
}

void GraphView::fit() {
  fitInView(sceneRect(), Qt::KeepAspectRatio);
  if (transform().m11() > 1) setTransform({});  // a small network is not blown up
}

void GraphView::save(const QString& path) {
  const QList<QGraphicsItem*> chosen = scene()->selectedItems();
  updating_ = true;
  scene()->clearSelection();
  paint_boxes(print_theme());
  setBackgroundBrush(Qt::NoBrush);
  const auto restore = [&] {
    setBackgroundBrush(theme_.background);
    paint_boxes(theme_);
    for (QGraphicsItem* item : chosen) item->setSelected(true);
    updating_ = false;
  };
  try {
    const QRectF area = scene()->sceneRect();
    save_picture(path, area.size(), print_theme().background,
                 [&](QPainter& painter) { scene()->render(&painter, QRectF(QPointF(), area.size()), area); });
  } catch (...) {
    restore();
    throw;
  }
  restore();
}

}  // namespace qs
