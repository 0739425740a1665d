// quantoscope inspect: what is in a model file.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/inspection_report.h"
#include "app/cli/output.h"
#include "app/run/classifier.h"
#include "app/run/model_file.h"
#include "core/model/importers.h"

namespace qs {

namespace {

struct InspectFlags {
  std::string model;
  std::string json;
  std::optional<std::int64_t> input_size;
  bool passes = false;
};

InspectionReport inspect(const InspectFlags& flags) {
  InspectionReport report;
  report.path = flags.model;
  report.graph = import_model(flags.model, {.input_size = flags.input_size});
  report.sha256 = sha256_of_model(flags.model);
  report.file_bytes = static_cast<std::int64_t>(bytes_of_model(flags.model));
  report.summary = summarize(report.graph);
  try {
    if (report.graph.inputs.size() != 1) bad_input("the network has {} inputs", report.graph.inputs.size());
    report.preprocessing = preprocessing_of(report.graph, card_of_model(flags.model), "");
  } catch (const Error& error) {  // a model can be looked at without knowing its images
    report.why_no_preprocessing = fmt::format("not found: {}", error.what());
  }
  if (flags.passes) report.passes = report_passes(report.graph);
  return report;
}

void run(const InspectFlags& flags) {
  check_writable(flags.json);
  const InspectionReport report = inspect(flags);
  if (flags.json != kStandardOutput) fmt::print("{}", to_text(report));
  write_output(flags.json, json_text(to_json(report)));
}

void set_up(CLI::App& app) {
  auto flags = std::make_shared<InspectFlags>();
  app.add_option("MODEL", flags->model, "The model file (ONNX), or builtin:mobilenet")->required()->type_name("");
  app.add_option("--json", flags->json, "Write everything as JSON to this file, or to standard output (-)")
      ->type_name("FILE");
  app.add_flag("--passes", flags->passes, "Tell what the graph passes change, and what that does to the outputs");
  app.add_option("--input-size", flags->input_size, "Height and width for a network that takes any")
      ->type_name("N")
      ->check(CLI::Range(1, 8192).description(""));
  app.callback([flags] { run(*flags); });
}

}  // namespace

const Command inspect_command = {"inspect", "Show what is in a model: layers, cost, structure, preprocessing.", set_up};

}  // namespace qs
