#include "core/model/importers.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "core/base/error.h"
#include "core/model/builtin_models.h"
#include "core/model/onnx_import.h"
#include "core/model/printable.h"

namespace qs {

std::span<const Importer* const> importers() {
  static constexpr std::array<const Importer*, 1> kImporters = {&onnx_importer};
  return kImporters;
}

namespace {

[[noreturn]] void refuse_builtin(const std::filesystem::path& path) {
  std::string known;
  for (const BuiltinModel& model : builtin_models()) {
    known += fmt::format("{}{} ({})", known.empty() ? "" : "; ", model.name, model.summary);
  }
  bad_input("there is no built-in model \"{}\"; there are: {}", printable(path.string()), known);
}

}  // namespace

Graph import_model(const std::filesystem::path& path, const ImportOptions& options) {
  if (const BuiltinModel* builtin = find_builtin_model(path)) {
    return with_context(std::string(builtin->name), [&] { return import_onnx(builtin->onnx, {}, options); });
  }
  if (path.native().starts_with("builtin:")) refuse_builtin(path);
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::vector<std::string_view> known;
  for (const Importer* importer : importers()) {
    for (std::string_view own : importer->extensions) {
      if (own == extension) return importer->import(path, options);
      known.push_back(own);
    }
  }
  bad_input("{}: the extension \"{}\" is that of no known model format; there are: {}",
            printable(path.filename().string()), printable(extension), fmt::join(known, ", "));
}

}  // namespace qs
