// Typed indices: a ValueId cannot be passed where a NodeId is meant.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace qs {

template <class Tag>
struct Id {
  std::int32_t index = -1;

  [[nodiscard]] bool valid() const { return index >= 0; }
  [[nodiscard]] std::size_t at() const { return static_cast<std::size_t>(index); }
  friend auto operator<=>(const Id&, const Id&) = default;
};

using ValueId = Id<struct ValueTag>;
using NodeId = Id<struct NodeTag>;

}  // namespace qs

template <class Tag>
struct std::hash<qs::Id<Tag>> {
  std::size_t operator()(qs::Id<Tag> id) const noexcept { return std::hash<std::int32_t>()(id.index); }
};
