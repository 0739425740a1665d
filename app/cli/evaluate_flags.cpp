#include "app/cli/evaluate_flags.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>

#include "app/cli/output.h"
#include "core/engine/executable.h"
#include "datasets/dataset_kinds.h"

namespace qs {

namespace {

constexpr std::int64_t kMaxBatch = 4096;
constexpr int kMaxThreads = 1024;
constexpr std::int64_t kMaxImages = std::int64_t{1} << 40;
constexpr std::int64_t kDiagnosedImages = 100;

template <class Rows>
std::string ids(const Rows& rows) {
  std::vector<std::string_view> names;
  for (const auto* row : rows) names.push_back(row->id);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

void declare(EvaluateFlags& flags, CLI::App& app) {
  app.add_option("MODEL", flags.model, "The model file (ONNX)")->required();
  app.add_option("--images", flags.images, "Folder, archive (.tar, .tar.xz, .zip, ...) or a single image")->required();
  app.add_option("--labels", flags.labels, "File of labels: lines \"image label\" or CSV with a heading");
  app.add_option("--layout", flags.layout,
                 "How the images are laid out, instead of recognising it: " + ids(dataset_kinds()));
  app.add_option("--limit", flags.limit, "Use this many images, spread evenly over the data set")
      ->check(CLI::Range(std::int64_t{1}, kMaxImages));
  app.add_option(
      "--preprocessing", flags.preprocessing,
      "How images are prepared, instead of what the model's files say: a preset (torchvision, tf, caffe, none), "
      "a text such as \"shorter side 256, crop 224, BGR\", or a JSON file");
  app.add_option("--input-size", flags.input_size, "Height and width for a network that takes any")
      ->check(CLI::Range(1, 8192));
  app.add_option("--scheme", flags.schemes,
                 "Quantization scheme to compare with float, may be repeated (so far: float)");
  app.add_option("--backend", flags.backend, "What computes the network: " + ids(backends()))->capture_default_str();
  app.add_option("--batch", flags.batch, "Images computed at once")->check(CLI::Range(std::int64_t{1}, kMaxBatch));
  app.add_option("--threads", flags.threads, "Threads that compute; decoding has its own")
      ->check(CLI::Range(1, kMaxThreads));
  app.add_option("--json", flags.json, "Write the results to this file, or to standard output (-)");
  app.add_option("--predictions", flags.predictions,
                 "Write one line of CSV per image to this file, or to standard output (-)");
  app.add_flag("--no-cache", flags.no_cache, "Neither use nor fill the cache of decoded images");
  app.add_option(
         "--diagnose-preprocessing", flags.diagnose,
         fmt::format("Find the preprocessing that fits, on this many images ({} if not said)", kDiagnosedImages))
      ->expected(0, 1)
      ->default_str(std::to_string(kDiagnosedImages))
      ->check(CLI::Range(std::int64_t{1}, kMaxImages));
}

void check(const EvaluateFlags& flags) {
  for (const std::string& scheme : flags.schemes) {
    if (scheme != kFloatScheme) {
      throw Error(ErrorCode::usage, fmt::format("unknown scheme \"{}\"; there are: {}", scheme, kFloatScheme));
    }
  }
  (void)backend(flags.backend);
  if (!flags.layout.empty()) (void)dataset_kind(flags.layout);
  if (!flags.json.empty() && flags.json == flags.predictions) {
    throw Error(ErrorCode::usage, fmt::format("--json and --predictions both want \"{}\"", flags.json));
  }
  if (flags.diagnose > 0 && !flags.predictions.empty()) {
    throw Error(ErrorCode::usage, "--diagnose-preprocessing makes no --predictions");
  }
  check_writable(flags.json);
  check_writable(flags.predictions);
}

}  // namespace qs
