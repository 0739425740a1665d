#include "core/model/external_data.h"

#include <algorithm>
#include <fstream>

#include "core/base/error.h"
#include "core/model/printable.h"

namespace qs {

namespace fs = std::filesystem;

fs::path resolve_inside(const fs::path& folder, const std::string& location) {
  const std::string shown = printable(location);
  const fs::path relative(location);
  const bool climbs = std::find(relative.begin(), relative.end(), fs::path("..")) != relative.end();
  if (location.empty() || location.find('\0') != std::string::npos || relative.is_absolute() || climbs) {
    bad_input("external data \"{}\" must be a path inside the model's folder", shown);
  }
  std::error_code failed;
  const fs::path root = fs::canonical(folder.empty() ? fs::path(".") : folder, failed);
  if (failed) bad_input("the model's folder \"{}\" cannot be read: {}", folder.string(), failed.message());
  const fs::path file = fs::canonical(root / relative, failed);
  if (failed) bad_input("external data file \"{}\" cannot be read: {}", shown, failed.message());
  const auto [end_of_root, rest] = std::mismatch(root.begin(), root.end(), file.begin(), file.end());
  if (end_of_root != root.end()) bad_input("external data \"{}\" leads out of the model's folder", shown);
  if (!fs::is_regular_file(file, failed)) bad_input("external data \"{}\" is not a regular file", shown);
  return file;
}

void check_external_data(const ExternalData& data, const fs::path& folder, std::int64_t bytes) {
  const fs::path file = resolve_inside(folder, data.location);
  if (data.length && *data.length != bytes) {
    bad_input("its external data has {} bytes, but its shape needs {}", *data.length, bytes);
  }
  const auto size = static_cast<std::int64_t>(fs::file_size(file));
  if (data.offset < 0 || data.offset > size || bytes > size - data.offset) {
    bad_input("its {} bytes at offset {} do not lie in \"{}\", which has {} bytes", bytes, data.offset,
              printable(data.location), size);
  }
}

void read_external_data(const ExternalData& data, const fs::path& folder, std::span<std::byte> bytes) {
  std::ifstream file(resolve_inside(folder, data.location), std::ios::binary);
  file.seekg(data.offset);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file) bad_input("external data \"{}\" cannot be read", printable(data.location));
}

}  // namespace qs
