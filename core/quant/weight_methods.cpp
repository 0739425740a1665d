#include <fmt/format.h>

#include <array>
#include <string>

#include "core/base/error.h"
#include "core/quant/weights/rows.h"

namespace qs {

namespace {

constexpr std::array kMethods{&uniform_weights};

}  // namespace

std::span<const WeightMethod* const> weight_methods() {
  return kMethods;
}

const WeightMethod& weight_method(std::string_view id) {
  std::string known;
  for (const WeightMethod* method : kMethods) {
    if (method->id == id) return *method;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", method->id);
  }
  bad_input("there is no weight method \"{}\"; known methods: {}", id, known);
}

}  // namespace qs
