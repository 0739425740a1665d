#include "app/cli/evaluate_flags.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/cli/output.h"
#include "core/engine/environment.h"
#include "core/engine/executable.h"
#include "datasets/dataset_kinds.h"

namespace qs {

namespace {

constexpr std::int64_t kMaxBatch = 4096;
constexpr std::int64_t kMaxThreads = 1024;
constexpr std::int64_t kMaxSide = 8192;
constexpr std::int64_t kMaxImages = std::int64_t{1} << 40;
constexpr std::int64_t kDiagnosedImages = 100;
constexpr std::int64_t kSweptImages = 32;
constexpr std::int64_t kMaxSubsets = 1000;

template <class Rows>
std::string ids(const Rows& rows) {
  std::vector<std::string_view> names;
  for (const auto* row : rows) names.push_back(row->id);
  return fmt::format("{}", fmt::join(names, ", "));
}

/// A whole number from 1 to `most`, called N in the help.
CLI::Option* whole(CLI::Option* option, std::int64_t most) {
  return option->type_name("N")->check(CLI::Range(std::int64_t{1}, most).description(""));
}

}  // namespace

void declare(EvaluationSettings& flags, CLI::App& app) {
  const std::string swept = fmt::format("({} if not said)", kSweptImages);
  const std::string counted = fmt::format("({} if not said)", kDiagnosedImages);
  app.add_option("MODEL", flags.model, "The model file (ONNX), or builtin:mobilenet")->required()->type_name("");
  app.add_option("--images", flags.images,
                 "Folder, archive (.tar, .tar.xz, .zip, ...), a single image, or builtin:shapes")
      ->required()
      ->type_name("PATH");
  app.add_option("--labels", flags.labels, "Labels from this file: lines \"image label\", or CSV with a heading")
      ->type_name("FILE");
  app.add_option("--layout", flags.layout,
                 "How the images are laid out, instead of recognising it:\n" + ids(dataset_kinds()))
      ->type_name("KIND");
  whole(app.add_option("--limit", flags.limit, "Use this many images, spread evenly over the data set"), kMaxImages);
  app.add_option("--preprocessing", flags.preprocessing,
                 "How images are prepared, instead of what the model's files say: a preset\n"
                 "(torchvision, tf, caffe, none), a JSON file, or a text such as\n"
                 "\"shorter side 256, crop 224, BGR, mean 104 117 123\" or \"tf, no resize\"")
      ->type_name("HOW");
  whole(app.add_option("--diagnose-preprocessing", flags.diagnose,
                       "Instead of evaluating, try the usual ways to prepare images on N labelled ones\n" + counted +
                           " and say which fits"),
        kMaxImages)
      ->expected(0, 1)
      ->default_str(std::to_string(kDiagnosedImages));
  whole(app.add_option("--input-size", flags.input_size, "Height and width for a network that takes any"), kMaxSide);
  app.add_option("--scheme", flags.schemes,
                 "Quantization scheme to compare with float, may be repeated: a preset (see\n"
                 "\"quantoscope schemes\") or a file of JSON")
      ->type_name("ID|FILE")
      ->allow_extra_args(false);  // one each, lest it takes MODEL for another
  app.add_option("--backend", flags.backend,
                 "What computes quantized networks: integer (oneDNN int8), simulated (f32 on the\n"
                 "integers' grids), reference (plain integer loops, slow); float needs no scheme")
      ->type_name("ID")
      ->capture_default_str();
  whole(app.add_option("--calibration", flags.calibration,
                       "Images to find activation ranges with, instead of the scheme's number"),
        kMaxImages);
  app.add_option("--calibration-images", flags.calibration_images,
                 "Take these from here, instead of from the images that are evaluated")
      ->type_name("PATH");
  whole(app.add_option("--calibration-stability", flags.stability,
                       "Calibrate on K disjoint sets of images and report the spread"),
        kMaxSubsets)
      ->type_name("K");
  whole(app.add_option("--sensitivity", flags.sensitivity,
                       "Quantize each layer alone, and all but each, on N images\n" + swept),
        kMaxImages)
      ->expected(0, 1)
      ->default_str(std::to_string(kSweptImages));
  app.add_option("--layer-images", flags.layer_images, "Images to measure each layer's noise on; 0: do not")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{0}, kMaxImages).description(""))
      ->capture_default_str();
  whole(app.add_option("--batch", flags.batch, "Images computed at once"), kMaxBatch);
  whole(app.add_option("--threads", flags.threads, "Threads that compute; decoding has its own"), kMaxThreads);
  app.add_option("--isa", flags.isa, "Instruction set that oneDNN may use at most: " + isa_names())
      ->type_name("ISA")
      ->capture_default_str();
  app.add_option("--json", flags.json, "Write the results to this file, or to standard output (-)")->type_name("FILE");
  app.add_option("--predictions", flags.predictions,
                 "Write a line of CSV per image to this file, or to standard output (-)")
      ->type_name("FILE");
  app.add_flag("--no-cache", flags.no_cache, "Neither use nor fill the cache of decoded images");
}

void check(const EvaluationSettings& flags) {
  const bool quantizes = std::any_of(flags.schemes.begin(), flags.schemes.end(),
                                     [](const std::string& scheme) { return scheme != kFloatScheme; });
  if (backend(flags.backend).compile_quantized == nullptr && quantizes) {
    throw Error(ErrorCode::usage, fmt::format("the {} backend computes no quantized networks; there are: integer, "
                                              "simulated, reference",
                                              flags.backend));
  }
  if (!quantizes && (flags.sensitivity > 0 || flags.stability > 0)) {
    throw Error(ErrorCode::usage, "--sensitivity and --calibration-stability are about a --scheme; name one");
  }
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
