#include "views/models/image_model.h"

#include <QIcon>
#include <QPixmap>
#include <algorithm>
#include <cmath>

#include "datasets/imagenet_classes.h"
#include "views/models/plain_text.h"
#include "views/plots/logits.h"

namespace qs {

namespace {

constexpr int kShown = 5;

QString number(double value) {
  if (std::isinf(value)) return QStringLiteral("–");
  return QString::number(value, 'f', 2).replace(QLatin1Char('-'), QChar(0x2212));
}

bool same_rows(const std::vector<ImageAnswer>& a, const std::vector<ImageAnswer>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const ImageAnswer& x, const ImageAnswer& y) { return x.image == y.image; });
}

}  // namespace

std::vector<std::string> shown_class_names(const std::vector<std::string>& known, std::int64_t classes) {
  std::vector<std::string> names = known;
  if (!names.empty() || classes != std::ssize(imagenet_classes())) return names;
  for (const ImagenetClass& each : imagenet_classes()) names.emplace_back(each.name);
  return names;
}

void ImageModel::show(ImageTable table) {
  const bool same = table.variant == table_.variant && same_rows(table.answers, table_.answers);
  if (!same) beginResetModel();
  table_ = std::move(table);
  if (!same) return endResetModel();
  if (!table_.answers.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
  emit headerDataChanged(Qt::Horizontal, 0, kColumns - 1);
}

QString ImageModel::image_name(int row) const {
  if (row < 0 || row >= rowCount()) return {};
  return QString::fromStdString(
      table_.report->evaluation.images[table_.answers[static_cast<std::size_t>(row)].image].name);
}

int ImageModel::row_of(const QString& name) const {
  for (int row = 0; row < rowCount(); ++row) {
    if (image_name(row) == name) return row;
  }
  return -1;
}

void ImageModel::set_picture(const QString& name, const QImage& picture) {
  pictures_.insert(name, new QImage(picture), std::max<qsizetype>(1, picture.sizeInBytes() / 1024));
  const int row = row_of(name);
  if (row >= 0) emit dataChanged(index(row, kPicture), index(row, kPicture), {Qt::DecorationRole});
}

QImage ImageModel::picture(const QString& name) const {
  const QImage* found = pictures_.object(name);
  return found != nullptr ? *found : QImage();
}

void ImageModel::forget_pictures() {
  pictures_.clear();
}

int ImageModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_.answers.size());
}

int ImageModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

QString ImageModel::five(const Prediction& prediction) const {
  if (!prediction.finite) return tr("no answer (NaN or infinity)");
  QStringList lines;
  for (int i = 0; i < kShown; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (prediction.top[at] < 0) break;
    lines << tr("%1  %2").arg(number(static_cast<double>(prediction.logits[at])),
                              plain_text(class_text(table_.class_names, prediction.top[at]).toStdString()));
  }
  return lines.join('\n');
}

QString ImageModel::cell(const ImageAnswer& answer, int column) const {
  const Evaluation& evaluation = table_.report->evaluation;
  const ImageRecord& image = evaluation.images[answer.image];
  switch (column) {
    case kPicture:
      return plain_text(image.name) +
             (image.label
                  ? "\n" + tr("label: %1").arg(plain_text(class_text(table_.class_names, *image.label).toStdString()))
                  : QString());
    case kReference: return five(evaluation.results.front().predictions[answer.image]);
    case kCandidate: return five(evaluation.results[table_.variant].predictions[answer.image]);
    case kChange:
      return tr("%1\nmargin %2\n%3 in float\n%4 here")
          .arg(title_of(answer.change), number(-answer.loss()), number(answer.reference_margin),
               number(answer.candidate_margin));
    default: return {};
  }
}

QVariant ImageModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const ImageAnswer& answer = table_.answers[static_cast<std::size_t>(index.row())];
  if (role == Qt::DisplayRole) return cell(answer, index.column());
  if (role == Qt::ToolTipRole) return plain_tool_tip(cell(answer, index.column()));
  if (role == Qt::TextAlignmentRole) return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
  if (role == Qt::DecorationRole && index.column() == kPicture) {
    const QImage* picture = pictures_.object(image_name(index.row()));
    if (picture != nullptr) return QIcon(QPixmap::fromImage(*picture));  // which views bring to their size
  }
  return {};
}

QVariant ImageModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  const bool tip = role == Qt::ToolTipRole;
  if (role != Qt::DisplayRole && !tip) return {};
  switch (section) {
    case kPicture: return tip ? tr("The image and its label") : tr("Image");
    case kReference: return tip ? tr("First five classes of the float network with their outputs") : tr("Float");
    case kCandidate:
      return tip ? tr("First five classes under the scheme with their outputs")
                 : plain_text(table_.scheme.toStdString());
    case kChange:
      return tip ? tr("What became of float's first class. Margin: output of the label (of float's class, without "
                      "labels) minus the largest other one; first its change")
                 : tr("Change");
    default: return {};
  }
}

}  // namespace qs
