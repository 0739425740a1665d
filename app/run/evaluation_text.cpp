#include <fmt/format.h>

#include <algorithm>

#include "app/run/evaluation_report.h"
#include "app/run/table.h"

namespace qs {

namespace {

constexpr std::size_t kSkippedOnScreen = 5;  // all of them are in the JSON

std::string accuracy_line(const char* name, const Proportion& proportion) {
  const Interval wilson = wilson_interval(proportion);
  return fmt::format("{:<12}{:6.2f} %   {} of {} right, 95 % interval {:.2f} to {:.2f} %\n", name,
                     100 * proportion.fraction(), proportion.hits, proportion.total, 100 * wilson.low,
                     100 * wilson.high);
}

std::string details_text(const SchemeReport& details) {
  std::string text;
  const CalibrationReport& calibration = details.calibration;
  if (calibration.images > 0) {
    text += entry_text("  calibrated",
                       fmt::format("on {} images{}", calibration.images,
                                   calibration.from_cache ? ", statistics kept from an earlier run"
                                                          : fmt::format(" in {:.1f} s", calibration.seconds)));
  }
  if (!calibration.note.empty()) text += entry_text("  note", calibration.note);
  text += layers_text(details);
  if (details.stability) text += stability_text(*details.stability);
  if (details.sensitivity) text += sensitivity_text(*details.sensitivity);
  return text;
}

std::string variant_text(const EvaluationReport& report, std::size_t index) {
  const VariantReport& variant = report.variants[index];
  const VariantResult& result = report.evaluation.results[index];
  std::string text = fmt::format("\n{} ({} backend)\n", variant.scheme, variant.backend);
  if (result.top1.total > 0) {
    text += accuracy_line("  top-1", result.top1) + accuracy_line("  top-5", result.top5);
  } else {
    text += "  no image is labelled: there is no accuracy\n";
  }
  if (result.agreement) {
    text += fmt::format("{:<12}{:6.2f} %   same top-1 as {} on {} of {} images\n", "  agreement",
                        100 * result.agreement->fraction(), report.evaluation.results.front().id,
                        result.agreement->hits, result.agreement->total);
  }
  text += fmt::format("{:<12}{:8.1f}   images/s, inference alone\n", "  speed", result.images_per_second());
  if (variant.details) text += details_text(*variant.details);
  const std::vector<std::string> bad = images_without_answer(report, index);
  if (!bad.empty()) {
    text += fmt::format("  {} image(s) made the network put out NaN or infinity and count as wrong, the first is {}\n",
                        bad.size(), bad.front());
  }
  return text;
}

/// Whether a difference in accuracy may be chance.
std::string verdict(const VariantResult& result) {
  const double p = mcnemar_p_value(result.only_first_right, result.only_this_right);
  return p < 0.001 ? "p < 0.001" : fmt::format("p = {:.3f}", p);
}

std::string skipped_text(const std::vector<SkippedReport>& skipped) {
  if (skipped.empty()) return "";
  std::string text = fmt::format("skipped       {} image(s):\n", skipped.size());
  for (std::size_t i = 0; i < std::min(skipped.size(), kSkippedOnScreen); ++i) {
    text += fmt::format("  {}: {}\n", skipped[i].image, skipped[i].reason);
  }
  if (skipped.size() > kSkippedOnScreen) {
    text += fmt::format("  ... and {} more (--json lists them all)\n", skipped.size() - kSkippedOnScreen);
  }
  return text;
}

}  // namespace

std::string comparison_text(const EvaluationReport& report) {
  const std::vector<VariantResult>& results = report.evaluation.results;
  if (results.size() < 2 || evaluated_images(report) == 0) return {};
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const VariantResult& result = results[i];
    const bool is_labelled = result.top1.total > 0;
    const double points = 100 * (result.top1.fraction() - results.front().top1.fraction());
    rows.push_back({report.variants[i].scheme, report.variants[i].backend,
                    is_labelled ? fmt::format("{:.2f} %", 100 * result.top1.fraction()) : "-",
                    i == 0 || !is_labelled ? "" : fmt::format("{:+.2f}", points),
                    i == 0 || !is_labelled ? "" : verdict(result),
                    result.agreement ? fmt::format("{:.1f} %", 100 * result.agreement->fraction()) : "",
                    i == 0 ? "" : sqnr_text(result.difference.mean_sqnr()),
                    fmt::format("{:.2f} MB", static_cast<double>(report.variants[i].model_bytes) / 1e6),
                    fmt::format("{:.0f}", result.images_per_second())});
  }
  std::string text = "\n" + table_text({{"scheme", Align::left, 22},
                                        {"backend"},
                                        {"top-1", Align::right},
                                        {"points", Align::right},
                                        {"McNemar", Align::right},
                                        {"agreement", Align::right},
                                        {"logits", Align::right},
                                        {"size", Align::right},
                                        {"images/s", Align::right}},
                                       rows);
  text += entry_text("how to read",
                     "points and McNemar compare with float on the same images: p above 0.05 may well be chance. "
                     "Agreement counts images with float's top-1 class; logits is the mean SQNR of the outputs.");
  return text;
}

double decode_images_per_second(const DataReport& data) {
  if (data.decode_seconds <= 0) return 0.0;
  return static_cast<double>(data.decoded) / data.decode_seconds;
}

std::string description_text(const EvaluationReport& report) {
  const ModelReport& model = report.model;
  const DataReport& data = report.data;
  std::string text = entry_text(
      "model", fmt::format("{}: {} parameters, {} classes", model.name, grouped(model.parameters), model.classes));
  text += entry_text("data", fmt::format("{}: {}", data.path, data.summary));
  if (data.selected < data.found) {
    text += entry_text("", fmt::format("{} images of them, evenly spread", data.selected));
  }
  for (const std::string& note : data.notes) text += entry_text("note", note);
  text += entry_text("preprocessing", data.preprocessing);
  text += entry_text("", "(" + data.preprocessing_source + ")");
  if (model.probabilities) {
    text += entry_text("note", "the network ends in a softmax: max_logit and label_logit are probabilities");
  }
  return text;
}

std::string stopped_text(const EvaluationReport& report) {
  return fmt::format("stopped by the user after {} of {} images", evaluated_images(report), report.data.selected);
}

std::string result_text(const EvaluationReport& report) {
  const DataReport& data = report.data;
  const Evaluation& evaluation = report.evaluation;
  std::string text = skipped_text(data.skipped);
  for (const std::string& note : data.reading_notes) text += entry_text("note", note);
  const std::int64_t images = evaluated_images(report);
  if (images == 0) text += "no image was finished\n";
  for (std::size_t i = 0; i < evaluation.results.size() && images > 0; ++i) text += variant_text(report, i);
  text += comparison_text(report);
  text += "\n";
  if (data.decoded > 0) {
    text += fmt::format("decoding      {:.1f} images/s on each of its threads, beside inference\n",
                        decode_images_per_second(data));
  }
  if (data.cached > 0) text += fmt::format("cache         {} images needed no decoding\n", data.cached);
  text += fmt::format("all in all    {} images in {:.1f} s, peak memory {:.0f} MiB\n", images, report.seconds,
                      static_cast<double>(report.peak_memory_bytes) / (1024.0 * 1024.0));
  text += fmt::format("environment   oneDNN {}, {}, {} thread(s), batch {}\n", report.environment.onednn,
                      report.environment.isa, report.environment.threads, report.batch);
  if (report.environment.saturating_products) text += entry_text("note", saturation_note(report.environment));
  return text;
}

}  // namespace qs
