#include "core/model/builtin_models.h"

#include <algorithm>
#include <array>

namespace qs {

std::span<const BuiltinModel> builtin_models() {
  static const std::array<BuiltinModel, 1> all = {{
      {.name = "builtin:mobilenet",
       .title = "Built-in MobileNet",
       .summary = "A narrow, short MobileNet v1, trained on the built-in shapes",
       .images = "builtin:shapes",
       .onnx = detail::builtin_mobilenet_onnx(),
       .card = detail::builtin_mobilenet_card()},
  }};
  return all;
}

const BuiltinModel* find_builtin_model(const std::filesystem::path& path) {
  const auto found = std::ranges::find(builtin_models(), std::string_view(path.native()), &BuiltinModel::name);
  return found == builtin_models().end() ? nullptr : &*found;
}

}  // namespace qs
