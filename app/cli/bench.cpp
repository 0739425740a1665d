// quantoscope bench: how fast a network is in f32 and in integers, and how fast it could be.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/progress_line.h"
#include "app/run/bench_report.h"
#include "app/run/model_file.h"
#include "core/base/parallel.h"
#include "core/graph/passes/passes.h"
#include "core/model/importers.h"

namespace qs {

namespace {

constexpr const char* kDefaultScheme = "w8a8-channel-sym";

struct BenchFlags {
  std::string model;
  std::optional<std::int64_t> input_size;
  std::vector<std::string> schemes;
  BenchOptions options;
  std::string isa = "best";
  std::string json;
};

/// Float is measured in any case.
std::vector<Scheme> chosen_schemes(const std::vector<std::string>& names) {
  std::vector<Scheme> schemes;
  for (const std::string& name : names.empty() ? std::vector<std::string>{kDefaultScheme} : names) {
    Scheme scheme = find_scheme(name);
    if (!scheme.is_float()) schemes.push_back(std::move(scheme));
  }
  return schemes;
}

void run(const BenchFlags& flags) {
  check_writable(flags.json);
  limit_isa(flags.isa);
  const std::vector<Scheme> schemes = chosen_schemes(flags.schemes);
  const Interrupt interrupt;
  const ThreadCount threads(flags.options.threads);
  const Graph graph = run_passes(import_model(flags.model, {.input_size = flags.input_size}), passes()).graph;
  BenchReport report;
  report.path = flags.model;
  report.name = name_of_model(flags.model);
  report.sha256 = sha256_of_model(flags.model);
  report.environment = environment();
  report.options = flags.options;
  {
    ProgressLine line("turns", flags.options.turns);
    const Progress progress(interrupt.token(), line.sink());
    report.results = with_context(flags.model, [&] { return bench(graph, schemes, flags.options, progress); });
  }
  if (flags.json != kStandardOutput) fmt::print("{}", to_text(report));
  if (!flags.json.empty()) write_output(flags.json, json_text(to_json(report)));
}

void set_up(CLI::App& app) {
  auto flags = std::make_shared<BenchFlags>();
  const auto whole = [](CLI::Option* option, int most) {
    option->type_name("N")->check(CLI::Range(1, most).description(""));
  };
  app.add_option("MODEL", flags->model, "The model file (ONNX), or builtin:mobilenet")->required()->type_name("");
  app.add_option("--scheme", flags->schemes,
                 fmt::format("Quantization scheme to measure: a preset's name or a file; may be repeated\n(else {})",
                             kDefaultScheme))
      ->type_name("ID|FILE")
      ->allow_extra_args(false);  // one each, lest it takes MODEL for another
  whole(app.add_option("--batch", flags->options.batch, "Images computed at once (else 1)"), 4096);
  whole(app.add_option("--threads", flags->options.threads, "Threads that compute"), 1024);
  whole(app.add_option("--turns", flags->options.turns, "Turns of which the fastest counts (else 50)"), 100000);
  app.add_flag("--layers", flags->options.layers, "Measure each layer too");
  whole(app.add_option("--input-size", flags->input_size, "Height and width for a network that takes any"), 8192);
  app.add_option("--isa", flags->isa, "Instruction set that oneDNN may use at most: " + isa_names())
      ->type_name("ISA")
      ->capture_default_str();
  app.add_option("--json", flags->json, "Write the results to this file, or to standard output (-)")->type_name("FILE");
  app.callback([flags] { run(*flags); });
}

}  // namespace

const Command bench_command = {"bench", "Measure how fast a network is in f32 and in int8, and how fast it could be.",
                               set_up};

}  // namespace qs
