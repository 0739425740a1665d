#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/findings_parts.h"

namespace qs {

namespace {

void add_stop(const EvaluationReport& report, Findings& out) {
  if (!report.evaluation.stopped) return;
  const std::size_t finished = report.evaluation.images.size();
  out.push_back({Severity::warning,
                 "stopped",
                 "",
                 "",
                 finished > 0
                     ? fmt::format("The run was stopped after {} of {} images; everything here is about those.",
                                   finished, report.data.selected)
                     : "The run was stopped early; everything here is about the images finished until then.",
                 {{"images", static_cast<double>(finished)}, {"selected", static_cast<double>(report.data.selected)}}});
}

/// A float network that guesses makes every comparison with it meaningless.
void add_float(const EvaluationReport& report, Findings& out) {
  const VariantResult& result = report.evaluation.results.front();
  if (result.top1.total == 0) {
    out.push_back({Severity::note,
                   "float",
                   "",
                   "",
                   "No image is labelled, so there is no accuracy: schemes are judged by how often they agree with "
                   "the float network.",
                   {}});
    return;
  }
  const Interval wilson = wilson_interval(result.top1);
  const double guess = report.model.classes > 0 ? 1.0 / static_cast<double>(report.model.classes) : 0;
  const bool guesses = wilson.low <= guess;
  out.push_back({guesses ? Severity::serious : Severity::note,
                 "float",
                 "",
                 "",
                 fmt::format("The float network names the right class for {} of {} images: {} (95 % interval {} to {})."
                             "{}",
                             result.top1.hits, result.top1.total, share_text(result.top1.fraction()),
                             share_text(wilson.low), share_text(wilson.high),
                             guesses ? fmt::format(" That cannot be told from guessing one of {} classes: check how "
                                                   "the images are prepared and labelled before reading on.",
                                                   report.model.classes)
                                     : ""),
                 {{"top1", result.top1.fraction()},
                  {"top1_low", wilson.low},
                  {"top1_high", wilson.high},
                  {"labelled", static_cast<double>(result.top1.total)}}});
}

void add_skipped(const EvaluationReport& report, Findings& out) {
  const std::size_t skipped = report.data.skipped.size();
  if (skipped == 0) return;
  out.push_back({Severity::warning,
                 "skipped",
                 "",
                 "",
                 fmt::format("{} of {} images could not be read and are left out.", skipped, report.data.selected),
                 {{"skipped", static_cast<double>(skipped)}, {"selected", static_cast<double>(report.data.selected)}}});
}

}  // namespace

void add_run(const EvaluationReport& report, Findings& out) {
  add_stop(report, out);
  add_float(report, out);
  add_skipped(report, out);
  if (const std::string note = saturation_note(report.environment); !note.empty()) {
    out.push_back({Severity::note, "saturating_products", "", "", note, {}});
  }
}

void add_cost(const Comparison& comparison, Findings& out) {
  const double bytes = static_cast<double>(comparison.variant().model_bytes);
  const double float_bytes = static_cast<double>(comparison.report.variants.front().model_bytes);
  const double speed = comparison.result().images_per_second();
  const double float_speed = comparison.reference().images_per_second();
  Finding finding{Severity::note, "cost", comparison.scheme(), "", "", {}};
  if (bytes > 0 && float_bytes > 0) {
    finding.sentence =
        fmt::format("The weights of {} take {} of the float network's bytes ({:.2f} of {:.2f} MB).",
                    comparison.scheme(), share_text(bytes / float_bytes), bytes / 1e6, float_bytes / 1e6);
    finding.numbers = {{"model_bytes", bytes}, {"float_model_bytes", float_bytes}};
  }
  // The other backends show what comes out, not how fast.
  if (comparison.variant().backend == "integer" && speed > 0 && float_speed > 0) {
    finding.severity = speed >= float_speed ? Severity::good : Severity::note;
    finding.sentence += fmt::format(
        "{}{} computes {:.0f} images per second, {:.2f} times as many as float ({:.0f}), on {} threads in batches of "
        "{}.",
        finding.sentence.empty() ? "" : " ", comparison.scheme(), speed, speed / float_speed, float_speed,
        comparison.report.environment.threads, comparison.report.batch);
    finding.numbers.emplace_back("images_per_second", speed);
    finding.numbers.emplace_back("float_images_per_second", float_speed);
  }
  if (!finding.sentence.empty()) out.push_back(std::move(finding));
}

}  // namespace qs
