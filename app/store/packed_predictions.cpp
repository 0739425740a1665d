#include "app/store/packed_predictions.h"

#include <QDataStream>
#include <QIODevice>
#include <cmath>
#include <limits>

#include "core/base/error.h"

namespace qs {

namespace {

constexpr quint32 kFormat = 0x51535001;  // "QSP", version 1
constexpr qint32 kNoLabel = -1;

void set_up(QDataStream& stream) {
  stream.setVersion(QDataStream::Qt_6_0);
  stream.setByteOrder(QDataStream::LittleEndian);
  stream.setFloatingPointPrecision(QDataStream::SinglePrecision);
}

void write(QDataStream& stream, const VariantResult& result) {
  stream << QByteArray::fromStdString(result.id);
  for (std::size_t rank = 0; rank < kTopClasses; ++rank) {
    for (const Prediction& each : result.predictions) stream << qint32{each.top[rank]};
  }
  for (std::size_t rank = 0; rank < kTopClasses; ++rank) {
    for (const Prediction& each : result.predictions) stream << each.logits[rank];
  }
  for (const Prediction& each : result.predictions) {
    stream << each.label_logit.value_or(std::numeric_limits<float>::quiet_NaN());
  }
  for (const Prediction& each : result.predictions) stream << quint8{each.finite};
}

[[noreturn]] void refuse() {
  bad_input("the predictions of a run are damaged");
}

/// Reads what must be there.
struct Reader {
  QDataStream& stream;
  std::int64_t classes;

  template <class T>
  T read() {
    T value{};
    stream >> value;
    if (stream.status() != QDataStream::Ok) refuse();
    return value;
  }
  /// A class, or -1.
  int read_class() {
    const auto value = read<qint32>();
    if (value < -1 || value >= classes) refuse();
    return value;
  }
};

std::vector<ImageRecord> read_images(Reader& reader, std::int64_t count) {
  std::vector<ImageRecord> images(static_cast<std::size_t>(count));
  for (ImageRecord& image : images) image.name = reader.read<QByteArray>().toStdString();
  for (ImageRecord& image : images) {
    const int label = reader.read_class();
    if (label != kNoLabel) image.label = label;
  }
  return images;
}

std::vector<Prediction> read_predictions(Reader& reader, const std::string& id, std::size_t count) {
  if (reader.read<QByteArray>().toStdString() != id) bad_input("the predictions are those of other schemes");
  std::vector<Prediction> predictions(count);
  for (std::size_t rank = 0; rank < kTopClasses; ++rank) {
    for (Prediction& each : predictions) each.top[rank] = reader.read_class();
  }
  for (std::size_t rank = 0; rank < kTopClasses; ++rank) {
    for (Prediction& each : predictions) {
      each.logits[rank] = reader.read<float>();
      if (!std::isfinite(each.logits[rank])) refuse();
    }
  }
  for (Prediction& each : predictions) {
    const auto logit = reader.read<float>();
    if (std::isfinite(logit)) each.label_logit = logit;
  }
  for (Prediction& each : predictions) each.finite = reader.read<quint8>() != 0;
  return predictions;
}

}  // namespace

QByteArray pack_predictions(const Evaluation& evaluation) {
  if (evaluation.images.empty()) return {};
  QByteArray bytes;
  QDataStream stream(&bytes, QIODevice::WriteOnly);
  set_up(stream);
  stream << kFormat << static_cast<quint32>(evaluation.images.size());
  for (const ImageRecord& image : evaluation.images) stream << QByteArray::fromStdString(image.name);
  for (const ImageRecord& image : evaluation.images) stream << qint32{image.label.value_or(kNoLabel)};
  for (const VariantResult& result : evaluation.results) {
    QS_ASSERT(result.predictions.size() == evaluation.images.size());
    write(stream, result);
  }
  return qCompress(bytes);
}

void unpack_predictions(const QByteArray& packed, EvaluationReport& report) {
  const QByteArray bytes = qUncompress(packed);
  QDataStream stream(bytes);
  set_up(stream);
  Reader reader{stream, report.model.classes};
  if (reader.read<quint32>() != kFormat) bad_input("the predictions of a run were saved by another version");
  const std::int64_t count = reader.read<quint32>();
  // An image takes 8 bytes or more: damaged numbers ask for no memory.
  if (count != evaluated_images(report) || count > bytes.size() / 8) refuse();
  std::vector<ImageRecord> images = read_images(reader, count);
  std::vector<std::vector<Prediction>> predictions;
  for (const VariantResult& result : report.evaluation.results) {
    predictions.push_back(read_predictions(reader, result.id, images.size()));
  }
  report.evaluation.images = std::move(images);
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    report.evaluation.results[i].predictions = std::move(predictions[i]);
  }
}

}  // namespace qs
