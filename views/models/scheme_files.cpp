#include "views/models/scheme_files.h"

#include <QFileInfo>
#include <QSaveFile>
#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace qs {

void save_scheme(const Scheme& scheme, const std::string& path) {
  with_context(path, [&] {
    check(scheme);
    const std::string json = to_json(scheme).dump(2) + "\n";
    QSaveFile file(QString::fromStdString(path));  // whole or not at all
    const auto size = static_cast<qint64>(json.size());
    if (!file.open(QIODevice::WriteOnly) || file.write(json.data(), size) != size || !file.commit()) {
      bad_input("cannot be written ({}); choose another place", file.errorString().toStdString());
    }
  });
}

Scheme load_scheme(const std::string& path) {
  return find_scheme(QFileInfo(QString::fromStdString(path)).absoluteFilePath().toStdString());
}

}  // namespace qs
