#include "core/graph/attributes.h"

namespace qs {

bool Attributes::has(std::string_view name) const {
  return items_.find(name) != items_.end();
}

template <class T>
const T* Attributes::find(std::string_view name, std::string_view wanted) const {
  read_.emplace(name);
  const auto found = items_.find(name);
  if (found == items_.end()) return nullptr;
  const T* item = std::get_if<T>(&found->second);
  if (item == nullptr) bad_input("attribute \"{}\" is not {}", name, wanted);
  return item;
}

std::int64_t Attributes::integer(std::string_view name, std::int64_t fallback) const {
  const auto* item = find<std::int64_t>(name, "an integer");
  return item == nullptr ? fallback : *item;
}

float Attributes::real(std::string_view name, float fallback) const {
  const auto* item = find<float>(name, "a real number");
  return item == nullptr ? fallback : *item;
}

std::string Attributes::text(std::string_view name, std::string_view fallback) const {
  const auto* item = find<std::string>(name, "a text");
  return item == nullptr ? std::string(fallback) : *item;
}

std::vector<std::int64_t> Attributes::integers(std::string_view name, std::vector<std::int64_t> fallback) const {
  const auto* item = find<std::vector<std::int64_t>>(name, "a list of integers");
  return item == nullptr ? std::move(fallback) : *item;
}

std::vector<float> Attributes::reals(std::string_view name) const {
  const auto* item = find<std::vector<float>>(name, "a list of real numbers");
  return item == nullptr ? std::vector<float>{} : *item;
}

std::optional<Tensor> Attributes::tensor(std::string_view name) const {
  const auto* item = find<Tensor>(name, "a tensor");
  return item == nullptr ? std::nullopt : std::optional<Tensor>(*item);
}

std::vector<std::string> Attributes::unread() const {
  std::vector<std::string> names;
  for (const auto& [name, item] : items_) {
    if (read_.find(name) == read_.end()) names.push_back(name);
  }
  return names;
}

}  // namespace qs
