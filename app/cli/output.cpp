#include "app/cli/output.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace qs {

namespace {

/// Devices, pipes and sockets cannot be replaced by renaming: that would put a file in their place.
bool is_special(const std::string& path) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
         !std::filesystem::is_directory(status);
}

[[noreturn]] void cannot_write(const std::string& path, const QFileDevice& file) {
  bad_input("cannot write \"{}\": {}", path, file.errorString().toStdString());
}

void write_and_close(QFileDevice& file, const std::string& path, std::string_view content) {
  const bool written =
      file.write(content.data(), static_cast<qint64>(content.size())) == static_cast<qint64>(content.size());
  if (!written || !file.flush()) cannot_write(path, file);
}

}  // namespace

void check_writable(const std::string& path) {
  if (path.empty() || path == kStandardOutput) return;
  if (is_special(path)) {
    if (!QFileInfo(QString::fromStdString(path)).isWritable()) bad_input("cannot write \"{}\": no permission", path);
    return;
  }
  QSaveFile file(QString::fromStdString(path));
  if (!file.open(QIODevice::WriteOnly)) cannot_write(path, file);
  file.cancelWriting();
}

void write_output(const std::string& path, std::string_view content) {
  if (path.empty()) return;
  if (path == kStandardOutput) {
    std::fwrite(content.data(), 1, content.size(), stdout);
    return finish_standard_output();
  }
  if (is_special(path)) {
    QFile file(QString::fromStdString(path));
    if (!file.open(QIODevice::WriteOnly)) cannot_write(path, file);
    return write_and_close(file, path, content);
  }
  QSaveFile file(QString::fromStdString(path));
  if (!file.open(QIODevice::WriteOnly)) cannot_write(path, file);
  write_and_close(file, path, content);
  if (!file.commit()) cannot_write(path, file);
}

std::string json_text(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', /*ensure_ascii=*/false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

void finish_standard_output() {
  const bool failed = std::fflush(stdout) != 0 || std::ferror(stdout) != 0;
  if (failed) bad_input("cannot write to standard output");
}

}  // namespace qs
