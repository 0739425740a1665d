// A data set in memory, as training needs it: every image many times and in random order.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/tensor/batch.h"
#include "datasets/dataset.h"
#include "datasets/preprocessing.h"
#include "datasets/reader.h"

namespace qs {

/// Decoded, resized and cropped images of one size, not yet normalised.
struct TrainingImages {
  Preprocessing preprocessing{};
  ImageSize size{};
  std::int64_t classes = 0;
  std::vector<std::string> class_names{};  ///< in class order; empty when unknown
  std::vector<ImageRecord> records{};      ///< of each image; all have a label
  std::vector<SkippedImage> skipped{};     ///< could not be used

  /// Planes R, G, B of all images, one image after the other. Parts of a split share them.
  std::shared_ptr<const std::vector<std::uint8_t>> pixels{};
  std::vector<std::uint32_t> places{};  ///< of each image: its number among those in `pixels`

  [[nodiscard]] std::int64_t count() const { return std::ssize(records); }
  [[nodiscard]] std::size_t image_bytes() const {
    return std::size_t{3} * static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
  }
  /// Planes R, G, B of one image.
  [[nodiscard]] std::span<const std::uint8_t> image(std::int64_t index) const {
    return std::span(*pixels).subspan(places[static_cast<std::size_t>(index)] * image_bytes(), image_bytes());
  }
  [[nodiscard]] int label(std::int64_t index) const { return *records[static_cast<std::size_t>(index)].label; }
};

/// More than that is not held in memory.
constexpr std::int64_t kMostTrainingBytes = std::int64_t{4} << 30;

/// Decodes every image once, on all threads; an archive is read in place. Images that cannot be decoded, and those of
/// another size than the first when the preprocessing fixes none, are skipped and listed. Throws `Error` (bad_input)
/// when an image has no label, when fewer than two classes occur, when `preprocessing` asks for NHWC, when none can be
/// used, and when they would take more than `kMostTrainingBytes`; `Error` (stopped).
[[nodiscard]] TrainingImages load_training_images(const Dataset& dataset, const Preprocessing& preprocessing,
                                                  const Progress& progress = {});

struct TrainingSplit {
  TrainingImages training;
  TrainingImages validation;
};

/// Sets aside round(`validation_share` times the number) of each class's images, ties upwards, chosen by `seed`; both
/// parts keep the order. Pixels are shared, not copied. Throws `Error` (bad_input) unless 0 < `validation_share` < 1
/// and both parts get an image.
[[nodiscard]] TrainingSplit split(const TrainingImages& images, double validation_share, std::uint64_t seed);

/// `count` images spread evenly over the list, which stands in the order of classes where folders tell them; all when
/// there are not more. Pixels are shared.
[[nodiscard]] TrainingImages spread(const TrainingImages& images, std::int64_t count);

/// The images in order, normalised and not augmented, for evaluating. `batch` > 0.
[[nodiscard]] BatchSource in_order(std::shared_ptr<const TrainingImages> images, std::int64_t batch);

}  // namespace qs
