// What a model file says about a node, free of the file format, so that the operator table needs no protobuf.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/tensor/tensor.h"

namespace qs {

/// Named attributes of one node. The getters throw `Error` (bad_input) naming the attribute when it has another type
/// than asked for, and remember which names were asked for, so that the importer can report the others.
class Attributes {
 public:
  using Item = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>, std::vector<float>,
                            std::vector<std::string>, Tensor>;

  void set(std::string name, Item item) { items_[std::move(name)] = std::move(item); }
  [[nodiscard]] bool has(std::string_view name) const;

  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t fallback) const;
  [[nodiscard]] float real(std::string_view name, float fallback) const;
  [[nodiscard]] std::string text(std::string_view name, std::string_view fallback) const;
  [[nodiscard]] std::vector<std::int64_t> integers(std::string_view name,
                                                   std::vector<std::int64_t> fallback = {}) const;
  [[nodiscard]] std::vector<float> reals(std::string_view name) const;
  [[nodiscard]] std::optional<Tensor> tensor(std::string_view name) const;

  /// Names that are set but were never asked for.
  [[nodiscard]] std::vector<std::string> unread() const;

 private:
  template <class T>
  [[nodiscard]] const T* find(std::string_view name, std::string_view wanted) const;

  std::map<std::string, Item, std::less<>> items_;
  mutable std::set<std::string, std::less<>> read_;
};

}  // namespace qs
