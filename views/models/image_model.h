// The images of a run as a table: a small picture, the label, and what float and one scheme answer.
#pragma once

#include <QAbstractTableModel>
#include <QCache>
#include <QImage>
#include <memory>
#include <string>
#include <vector>

#include "core/evaluation_report.h"
#include "views/models/image_answers.h"

namespace qs {

/// What the rows are about.
struct ImageTable {
  std::shared_ptr<const EvaluationReport> report;
  std::size_t variant = 1;
  QString scheme;  ///< title
  std::vector<std::string> class_names;
  std::vector<ImageAnswer> answers;  ///< the rows, in order
};

/// Those of the model file's card; else, of a network with 1000 classes, those of ImageNet.
[[nodiscard]] std::vector<std::string> shown_class_names(const std::vector<std::string>& known, std::int64_t classes);

class ImageModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column : int { kPicture, kReference, kCandidate, kChange, kColumns };

  using QAbstractTableModel::QAbstractTableModel;

  /// Rows that stay where they are keep their selection: the model is reset only when there are others.
  void show(ImageTable table);
  [[nodiscard]] const ImageTable& table() const { return table_; }
  /// Empty outside the table.
  [[nodiscard]] QString image_name(int row) const;
  [[nodiscard]] int row_of(const QString& image_name) const;  ///< -1: none

  void set_picture(const QString& image_name, const QImage& picture);
  [[nodiscard]] bool has_picture(const QString& image_name) const { return pictures_.contains(image_name); }
  [[nodiscard]] QImage picture(const QString& image_name) const;
  /// Of another data set the same names may be other pictures.
  void forget_pictures();

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  [[nodiscard]] QString cell(const ImageAnswer& answer, int column) const;
  [[nodiscard]] QString five(const Prediction& prediction) const;

  ImageTable table_;
  QCache<QString, QImage> pictures_{64 * 1024};  // KiB
};

}  // namespace qs
