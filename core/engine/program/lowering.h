// From fused nodes to a program. `Lowering` keeps track of where each value is, in which layout and type; a backend
// derives from it and says, group by group, which primitives compute it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/executable.h"
#include "core/engine/program/program.h"
#include "core/graph/fusion.h"

namespace qs {

class Lowering {
 public:
  /// `graph` must outlive the program: small constants are used in place.
  Lowering(const Graph& graph, std::vector<FusedNode> groups);
  virtual ~Lowering() = default;
  Lowering(const Lowering&) = delete;
  Lowering& operator=(const Lowering&) = delete;

  /// Lowers every group; `steps[i]` gets the kernel of group i.
  [[nodiscard]] Program run(std::vector<Step>& steps);

  // ---- for those who lower a group ----
  [[nodiscard]] const Graph& graph() const { return graph_; }
  [[nodiscard]] const FusedNode& group() const { return groups_[current_]; }
  [[nodiscard]] const Node& node() const { return graph_.node(group().node); }
  [[nodiscard]] const Shape& input_shape(std::size_t i) const { return graph_.value(node().inputs[i]).shape; }
  [[nodiscard]] const Shape& output_shape() const { return graph_.value(group().output).shape; }

  /// Where the node's i-th input is now as f32, in whatever layout its producer chose.
  [[nodiscard]] Located input(std::size_t i);
  /// Where a value that is no constant is now, in whatever layout and type.
  [[nodiscard]] const Located& stored(ValueId value) const { return *located_[value.at()]; }
  /// A value in the wanted layout and type; a reorder is added when it is in another (done at once for constants).
  [[nodiscard]] Located in_layout(ValueId value, const dnnl::memory::desc& wanted);
  /// A value as f32 in the dense layout of its shape.
  [[nodiscard]] Located dense_input(std::size_t i);
  /// A copy of `source` in another layout.
  [[nodiscard]] Located reordered(const Located& source, const dnnl::memory::desc& wanted);
  /// Packs `source` into the wanted layout, now; for weights. The program keeps the result.
  [[nodiscard]] BufferId packed(dnnl::memory source, const dnnl::memory::desc& wanted);
  /// Takes over memory that lives as long as the program.
  [[nodiscard]] BufferId kept(dnnl::memory memory);

  /// A new piece of the arena.
  [[nodiscard]] Located fresh(const dnnl::memory::desc& desc);
  /// The same as the place of the group's result (or its n-th output).
  Located result(const dnnl::memory::desc& desc, std::size_t output = 0);
  /// Lets the result live in the memory of `source`, seen through `desc`.
  void alias_result(const Located& source, const dnnl::memory::desc& desc, std::size_t output = 0);
  /// Whether nothing after the current group needs `value`, so that its memory may be overwritten.
  [[nodiscard]] bool dies_here(ValueId value) const;
  /// Whether `at`, a place of `value`, may be overwritten by the current group: a dying value, or a copy of it in
  /// another layout that no later group reads.
  [[nodiscard]] bool owns(ValueId value, const Located& at) const;

  void add(dnnl::primitive primitive, std::vector<Argument> arguments);
  void add(HostCode code, std::vector<Argument> arguments);
  /// Adds a primitive with its scratchpad and takes its name for the step.
  template <class Primitive>
  void add(const typename Primitive::primitive_desc& desc, std::vector<Argument> arguments) {
    if (desc.scratchpad_desc().get_size() > 0) {
      arguments.push_back({DNNL_ARG_SCRATCHPAD, desc.scratchpad_desc(), new_buffer(desc.scratchpad_desc().get_size())});
    }
    name_kernel(desc.impl_info_str());
    add(Primitive(desc), std::move(arguments));
  }
  void name_kernel(std::string kernel) { kernel_ = std::move(kernel); }

 protected:
  /// Lowers the current group.
  virtual void lower_group() = 0;
  /// A copy of `source`, where `value` is, as `wanted`: a reorder, unless the types differ.
  [[nodiscard]] virtual Located converted(ValueId value, const Located& source, const dnnl::memory::desc& wanted);
  /// Lowers the current group to the reference loops.
  void lower_by_reference();
  /// Puts a value somewhere else, from the current group on.
  void place(ValueId value, Located located);
  [[nodiscard]] std::size_t current() const { return current_; }

 private:
  void count_uses();
  void release_inputs();
  BufferId new_buffer(std::size_t bytes);
  void touch(const std::vector<Argument>& arguments);

  const Graph& graph_;
  std::vector<FusedNode> groups_;
  std::size_t current_ = 0;
  std::string kernel_;
  Program program_;
  std::vector<std::optional<Located>> located_;  // by value
  std::multimap<ValueId, Located> copies_;       // the same values in further layouts
  std::vector<int> value_uses_;                  // by value: groups still to read it, + 1 for an output
  std::map<BufferId, int> buffer_uses_;          // the sum of the above over the values in a buffer
};

/// The inputs of a group, each once per use: of its node and of its post-ops.
[[nodiscard]] std::vector<ValueId> group_inputs(const Graph& graph, const FusedNode& group);

}  // namespace qs
