#include "app/run/image_run.h"

#include <chrono>

#include "core/base/error.h"

namespace qs {

namespace {

void check_size(const ReaderOptions& options) {
  const std::optional<ImageSize> made = output_size(options.preprocessing.geometry);
  if (!made || !options.size || *made == *options.size) return;
  bad_input(
      "the preprocessing makes images of {} x {}, but the network takes {} x {} (width x height); "
      "give another --preprocessing",
      made->width, made->height, options.size->width, options.size->height);
}

}  // namespace

ImageSize input_image_size(const Graph& graph, TensorLayout layout) {
  const Value& input = graph.value(graph.inputs.at(0));
  const bool channels_last = layout == TensorLayout::nhwc;
  if (input.shape.rank() != 4 || input.shape[channels_last ? 3 : 1] != 3) {
    bad_input("the network's input \"{}\" {} has no 3 color channels where {} has them; only color images can be read",
              input.name, to_string(input.shape), channels_last ? "NHWC" : "NCHW");
  }
  const std::int64_t height = input.shape[channels_last ? 1 : 2];
  const std::int64_t width = input.shape[channels_last ? 2 : 3];
  if (height > kMaxTargetSide || width > kMaxTargetSide) {
    bad_input("the network's input {} is larger than {} pixels", to_string(input.shape), kMaxTargetSide);
  }
  return {.width = static_cast<int>(width), .height = static_cast<int>(height)};
}

ReaderOptions reader_options(const Classifier& classifier, bool use_cache) {
  ReaderOptions options;
  options.preprocessing = classifier.preprocessing.preprocessing;
  options.size = input_image_size(classifier.graph, options.preprocessing.layout);
  const std::filesystem::path folder = default_cache_folder();
  if (use_cache && !folder.empty()) options.cache = CacheOptions{.folder = folder};
  return options;
}

ImageRun run_images(const Dataset& dataset, const ReaderOptions& options, std::span<const Variant> variants,
                    const Progress& progress, OutputScale output, std::function<void(const Evaluation&)> so_far) {
  check_size(options);
  ImageReader reader(dataset, options, progress);
  const auto start = std::chrono::steady_clock::now();
  ImageRun run;
  run.evaluation = evaluate(reader.source(), variants,
                            {.batch = options.batch,
                             .expected_images = static_cast<std::int64_t>(dataset.entries.size()),
                             .output = output,
                             .so_far = std::move(so_far)},
                            progress);
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  run.reading = reader.statistics();
  if (run.evaluation.images.empty() && !run.evaluation.stopped) {
    const std::vector<SkippedImage>& skipped = run.reading.skipped;
    bad_input("none of the {} images in {} can be used{}", dataset.entries.size(), dataset.root.string(),
              skipped.empty() ? "" : fmt::format("; {}: {}", skipped.front().name, skipped.front().reason));
  }
  return run;
}

}  // namespace qs
