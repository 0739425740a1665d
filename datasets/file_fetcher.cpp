#include "datasets/file_fetcher.h"

#include <fstream>

#include "core/base/error.h"
#include "datasets/builtin_datasets.h"

namespace qs {
namespace {

std::vector<std::byte> read_file(const std::filesystem::path& path) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  if (error) bad_input("{}", error.message());
  if (bytes > static_cast<std::uintmax_t>(kMaxFileBytes)) bad_input("larger than {} bytes", kMaxFileBytes);
  std::ifstream stream(path, std::ios::binary);
  std::vector<std::byte> contents(bytes);
  if (!stream.read(reinterpret_cast<char*>(contents.data()), static_cast<std::streamsize>(bytes)))
    bad_input("the file cannot be read");
  return contents;
}

}  // namespace

std::vector<std::byte> FileFetcher::fetch(const DatasetEntry& entry) {
  if (is_builtin(dataset_.root)) return builtin_file(builtin_dataset(dataset_.root), entry.position);
  return dataset_.in_archive ? fetch_from_archive(entry) : read_file(entry.path);
}

std::vector<std::byte> FileFetcher::fetch_from_archive(const DatasetEntry& entry) {
  if (!archive_failure_.empty()) bad_input("{}", archive_failure_);
  try {
    if (!archive_) archive_.emplace(dataset_.root);
    auto found = archive_->next();
    while (found && found->position < entry.position) found = archive_->next();
    if (!found || found->position != entry.position || found->name != entry.record.name)
      bad_input("{}: changed since it was listed", dataset_.root.filename().string());
  } catch (const Error& error) {
    archive_failure_ = error.what();
    throw;
  }
  return archive_->read();
}

}  // namespace qs
