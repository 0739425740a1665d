#include "core/model/importers.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "core/base/error.h"
#include "core/model/onnx_import.h"
#include "core/model/printable.h"

namespace qs {

std::span<const Importer* const> importers() {
  static constexpr std::array<const Importer*, 1> kImporters = {&onnx_importer};
  return kImporters;
}

Graph import_model(const std::filesystem::path& path, const ImportOptions& options) {
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
