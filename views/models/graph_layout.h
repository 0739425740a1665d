// Where the boxes and arrows of a drawn network lie: Graphviz' "dot" (E. Gansner et al., "A technique for drawing
// directed graphs", IEEE TSE 19(3), 1993), which sees sizes and numbers only, never a name.
#pragma once

#include <QPainterPath>
#include <QPolygonF>
#include <QSizeF>
#include <QString>
#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/graph/fusion.h"

namespace qs {

struct LayoutEdge {
  std::size_t from = 0;
  std::size_t to = 0;
  friend bool operator==(const LayoutEdge&, const LayoutEdge&) = default;
};

/// In points, y downwards, the origin top left.
struct GraphLayout {
  struct Arrow {
    QPainterPath line;
    QPolygonF head;
  };
  QSizeF size;
  std::vector<QRectF> boxes;
  std::vector<Arrow> arrows;
};

/// More than this takes dot many seconds, in which it cannot be stopped: boxes, and rows that all arrows together pass
/// (20 000 in a DenseNet-121 whose concatenations read every layer before them).
constexpr std::size_t kMostBoxes = 1500;
constexpr std::size_t kMostSpan = 25000;

/// Why a network is too large to be drawn, as a sentence without its full stop; empty when it is not.
[[nodiscard]] std::string why_not_drawn(std::size_t boxes, std::span<const LayoutEdge> edges);

/// From top to bottom along the edges, which are sorted by where they lead to; no two boxes touch. Throws `Error`:
/// bad_input for more than the above, stopped before Graphviz begins if `progress` says so, internal where Graphviz
/// fails. One at a time: others wait.
[[nodiscard]] GraphLayout lay_out(std::span<const QSizeF> boxes, std::span<const LayoutEdge> edges,
                                  const Progress& progress = {});

/// A network as boxes and edges: its inputs, the groups of `fuse` in order, its outputs.
struct LayerGraph {
  struct Box {
    std::string layer;  ///< name of the group; empty for inputs and outputs
    QString title;
    friend bool operator==(const Box&, const Box&) = default;
  };
  std::vector<Box> boxes;
  std::vector<LayoutEdge> edges;  ///< each once, however many values flow
  friend bool operator==(const LayerGraph&, const LayerGraph&) = default;
};
[[nodiscard]] LayerGraph layer_graph(const Graph& graph, Residual residual);

}  // namespace qs
