// What training images cost: loading a data set, and batches that are augmented and normalised.
//
//   build/release/bench_training_images IMAGES [PREPROCESSING]
#include <fmt/format.h>

#include <chrono>

#include "core/base/error.h"
#include "datasets/training_source.h"

namespace {

using namespace qs;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void measure_source(std::string_view what, const std::shared_ptr<const TrainingImages>& images,
                    const AugmentOptions& augment, int threads) {
  const TrainingSource source = training_source(images, {.augment = augment, .threads = threads});
  const auto start = Clock::now();
  for (std::int64_t i = 0; i < source.batches(); ++i) static_cast<void>(source.at(0, i));
  fmt::print("{:<28} {} threads ahead {:10.0f} images/s\n", what, threads,
             static_cast<double>(source.batches() * source.batch) / seconds_since(start));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 2) throw Error(ErrorCode::usage, "usage: bench_training_images IMAGES [PREPROCESSING]");
    auto start = Clock::now();
    const Dataset dataset = open_dataset(argv[1]);
    fmt::print("{}\nopened in {:.2f} s\n", dataset.summary, seconds_since(start));
    start = Clock::now();
    const auto images = std::make_shared<const TrainingImages>(
        load_training_images(dataset, parse_preprocessing(argc > 2 ? argv[2] : "none")));
    fmt::print("{} images of {} x {} loaded in {:.2f} s, {} skipped\n\n", images->count(), images->size.width,
               images->size.height, seconds_since(start), images->skipped.size());
    for (const int threads : {0, 1}) {
      measure_source("as they are", images, {}, threads);
      measure_source("flip, pad-crop", images, {.flip = true, .pad_crop = 4}, threads);
      measure_source("flip, pad-crop, cutout", images, {.flip = true, .pad_crop = 4, .cutout = 8}, threads);
      measure_source("all", images, {.flip = true, .pad_crop = 4, .colour = 0.2F, .cutout = 8}, threads);
    }
    return 0;
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.code());
  }
}
