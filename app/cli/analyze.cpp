// quantoscope analyze: what schemes do to the weights of each layer and channel, and to activations.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/activation_run.h"
#include "app/cli/analysis_report.h"
#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/run/model_file.h"
#include "core/base/error.h"
#include "core/model/importers.h"
#include "core/model/printable.h"
#include "core/quant/quantized_graph.h"

namespace qs {

namespace {

struct AnalyzeFlags {
  std::string model;
  std::vector<std::string> schemes;
  std::string layer;
  std::string json;
  std::string images;
  std::string preprocessing;
  std::int64_t calibration = 0;
  bool no_cache = false;
  std::optional<std::int64_t> input_size;
};

/// 8-bit weights in the four ways that the whitepaper's figures 18 and 19 compare. One of them has no weights-only
/// preset; what it does to activations matters with images only.
const std::vector<std::string> kWeightSchemes = {"w8-tensor-asym", "w8a8-tensor-sym", "w8-channel-asym",
                                                 "w8-channel-sym"};
const std::vector<std::string> kSchemesWithActivations = {"w8a8-tensor-asym", "w8a8-tensor-sym", "w8a8-channel-asym",
                                                          "w8a8-channel-sym"};

std::vector<Scheme> chosen_schemes(const AnalyzeFlags& flags) {
  const std::vector<std::string>& usual = flags.images.empty() ? kWeightSchemes : kSchemesWithActivations;
  std::vector<Scheme> schemes;
  for (const std::string& name : flags.schemes.empty() ? usual : flags.schemes) {
    Scheme scheme = find_scheme(name);
    const bool known = std::any_of(schemes.begin(), schemes.end(), [&](const Scheme& s) { return s.id == scheme.id; });
    if (known) throw Error(ErrorCode::usage, fmt::format("the scheme \"{}\" is given twice", scheme.id));
    schemes.push_back(std::move(scheme));
  }
  return schemes;
}

/// Leaves the layers whose name matches.
void keep_layers(AnalysisReport& report, const std::string& pattern) {
  std::string names;
  for (const LayerPower& layer : report.power) {
    if (names.size() < 500) names += (names.empty() ? "" : ", ") + printable(layer.layer, 60);
  }
  const auto others = [&](const auto& layer) { return !matches(pattern, layer.layer); };
  std::erase_if(report.power, others);
  for (SchemeAnalysis& scheme : report.schemes) {
    std::erase_if(scheme.layers, others);
    std::erase_if(scheme.activations, others);
    std::erase_if(scheme.remarks, others);
  }
  if (report.power.empty()) {
    bad_input("no layer with weights is called \"{}\" (* is any text, ? any character); there are: {}", pattern, names);
  }
  report.details = true;
}

AnalysisReport analyze(const AnalyzeFlags& flags) {
  AnalysisReport report;
  const std::vector<Scheme> schemes = chosen_schemes(flags);
  const Graph file = import_model(flags.model, {.input_size = flags.input_size});
  report.path = flags.model;
  report.sha256 = sha256_of_model(flags.model);
  const Graph folded = prepare_for_quantization(file, Scheme{});
  report.batch_norm = batch_norm_state(folded);
  report.folded = static_cast<std::int64_t>(folded.folded.size());
  report.power = weight_power(folded);
  for (const Scheme& scheme : schemes) {
    const bool usual = scheme.passes == Scheme{}.passes;
    report.schemes.push_back({scheme, weight_sqnr(usual ? folded : prepare_for_quantization(file, scheme), scheme)});
  }
  if (!flags.images.empty()) {
    add_activations({.model = flags.model,
                     .images = flags.images,
                     .preprocessing = flags.preprocessing,
                     .input_size = flags.input_size,
                     .calibration = flags.calibration,
                     .use_cache = !flags.no_cache},
                    report);
  }
  if (!flags.layer.empty()) keep_layers(report, flags.layer);
  return report;
}

void run(const AnalyzeFlags& flags) {
  if (flags.images.empty() && (!flags.preprocessing.empty() || flags.calibration > 0)) {
    throw Error(ErrorCode::usage, "--preprocessing and --calibration are about images; give some with --images");
  }
  check_writable(flags.json);
  const AnalysisReport report = analyze(flags);
  if (flags.json != kStandardOutput) fmt::print("{}", to_text(report));
  write_output(flags.json, json_text(to_json(report)));
}

void set_up(CLI::App& app) {
  auto flags = std::make_shared<AnalyzeFlags>();
  app.add_option("MODEL", flags->model, "The model file (ONNX), or builtin:mobilenet")->required()->type_name("");
  app.add_option("--scheme", flags->schemes,
                 "Scheme to look at; may be repeated (none: 8-bit weights in 4 ways)")
      ->type_name("ID|FILE")
      ->allow_extra_args(false);  // one each, lest it takes MODEL for another
  app.add_option("--layer", flags->layer, "Everything about one layer, or all that match a pattern with * and ?")
      ->type_name("NAME");
  app.add_option("--images", flags->images, "Look at activations too, with images of this folder or archive")
      ->type_name("PATH");
  app.add_option("--calibration", flags->calibration, "Images to look at; otherwise as many as each scheme says")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000'000).description(""));
  app.add_option("--preprocessing", flags->preprocessing, "How images are prepared, as for evaluate")->type_name("HOW");
  app.add_flag("--no-cache", flags->no_cache, "Neither use nor fill the cache of images and statistics");
  app.add_option("--json", flags->json, "Write everything as JSON to this file, or to standard output (-)")
      ->type_name("FILE");
  app.add_option("--input-size", flags->input_size, "Height and width for a network that takes any")
      ->type_name("N")
      ->check(CLI::Range(1, 8192).description(""));
  app.callback([flags] { run(*flags); });
}

}  // namespace

const Command analyze_command = {"analyze", "Show what quantization does to each layer's weights and activations.",
                                 set_up};

}  // namespace qs
