#include "views/models/image_answers.h"

#include <QObject>
#include <algorithm>
#include <limits>

namespace qs {

namespace {

AnswerChange change_of(const Prediction& reference, const Prediction& candidate, std::optional<int> label) {
  if (reference.top1() == candidate.top1()) return AnswerChange::same;
  if (label && reference.top1() == *label) return AnswerChange::became_wrong;
  if (label && candidate.top1() == *label) return AnswerChange::became_right;
  return AnswerChange::flipped;
}

bool passes(AnswerFilter filter, AnswerChange change) {
  if (filter == AnswerFilter::all) return true;
  if (filter == AnswerFilter::became_wrong) return change == AnswerChange::became_wrong;
  if (filter == AnswerFilter::became_right) return change == AnswerChange::became_right;
  return change != AnswerChange::same;
}

bool names_text(int index, const std::vector<std::string>& names, const QString& text) {
  if (index < 0 || static_cast<std::size_t>(index) >= names.size()) return false;
  return QString::fromStdString(names[static_cast<std::size_t>(index)]).contains(text, Qt::CaseInsensitive);
}

bool has_text(const ImageRecord& image, const Prediction& reference, const Prediction& candidate,
              const std::vector<std::string>& names, const QString& text) {
  if (text.isEmpty() || QString::fromStdString(image.name).contains(text, Qt::CaseInsensitive)) return true;
  if (image.label && names_text(*image.label, names, text)) return true;
  return names_text(reference.top1(), names, text) || names_text(candidate.top1(), names, text);
}

}  // namespace

double margin(const Prediction& prediction, int wanted, std::optional<int> label) {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  if (!prediction.finite) return -kNone;
  std::optional<float> own;
  if (label == wanted) own = prediction.label_logit;
  std::optional<float> other;
  float last = 0;
  for (std::size_t i = 0; i < prediction.top.size() && prediction.top[i] >= 0; ++i) {
    last = prediction.logits[i];
    if (prediction.top[i] == wanted)
      own = last;
    else if (!other)
      other = last;
  }
  if (!other) return kNone;  // a network with one class
  return static_cast<double>(own.value_or(last)) - static_cast<double>(*other);
}

std::vector<ImageAnswer> image_answers(const Evaluation& evaluation, const AnswerQuestion& question,
                                       const std::vector<std::string>& class_names) {
  std::vector<ImageAnswer> answers;
  if (question.variant >= evaluation.results.size()) return answers;
  const std::vector<Prediction>& references = evaluation.results.front().predictions;
  const std::vector<Prediction>& candidates = evaluation.results[question.variant].predictions;
  // Results that were read from a file have no predictions.
  const std::size_t count = std::min({evaluation.images.size(), references.size(), candidates.size()});
  for (std::size_t i = 0; i < count; ++i) {
    const ImageRecord& image = evaluation.images[i];
    const AnswerChange change = change_of(references[i], candidates[i], image.label);
    if (!passes(question.filter, change)) continue;
    if (!has_text(image, references[i], candidates[i], class_names, question.text)) continue;
    const int wanted = image.label.value_or(references[i].top1());
    answers.push_back(
        {i, change, margin(references[i], wanted, image.label), margin(candidates[i], wanted, image.label)});
  }
  // Both may be -infinity: then nothing is lost, and NaN would spoil the order.
  const auto loss = [](const ImageAnswer& answer) {
    return answer.reference_margin == answer.candidate_margin ? 0 : answer.loss();
  };
  std::stable_sort(answers.begin(), answers.end(), [&](const ImageAnswer& a, const ImageAnswer& b) {
    return a.change != b.change ? a.change < b.change : loss(a) > loss(b);
  });
  return answers;
}

QString title_of(AnswerChange change) {
  switch (change) {
    case AnswerChange::became_wrong: return QObject::tr("became wrong");
    case AnswerChange::flipped: return QObject::tr("another class");
    case AnswerChange::same: return QObject::tr("same class");
    case AnswerChange::became_right: return QObject::tr("became right");
  }
  return {};
}

}  // namespace qs
