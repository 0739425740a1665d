#include "app/report/shown_images.h"

#include <algorithm>
#include <set>

#include "app/window/thumbnails.h"
#include "core/base/error.h"
#include "views/models/image_model.h"
#include "views/models/plain_text.h"

namespace qs {

namespace {

std::vector<std::string> names_to_show(const ReportedRun& run) {
  std::set<std::string> names;
  for (const ChangedImages& changed : changed_images(run)) {
    for (std::size_t i = 0; i < std::min(changed.answers.size(), kShownImages); ++i) {
      names.insert(run.evaluation.evaluation.images[changed.answers[i].image].name);
    }
  }
  return {names.begin(), names.end()};
}

/// Data sets by their paths: runs mostly share one.
using Datasets = std::map<std::string, Dataset>;

void read_into(ReportedRun& run, Datasets& open, const Progress& progress) {
  run.thumbnails.clear();
  run.no_thumbnails.clear();
  const std::vector<std::string> names = names_to_show(run);
  if (names.empty()) return;
  const DataReport& data = run.evaluation.data;
  try {
    auto found = open.find(data.path);
    if (found == open.end()) {
      const ClassContext classes{static_cast<int>(run.evaluation.model.classes), run.class_names};
      Dataset dataset = open_dataset(data.path, {.kind = data.layout, .labels_file = {}, .classes = classes}, progress);
      found = open.emplace(data.path, std::move(dataset)).first;
    }
    read_thumbnails(found->second, names, kThumbnailSide, progress,
                    [&](const std::string& name, const QImage& image) { run.thumbnails.emplace(name, image); });
    if (run.thumbnails.empty()) run.no_thumbnails = fmt::format("{}: these images are no longer there", data.path);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::stopped) return;
    run.no_thumbnails = error.what();
  }
}

}  // namespace

bool has_answers(const ReportedRun& run) {
  const Evaluation& evaluation = run.evaluation.evaluation;
  return !evaluation.images.empty() && !evaluation.results.empty() && !evaluation.results.front().predictions.empty();
}

std::vector<ChangedImages> changed_images(const ReportedRun& run) {
  std::vector<ChangedImages> all;
  if (!has_answers(run)) return all;
  for (std::size_t v = 1; v < run.evaluation.variants.size(); ++v) {
    const AnswerQuestion question{.variant = v, .filter = AnswerFilter::flipped};
    all.push_back({v, image_answers(run.evaluation.evaluation, question, {})});
  }
  return all;
}

std::vector<std::string> class_names_of(const ReportedRun& run) {
  std::vector<std::string> names = shown_class_names(run.class_names, run.evaluation.model.classes);
  for (std::string& name : names) name = plain_text(name).toStdString();
  return names;
}

void add_thumbnails(ReportRequest& request, const Progress& progress) {
  Datasets open;
  for (ReportedRun& run : request.runs) read_into(run, open, progress);
}

}  // namespace qs
