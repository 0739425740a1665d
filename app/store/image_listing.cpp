#include "app/store/image_listing.h"

#include <QCryptographicHash>

#include "core/base/error.h"

namespace qs {

namespace {

/// 0 where there is none: a file that is gone changes the listing.
std::uintmax_t size_of(const std::filesystem::path& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  return error ? 0 : size;
}

}  // namespace

std::string listing_hash(const Dataset& dataset) {
  QCryptographicHash hash(QCryptographicHash::Sha256);
  const auto add = [&](const std::string& text) { hash.addData(QByteArrayView(text.data(), std::ssize(text))); };
  if (dataset.in_archive) add(fmt::format("archive {}\n", size_of(dataset.root)));
  for (const DatasetEntry& entry : dataset.entries) {
    const std::string label = entry.record.label ? std::to_string(*entry.record.label) : "-";
    // The length first, so that no name can pass for two.
    add(fmt::format("{}:{} {} {}\n", entry.record.name.size(), entry.record.name, label,
                    dataset.in_archive ? 0 : size_of(entry.path)));
  }
  return hash.result().toHex().toStdString();
}

}  // namespace qs
