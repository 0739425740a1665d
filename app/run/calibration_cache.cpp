#include "app/run/calibration_cache.h"

#include <QCryptographicHash>
#include <QFile>
#include <QSaveFile>
#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/quant/calibration_file.h"
#include "datasets/content_hash.h"
#include "datasets/crop_cache.h"
#include "datasets/file_fetcher.h"

namespace qs {

namespace {

namespace fs = std::filesystem;

constexpr int kKeyVersion = 1;  // grows when calibrating itself changes
constexpr std::string_view kExtension = ".calibration";
constexpr qint64 kMostBytes = qint64{1} << 30;  // no calibration is larger; a file that is was put there by somebody

/// What the file holds, or why that cannot be told: such an image is skipped when the network runs, too.
std::string content_of(FileFetcher& fetcher, const DatasetEntry& entry) {
  try {
    const ContentHash hash = content_hash(fetcher.fetch(entry));
    return fmt::format("{:016x}{:016x}", hash.high, hash.low);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::bad_input) throw;
    return error.what();
  }
}

nlohmann::json images_json(const Dataset& chosen) {
  nlohmann::json images = nlohmann::json::array();
  FileFetcher fetcher(chosen);
  for (const DatasetEntry& entry : chosen.entries) {
    const std::string content = chosen.in_archive ? std::to_string(entry.position) : content_of(fetcher, entry);
    images.push_back({entry.record.name, content});
  }
  if (!chosen.in_archive) return images;
  std::error_code error;
  const auto bytes = fs::file_size(chosen.root, error);
  const auto changed = fs::last_write_time(chosen.root, error);
  if (error) bad_input("cannot read \"{}\": {}", chosen.root.string(), error.message());
  return {bytes, changed.time_since_epoch().count(), images};
}

fs::path file_of(const fs::path& folder, const std::string& key) {
  return folder / (key + std::string(kExtension));
}

std::optional<Calibration> read(const fs::path& path, std::string& note) {
  QFile file(QString::fromStdString(path.string()));
  if (!file.exists()) return std::nullopt;
  if (!file.open(QIODevice::ReadOnly) || file.size() > kMostBytes) {
    note = fmt::format("cannot read the kept calibration \"{}\"", path.string());
    return std::nullopt;
  }
  const QByteArray bytes = file.readAll();
  const std::span<const std::uint8_t> all(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                          static_cast<std::size_t>(bytes.size()));
  if (all.size() < sizeof(std::uint64_t)) return std::nullopt;
  const auto content = all.subspan(sizeof(std::uint64_t));
  const std::uint64_t expected = checksum(std::as_bytes(content));
  if (std::memcmp(&expected, all.data(), sizeof expected) != 0) return std::nullopt;  // damaged: made anew
  try {
    return calibration_from_bytes(content);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::bad_input) throw;
    return std::nullopt;  // written by another version
  }
}

/// Deletes the files used longest ago. That others delete at the same time is no fault.
void evict(const fs::path& folder) {
  std::error_code ignored;
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end; entry.increment(ignored)) {
    if (entry->path().extension() == kExtension) files.emplace_back(entry->last_write_time(ignored), entry->path());
  }
  if (files.size() <= kMostCalibrations) return;
  std::sort(files.begin(), files.end());
  files.resize(files.size() - kMostCalibrations);
  for (const auto& [used, path] : files) fs::remove(path, ignored);
}

/// Why it could not be written; empty when it was.
std::string write(const fs::path& path, const Calibration& calibration) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  const std::vector<std::uint8_t> bytes = to_bytes(calibration);
  QSaveFile file(QString::fromStdString(path.string()));  // a temporary file, renamed by commit
  const std::uint64_t sum = checksum(std::as_bytes(std::span(bytes)));
  const auto put = [&](const void* from, std::size_t size) {
    return file.write(static_cast<const char*>(from), static_cast<qint64>(size)) == static_cast<qint64>(size);
  };
  const bool written =
      file.open(QIODevice::WriteOnly) && put(&sum, sizeof sum) && put(bytes.data(), bytes.size()) && file.commit();
  if (written) return {};
  return fmt::format("the calibration could not be kept in \"{}\": {}", path.string(),
                     error ? error.message() : file.errorString().toStdString());
}

}  // namespace

std::string calibration_key(const CalibrationIdentity& identity, const Dataset& chosen) {
  const nlohmann::json everything = {{"version", kKeyVersion},
                                     {"model", identity.model_sha256},
                                     {"passes", identity.passes},
                                     {"values", identity.values},
                                     {"preprocessing", to_json(identity.preprocessing)},
                                     {"batch", identity.batch},
                                     {"seed", identity.seed},
                                     {"environment", identity.environment},
                                     {"images", images_json(chosen)}};
  const std::vector<std::uint8_t> bytes = nlohmann::json::to_cbor(everything);
  QCryptographicHash hash(QCryptographicHash::Sha256);
  hash.addData(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
  return hash.result().toHex().toStdString();
}

fs::path calibration_folder() {
  const fs::path folder = default_cache_folder();
  return folder.empty() ? folder : folder / "calibration";
}

KeptCalibration kept_calibration(const fs::path& folder, const std::string& key,
                                 const std::function<Calibration()>& make) {
  KeptCalibration kept;
  if (folder.empty()) {
    kept.calibration = make();
    return kept;
  }
  const fs::path path = file_of(folder, key);
  if (std::optional<Calibration> found = read(path, kept.note)) {
    kept.calibration = std::move(*found);
    kept.from_cache = true;
    std::error_code ignored;
    fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
    return kept;
  }
  kept.calibration = make();
  kept.note = write(path, kept.calibration);
  evict(folder);
  return kept;
}

}  // namespace qs
