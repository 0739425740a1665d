#include "views/models/graph_layout.h"

#include <gvc.h>
#include <locale.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <mutex>

namespace qs {

namespace {

constexpr double kPointsPerInch = 72;
constexpr double kArrowLength = 10;  ///< what dot leaves free for it
constexpr double kArrowWidth = 6;
/// Above this span dot's search for the fewest crossings and shortest edges, which takes minutes for a DenseNet (20
/// 000), is cut short to seconds.
constexpr std::size_t kFreeSpan = 1500;

/// Rows that all arrows together pass or reach: dot works on so many pieces. One look at each edge, so those of a box
/// have to come before those of its readers.
std::size_t total_span(std::size_t boxes, std::span<const LayoutEdge> edges) {
  std::vector<std::size_t> row(boxes, 0);
  for (const LayoutEdge& edge : edges) row.at(edge.to) = std::max(row.at(edge.to), row.at(edge.from) + 1);
  std::size_t span = 0;
  for (const LayoutEdge& edge : edges) span += row[edge.to] - std::min(row[edge.from], row[edge.to]);
  return span;
}

/// Graphviz reads numbers as the thread's locale writes them.
class PlainNumbers {
 public:
  PlainNumbers() : plain_(newlocale(LC_ALL_MASK, "C", nullptr)), before_(uselocale(plain_)) {}
  PlainNumbers(const PlainNumbers&) = delete;
  PlainNumbers& operator=(const PlainNumbers&) = delete;
  ~PlainNumbers() {
    uselocale(before_);
    freelocale(plain_);
  }

 private:
  locale_t plain_;
  locale_t before_;
};

struct CloseGraph {
  void operator()(Agraph_t* graph) const { agclose(graph); }
};
struct FreeContext {
  void operator()(GVC_t* context) const { gvFreeContext(context); }
};

/// Graphviz takes strings that it may not change as `char*`.
class Text {
 public:
  explicit Text(std::string text) : text_(std::move(text)) {}
  char* get() { return text_.data(); }

 private:
  std::string text_;
};

void set_default(Agraph_t* graph, int kind, const char* name, const char* value) {
  agattr(graph, kind, Text(name).get(), Text(value).get());
}

void set_size(Agnode_t* node, const char* name, double points) {
  agset(node, Text(name).get(), Text(fmt::format("{:.4f}", points / kPointsPerInch)).get());
}

/// The triangle at the end of a line that comes from `from`.
QPolygonF arrow_head(const QPointF& from, const QPointF& tip) {
  const QPointF along = tip - from;
  const double length = std::hypot(along.x(), along.y());
  if (length == 0) return {};
  const QPointF back = along / length * kArrowLength;
  const QPointF aside = QPointF(-along.y(), along.x()) / length * kArrowWidth / 2;
  return QPolygonF({tip, tip - back + aside, tip - back - aside});
}

class Dot {
 public:
  Dot(std::span<const QSizeF> boxes, std::span<const LayoutEdge> edges)
      : context_(gvContext()), graph_(agopen(Text("network").get(), Agdirected, nullptr)) {
    agseterr(AGERR);
    set_default(graph_.get(), AGRAPH, "nodesep", "0.25");
    set_default(graph_.get(), AGRAPH, "ranksep", "0.4");
    if (total_span(boxes.size(), edges) > kFreeSpan) {
      set_default(graph_.get(), AGRAPH, "nslimit", "0.1");
      set_default(graph_.get(), AGRAPH, "nslimit1", "0.1");
      set_default(graph_.get(), AGRAPH, "mclimit", "0.02");
    }
    for (const auto& [name, value] :
         std::array{std::pair{"shape", "box"}, std::pair{"label", ""}, std::pair{"fixedsize", "true"},
                    std::pair{"width", "1"}, std::pair{"height", "1"}}) {
      set_default(graph_.get(), AGNODE, name, value);
    }
    for (const QSizeF& size : boxes) {
      Agnode_t* node = agnode(graph_.get(), Text(std::to_string(nodes_.size())).get(), 1);
      set_size(node, "width", size.width());
      set_size(node, "height", size.height());
      nodes_.push_back(node);
    }
    for (const LayoutEdge& edge : edges) {
      edges_.push_back(agedge(graph_.get(), nodes_.at(edge.from), nodes_.at(edge.to), nullptr, 1));
    }
  }

  GraphLayout run(std::span<const QSizeF> sizes) {
    if (gvLayout(context_.get(), graph_.get(), "dot") != 0) {
      throw Error(ErrorCode::internal, "Graphviz could not lay out the network; are its plugins installed?");
    }
    const boxf bounds = GD_bb(graph_.get());
    height_ = bounds.UR.y;
    GraphLayout layout;
    layout.size = {bounds.UR.x, bounds.UR.y};
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      QRectF box(QPointF(), sizes[i]);
      box.moveCenter(point(ND_coord(nodes_[i])));
      layout.boxes.push_back(box);
    }
    for (Agedge_t* edge : edges_) layout.arrows.push_back(arrow(edge));
    gvFreeLayout(context_.get(), graph_.get());
    return layout;
  }

 private:
  [[nodiscard]] QPointF point(const pointf& at) const { return {at.x, height_ - at.y}; }

  [[nodiscard]] GraphLayout::Arrow arrow(Agedge_t* edge) const {
    GraphLayout::Arrow arrow;
    const splines* found = ED_spl(edge);
    if (found == nullptr || found->size == 0) return arrow;
    for (int b = 0; b < found->size; ++b) {
      const bezier& curve = found->list[b];
      arrow.line.moveTo(point(curve.list[0]));
      for (int i = 1; i + 2 < curve.size; i += 3) {
        arrow.line.cubicTo(point(curve.list[i]), point(curve.list[i + 1]), point(curve.list[i + 2]));
      }
    }
    const bezier& last = found->list[found->size - 1];
    const QPointF end = arrow.line.currentPosition();
    if (last.eflag != 0) {
      arrow.head = arrow_head(end, point(last.ep));
    } else {
      arrow.head = arrow_head(point(last.list[last.size - 2]), end);
    }
    return arrow;
  }

  std::unique_ptr<GVC_t, FreeContext> context_;
  std::unique_ptr<Agraph_t, CloseGraph> graph_;
  std::vector<Agnode_t*> nodes_;
  std::vector<Agedge_t*> edges_;
  double height_ = 0;
};

}  // namespace

std::string why_not_drawn(std::size_t boxes, std::span<const LayoutEdge> edges) {
  if (boxes > kMostBoxes) return fmt::format("{} boxes are too many to be drawn; {} can be", boxes, kMostBoxes);
  if (total_span(boxes, edges) <= kMostSpan) return {};
  return fmt::format("{} arrows over such distances are too many to be drawn", edges.size());
}

GraphLayout lay_out(std::span<const QSizeF> boxes, std::span<const LayoutEdge> edges, const Progress& progress) {
  if (boxes.empty()) return {};
  if (const std::string reason = why_not_drawn(boxes.size(), edges); !reason.empty()) bad_input("{}", reason);
  static std::mutex one_at_a_time;  // Graphviz has global state
  const std::lock_guard lock(one_at_a_time);
  progress.check();
  const PlainNumbers numbers;
  return Dot(boxes, edges).run(boxes);
}

}  // namespace qs
