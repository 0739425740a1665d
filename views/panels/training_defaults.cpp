// What a training is about unless its user says otherwise.
#include <fmt/format.h>

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>

#include "datasets/builtin_datasets.h"
#include "views/panels/training_setup.h"

namespace qs {

std::string training_images_for(const std::string& open) {
  if (is_builtin(open)) {
    for (const BuiltinDataset& each : builtin_datasets()) {
      if (each.name == open + "/train") return std::string(each.name);
    }
    return open;
  }
  static const QRegularExpression kMeasuring("(?<![a-z])(test|val|valid|validation)(?![a-z])");
  const QFileInfo file(QString::fromStdString(open));
  QString name = file.fileName();
  name.replace(kMeasuring, "train");
  const QString sibling = file.dir().filePath(name);
  return QFileInfo::exists(sibling) ? sibling.toStdString() : open;
}

std::string default_trained_model(const Snapshot& snapshot, const Recipe& recipe) {
  const bool of_model = recipe.start == Start::model && snapshot.model != nullptr;
  QStringList folders;
  if (!snapshot.project_path.empty()) {
    folders << QFileInfo(QString::fromStdString(snapshot.project_path)).absolutePath();
  }
  if (snapshot.model != nullptr) {
    folders << QFileInfo(QString::fromStdString(snapshot.model->report.path)).absolutePath();
  }
  folders << QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation) << QDir::homePath();
  QString folder;
  for (const QString& each : folders) {
    if (!folder.isEmpty()) break;
    if (QFileInfo(each).isDir() && QFileInfo(each).isWritable()) folder = each;
  }
  const std::string stem = of_model ? fmt::format("{}-{}", snapshot.model->report.name, recipe.id) : recipe.id;
  for (int number = 1;; ++number) {
    const std::string name = number == 1 ? fmt::format("{}.onnx", stem) : fmt::format("{}-{}.onnx", stem, number);
    const QString path = QDir(folder).filePath(QString::fromStdString(name));
    if (!QFileInfo::exists(path)) return path.toStdString();
  }
}

}  // namespace qs
