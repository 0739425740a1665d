// A laid-out network to look around in: boxes that can be selected, zoomed and walked along.
#pragma once

#include <QGraphicsView>
#include <map>
#include <string>
#include <vector>

#include "views/models/graph_layout.h"
#include "views/models/layer_columns.h"
#include "views/theme.h"

namespace qs {

class LayerBox;

class GraphView : public QGraphicsView {
  Q_OBJECT

 public:
  explicit GraphView(QWidget* parent = nullptr);
  ~GraphView() override;

  /// The size that a box of the graph needs, in points.
  [[nodiscard]] static QSizeF box_size(const LayerGraph::Box& box);

  /// Shows another network. `layout` is of its boxes in their sizes.
  void show(const LayerGraph& graph, const GraphLayout& layout);
  /// Colors the boxes by a column and tells its numbers.
  void show_layers(const std::vector<LayerRow>& rows, const LayerColumn* column, const Theme& theme);
  /// Selects exactly these and brings the first into view, unless they are selected already.
  void select_layers(const std::vector<std::string>& names);

  void zoom(double factor);
  void fit();
  /// SVG, PDF or PNG by the extension, in colors for print. Throws `Error` (bad_input).
  void save(const QString& path);

 signals:
  void selected(const std::vector<std::string>& names);  ///< by the user; the latest first

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void tell_selection();
  /// The box to go to from the current one in the direction of this key; null if there is none.
  [[nodiscard]] LayerBox* neighbour(int key) const;
  [[nodiscard]] std::vector<LayerBox*> linked(const LayerBox& box, bool forwards) const;
  void paint_boxes(const Theme& theme);

  std::vector<LayerBox*> boxes_;  ///< in the order of the graph; owned by the scene
  std::vector<QGraphicsPathItem*> arrows_;
  std::map<std::string, LayerBox*> by_name_;
  std::vector<LayoutEdge> edges_;
  std::vector<LayerRow> rows_;
  const LayerColumn* column_ = nullptr;
  Theme theme_{};
  LayerBox* current_ = nullptr;
  bool updating_ = false;
};

}  // namespace qs
