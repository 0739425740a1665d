// The images that a scheme answers differently from float.
#include <algorithm>
#include <cmath>

#include "app/report/contents.h"
#include "app/report/shown_images.h"
#include "views/models/plain_text.h"
#include "views/plots/logits.h"

namespace qs {

namespace {

QString margin_text(double value) {
  return std::isfinite(value) ? QString::number(value, 'f', 2) : QStringLiteral("–");
}

/// "became wrong 3, another class 2".
QString counts(const std::vector<ImageAnswer>& answers) {
  QStringList words;
  for (const AnswerChange change : {AnswerChange::became_wrong, AnswerChange::flipped, AnswerChange::became_right}) {
    const auto count = std::count_if(answers.begin(), answers.end(),
                                     [change](const ImageAnswer& each) { return each.change == change; });
    if (count > 0) words << QObject::tr("%1 %2").arg(title_of(change)).arg(count);
  }
  return words.join(", ");
}

TextTable table_of(const ReportedRun& run, const ChangedImages& changed, const std::vector<std::string>& names) {
  const Evaluation& evaluation = run.evaluation.evaluation;
  const VariantResult& result = evaluation.results[changed.variant];
  const QString scheme = clean(run.evaluation.variants[changed.variant].scheme);
  TextTable table{QObject::tr("%1: another first class for %2 of %3 images (%4)")
                      .arg(scheme)
                      .arg(changed.answers.size())
                      .arg(evaluation.images.size())
                      .arg(counts(changed.answers)),
                  {{QObject::tr("image")},
                   {QObject::tr("label")},
                   {QObject::tr("float answers")},
                   {QObject::tr("%1 answers").arg(scheme)},
                   {QObject::tr("change")},
                   {QObject::tr("margin in float"), true},
                   {QObject::tr("margin in %1").arg(scheme), true}},
                  {},
                  {}};
  for (std::size_t i = 0; i < std::min(changed.answers.size(), kShownImages); ++i) {
    const ImageAnswer& answer = changed.answers[i];
    const ImageRecord& image = evaluation.images[answer.image];
    table.rows.push_back({plain_text(image.name), image.label ? class_text(names, *image.label) : QString(),
                          class_text(names, evaluation.results.front().predictions[answer.image].top1()),
                          class_text(names, result.predictions[answer.image].top1()), title_of(answer.change),
                          margin_text(answer.reference_margin), margin_text(answer.candidate_margin)});
    if (run.thumbnails.empty()) continue;
    const auto found = run.thumbnails.find(image.name);
    table.pictures.push_back(found == run.thumbnails.end() ? QImage() : found->second);
  }
  return table;
}

void add_run(const ReportedRun& run, Blocks& blocks) {
  if (!has_answers(run)) {
    blocks.emplace_back(
        Paragraph{QObject::tr("What was answered to each image is not known here: the JSON of quantoscope evaluate "
                              "does not hold it. A project does: run the schemes in the window and export the report "
                              "there, or give the saved project with --results.")});
    return;
  }
  const std::vector<std::string> names = class_names_of(run);
  for (const ChangedImages& changed : changed_images(run)) {
    if (changed.answers.empty()) {
      blocks.emplace_back(Paragraph{QObject::tr("%1: every image gets the first class that float gives it.")
                                        .arg(clean(run.evaluation.variants[changed.variant].scheme))});
    } else {
      blocks.emplace_back(table_of(run, changed, names));
    }
  }
  if (!run.no_thumbnails.empty()) {
    blocks.emplace_back(
        Paragraph{QObject::tr("Without pictures, as they cannot be read: %1.").arg(clean(run.no_thumbnails)), true});
  }
}

}  // namespace

void add_images(const ReportRequest& request, Blocks& blocks) {
  const bool any = std::any_of(request.runs.begin(), request.runs.end(),
                               [](const ReportedRun& run) { return run.evaluation.variants.size() > 1; });
  if (!any) return;
  blocks.emplace_back(Heading{2, QObject::tr("Images with another answer")});
  blocks.emplace_back(Paragraph{
      QObject::tr("At most %1 images of each scheme: first those that became wrong, and among them those that "
                  "lost most of their margin. The margin is the output of the label (of float's first class "
                  "where there is no label) minus the largest of the others: positive where the network "
                  "answers that class.")
          .arg(kShownImages),
      true});
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    if (request.runs[r].evaluation.variants.size() < 2) continue;
    if (request.runs.size() > 1) blocks.emplace_back(Heading{3, run_name(request, r)});
    add_run(request.runs[r], blocks);
  }
}

}  // namespace qs
