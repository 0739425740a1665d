#include "app/run/provenance.h"

#include <QCryptographicHash>
#include <QFile>
#include <fstream>

#include "core/base/error.h"

namespace qs {

std::string sha256_of_file(const std::filesystem::path& path) {
  QFile file(QString::fromStdString(path.string()));
  QCryptographicHash hash(QCryptographicHash::Sha256);
  if (!file.open(QIODevice::ReadOnly) || !hash.addData(&file)) {
    bad_input("cannot read \"{}\": {}", path.string(), file.errorString().toStdString());
  }
  return hash.result().toHex().toStdString();
}

std::string sha256_of_bytes(std::span<const std::byte> bytes) {
  QCryptographicHash hash(QCryptographicHash::Sha256);
  hash.addData(QByteArrayView(bytes.data(), std::ssize(bytes)));
  return hash.result().toHex().toStdString();
}

std::int64_t peak_memory_bytes() {
  // VmHWM, not getrusage: the latter also remembers the process that started this one.
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::int64_t kibibytes = 0;
    if (word == "VmHWM:" && status >> kibibytes) return kibibytes * 1024;
  }
  return 0;
}

}  // namespace qs
