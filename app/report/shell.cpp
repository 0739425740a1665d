#include "app/report/shell.h"

#include <fmt/format.h>

#include <algorithm>

namespace qs {

namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_./:=@%+,-").find(c) != std::string_view::npos;
}

/// Whether a reader of the report would see the word as it is.
bool is_visible(std::string_view word) {
  const QString text = QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size()));
  return text.toUtf8() == QByteArray(word.data(), static_cast<qsizetype>(word.size())) && clean(text) == text &&
         !text.contains('\n') && !text.contains('\t');
}

std::string in_bytes(std::string_view word) {
  std::string quoted = "$'";
  for (char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') {
      quoted += fmt::format("\\{}", c);
    } else {
      quoted += byte < 0x20 || byte > 0x7E ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
    }
  }
  return quoted + "'";
}

void add(std::string& command, std::string_view option, std::string_view value) {
  command += fmt::format(" {} {}", option, shell_quoted(value));
}
void add(std::string& command, std::string_view option, std::int64_t number) {
  command += fmt::format(" {} {}", option, number);
}

/// What all schemes take in place of their own number; 0 where each has its own.
std::int64_t common_calibration(const std::vector<const SchemeReport*>& schemes) {
  if (schemes.empty()) return 0;
  const std::int64_t images = schemes.front()->scheme.calibration.images;
  for (const SchemeReport* each : schemes) {
    if (each->scheme.calibration.images != images) return 0;
  }
  return images;
}

void add_schemes_of(const EvaluationReport& report, std::string& command) {
  std::vector<const SchemeReport*> schemes;
  for (const VariantReport& variant : report.variants) {
    if (variant.details) schemes.push_back(&*variant.details);
  }
  if (schemes.empty()) return;
  const std::int64_t calibration = common_calibration(schemes);
  for (const SchemeReport* each : schemes) {
    add(command, "--scheme", is_preset(each->scheme) ? each->scheme.id : each->scheme.id + ".json");
  }
  const SchemeReport& first = *schemes.front();
  add(command, "--backend", first.backend);
  if (calibration > 0) add(command, "--calibration", calibration);
  if (!first.calibration.path.empty()) command += " --calibration-images " + shell_path(first.calibration.path);
  if (first.layer_images > 0) add(command, "--layer-images", first.layer_images);
  if (first.sensitivity) add(command, "--sensitivity", first.sensitivity->images);
  if (first.stability) add(command, "--calibration-stability", first.stability->subsets);
}

}  // namespace

std::string shell_quoted(std::string_view word) {
  if (!is_visible(word)) return in_bytes(word);
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return std::string(word);
  std::string quoted = "'";
  for (char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string shell_path(std::string_view path) {
  return shell_quoted(path.starts_with('-') ? "./" + std::string(path) : std::string(path));
}

bool is_preset(const Scheme& scheme) {
  return std::any_of(preset_schemes().begin(), preset_schemes().end(), [&](Scheme preset) {
    preset.calibration.images = scheme.calibration.images;
    return preset == scheme;
  });
}

std::string evaluate_command_line(const EvaluationReport& report, const std::string& json) {
  std::string command = "quantoscope evaluate " + shell_path(report.model.path);
  command += " --images " + shell_path(report.data.path);
  if (report.data.selected > 0 && report.data.selected < report.data.found) {
    add(command, "--limit", report.data.selected);
  }
  if (!report.data.preprocessing.empty()) add(command, "--preprocessing", report.data.preprocessing);
  add_schemes_of(report, command);
  add(command, "--batch", report.batch);
  if (report.environment.threads > 0) add(command, "--threads", report.environment.threads);
  return command + " --json " + shell_path(json);
}

std::string report_command_line(const ReportRequest& request) {
  std::string command = "quantoscope report --results";
  if (request.files.empty()) {
    for (std::size_t i = 0; i < request.runs.size(); ++i) {
      command += request.runs.size() == 1 ? " results.json" : fmt::format(" results-{}.json", i + 1);
    }
  }
  for (const std::string& file : request.files) command += " " + shell_path(file);
  command += " --out report.html";
  if (!request.title.empty()) add(command, "--title", request.title);
  if (!request.notes.empty()) add(command, "--notes", request.notes);
  for (const std::string& layer : request.layers) add(command, "--layer", layer);
  for (const std::string& plot : request.plots) add(command, "--plot", plot);
  const bool has_weights = std::any_of(request.runs.begin(), request.runs.end(),
                                       [](const ReportedRun& run) { return !run.schemes.empty(); });
  if (has_weights) {
    for (const ReportedRun& run : request.runs) command += " --model " + shell_path(run.evaluation.model.path);
  }
  return command;
}

}  // namespace qs
