#include "app/report/figures.h"
#include "app/report/shown_images.h"
#include "views/models/plain_text.h"
#include "views/plots/logits.h"

namespace qs {

namespace {

LogitPlot plot_of(const ReportedRun& run, const ChangedImages& changed, const ImageAnswer& answer, int color) {
  const Evaluation& evaluation = run.evaluation.evaluation;
  const QString scheme = clean(run.evaluation.variants[changed.variant].scheme);
  return {.image =
              QObject::tr("Outputs for %1: float and %2").arg(plain_text(evaluation.images[answer.image].name), scheme),
          .scheme = scheme,
          .color = color,
          .probabilities = run.evaluation.model.probabilities,
          .label = evaluation.images[answer.image].label,
          .class_names = class_names_of(run),
          .reference = evaluation.results.front().predictions[answer.image],
          .candidate = evaluation.results[changed.variant].predictions[answer.image]};
}

int color_of(const Snapshot& snapshot, const std::string& scheme) {
  for (const SchemeView& each : snapshot.schemes) {
    if (each.scheme.id == scheme) return each.color;
  }
  return 0;
}

/// The two worst images of a run's only scheme, the worst one of each where there are several.
std::vector<PlotDrawing> drawings(const ReportRequest& request) {
  std::vector<PlotDrawing> all;
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    const ReportedRun& run = request.runs[r];
    const Snapshot snapshot = snapshot_of(request, r);
    const std::vector<ChangedImages> schemes = changed_images(run);
    for (const ChangedImages& changed : schemes) {
      const std::size_t shown = std::min<std::size_t>(changed.answers.size(), schemes.size() > 1 ? 1 : 2);
      const int color = color_of(snapshot, run.evaluation.variants[changed.variant].scheme);
      for (std::size_t i = 0; i < shown; ++i) {
        all.push_back(
            {r, [plot = plot_of(run, changed, changed.answers[i], color)](PlotView& view) { draw(plot, view); }});
      }
    }
  }
  return all;
}

}  // namespace

const ReportPlot logits_figure = {
    "logits", "Outputs for the images that suffer most",
    "It needs an image that a scheme answers differently from float, and the answers to single images, which a project "
    "has and the JSON of quantoscope evaluate does not: export the report in the window, or give the saved project "
    "with "
    "--results.",
    drawings};

}  // namespace qs
