#include <set>

#include "views/models/graph_layout.h"
#include "views/models/plain_text.h"

namespace qs {

namespace {

class Drawing {
 public:
  explicit Drawing(const Graph& graph) : graph_(graph), makers_(graph.values.size(), kNobody) {}

  LayerGraph run(Residual residual) && {
    for (const ValueId id : graph_.inputs) makers_[id.at()] = add_box({}, plain_text(graph_.value(id).name));
    for (const FusedNode& group : fuse(graph_, residual)) add(group);
    for (const ValueId id : graph_.outputs) connect(id, add_box({}, plain_text(graph_.value(id).name)));
    return std::move(drawing_);
  }

 private:
  static constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

  std::size_t add_box(const std::string& layer, const QString& title) {
    drawing_.boxes.push_back({layer, title});
    return drawing_.boxes.size() - 1;
  }

  void add(const FusedNode& group) {
    const std::string& name = graph_.node(group.node).name;
    const std::size_t box = add_box(name, plain_text(name));
    std::vector<NodeId> nodes{group.node};
    for (const PostOp& post_op : group.post_ops) nodes.push_back(post_op.node);
    for (const NodeId id : nodes) {
      for (const ValueId input : graph_.node(id).inputs) connect(input, box);
      for (const ValueId output : graph_.node(id).outputs) makers_[output.at()] = box;
    }
  }

  void connect(ValueId value, std::size_t reader) {
    const std::size_t maker = makers_[value.at()];
    if (maker == kNobody || maker == reader || !known_.insert({maker, reader}).second) return;
    drawing_.edges.push_back({maker, reader});
  }

  const Graph& graph_;
  std::vector<std::size_t> makers_;  ///< box by value index; constants have none
  std::set<std::pair<std::size_t, std::size_t>> known_;
  LayerGraph drawing_;
};

}  // namespace

LayerGraph layer_graph(const Graph& graph, Residual residual) {
  return Drawing(graph).run(residual);
}

}  // namespace qs
