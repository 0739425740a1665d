#include "datasets/training_images.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <thread>

#include "core/base/checked.h"
#include "core/base/rng.h"
#include "datasets/normalise.h"

namespace qs {
namespace {

constexpr std::int64_t kReaderBatch = 256;

void check_labels(const Dataset& dataset) {
  std::set<int> classes;
  for (const DatasetEntry& entry : dataset.entries) {
    if (!entry.record.label)
      bad_input(
          "{}: {} has no label, and training needs one for each image; put images into class folders, two at least, "
          "or give a labels file",
          dataset.root.string(), entry.record.name);
    if (*entry.record.label < 0) bad_input("{}: {} has a negative label", dataset.root.string(), entry.record.name);
    classes.insert(*entry.record.label);
  }
  if (classes.size() < 2)
    bad_input("{} holds {}; training needs images of at least two classes", dataset.root.string(),
              classes.empty() ? "no images" : "images of one class only");
}

void check_size(const Dataset& dataset, ImageSize size) {
  const std::int64_t each = std::int64_t{3} * size.width * size.height;
  const std::int64_t all = checked_multiply(each, std::ssize(dataset.entries), "the size of the training images");
  if (all > kMostTrainingBytes)
    bad_input(
        "{}: {} images of {} x {} pixels take {:.1f} GiB of memory, more than {} GiB; take fewer images or resize "
        "them to fewer pixels by the preprocessing",
        dataset.root.string(), dataset.entries.size(), size.width, size.height, static_cast<double>(all) * 0x1p-30,
        kMostTrainingBytes >> 30);
}

/// The reader's pixels, which are whole numbers in f32.
void append_pixels(const Tensor& tensor, std::vector<std::uint8_t>& pixels) {
  const std::span<const float> values = tensor.values<float>();
  const std::size_t start = pixels.size();
  pixels.resize(start + values.size());
  for (std::size_t i = 0; i < values.size(); ++i) pixels[start + i] = static_cast<std::uint8_t>(values[i]);
}

TrainingImages part_of(const TrainingImages& images, const std::vector<bool>& chosen, bool wanted = true) {
  TrainingImages part = images;
  part.records.clear();
  part.places.clear();
  for (std::size_t i = 0; i < images.records.size(); ++i) {
    if (chosen[i] != wanted) continue;
    part.records.push_back(images.records[i]);
    part.places.push_back(images.places[i]);
  }
  return part;
}

/// The images of each class, shuffled (Fisher and Yates).
std::vector<std::vector<std::size_t>> shuffled_classes(const TrainingImages& images, std::uint64_t seed) {
  std::vector<std::vector<std::size_t>> members(static_cast<std::size_t>(images.classes));
  for (std::int64_t i = 0; i < images.count(); ++i)
    members[static_cast<std::size_t>(images.label(i))].push_back(static_cast<std::size_t>(i));
  for (std::size_t c = 0; c < members.size(); ++c) {
    const std::uint64_t own = random_bits(seed, c);
    for (std::size_t i = members[c].size(); i > 1; --i)
      std::swap(members[c][i - 1], members[c][random_bits(own, i) % i]);
  }
  return members;
}

}  // namespace

TrainingImages load_training_images(const Dataset& dataset, const Preprocessing& preprocessing,
                                    const Progress& progress) {
  if (preprocessing.layout != TensorLayout::nchw)
    bad_input("training takes images as NCHW; take \"NHWC\" out of the preprocessing");
  check_labels(dataset);
  TrainingImages result{.preprocessing = preprocessing, .class_names = dataset.class_names};
  const int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  // Pixels as they are: they are normalised batch by batch, when they have been augmented.
  ImageReader reader(dataset,
                     {.preprocessing = {.geometry = preprocessing.geometry}, .batch = kReaderBatch, .threads = threads},
                     progress);
  auto pixels = std::make_shared<std::vector<std::uint8_t>>();
  while (const std::optional<Batch> batch = reader.next()) {
    if (pixels->empty()) {
      const Shape& shape = batch->tensor.shape();
      result.size = {.width = static_cast<int>(shape[3]), .height = static_cast<int>(shape[2])};
      check_size(dataset, result.size);
      pixels->reserve(result.image_bytes() * dataset.entries.size());
    }
    append_pixels(batch->tensor, *pixels);
    result.records.insert(result.records.end(), batch->images.begin(), batch->images.end());
    progress.report(static_cast<double>(result.count()) / static_cast<double>(dataset.entries.size()),
                    "loading images");
  }
  progress.check();
  result.skipped = reader.statistics().skipped;
  if (result.records.empty())
    bad_input("none of the {} images in {} can be used; the first: {}", dataset.entries.size(), dataset.root.string(),
              result.skipped.front().reason);
  result.pixels = std::move(pixels);
  result.places.resize(result.records.size());
  std::iota(result.places.begin(), result.places.end(), 0U);
  for (std::int64_t i = 0; i < result.count(); ++i)
    result.classes = std::max<std::int64_t>(result.classes, result.label(i) + 1);
  result.classes = std::max<std::int64_t>(result.classes, std::ssize(result.class_names));
  return result;
}

TrainingSplit split(const TrainingImages& images, double validation_share, std::uint64_t seed) {
  if (!(validation_share > 0 && validation_share < 1))
    bad_input("the validation part is {} of the images, but must be more than 0 and less than 1", validation_share);
  std::vector<bool> chosen(images.records.size());
  for (const std::vector<std::size_t>& members : shuffled_classes(images, seed)) {
    const auto count =
        static_cast<std::size_t>(std::floor(validation_share * static_cast<double>(members.size()) + 0.5));
    for (std::size_t i = 0; i < count; ++i) chosen[members[i]] = true;
  }
  TrainingSplit parts{part_of(images, chosen, false), part_of(images, chosen, true)};
  if (parts.training.records.empty() || parts.validation.records.empty())
    bad_input(
        "a validation part of {} leaves {} images for training and {} for validation; take more images, another part, "
        "or 0 for none",
        validation_share, parts.training.count(), parts.validation.count());
  return parts;
}

TrainingImages spread(const TrainingImages& images, std::int64_t count) {
  const std::int64_t all = images.count();
  if (count >= all) return images;
  std::vector<bool> chosen(images.records.size());
  for (std::int64_t i = 0; i < count; ++i) chosen[static_cast<std::size_t>(i * all / count)] = true;
  return part_of(images, chosen);
}

BatchSource in_order(std::shared_ptr<const TrainingImages> images, std::int64_t batch) {
  QS_ASSERT(batch > 0);
  const std::array<Levels, 3> levels = levels_of(images->preprocessing);
  return [images = std::move(images), batch, levels, next = std::int64_t{0}]() mutable -> std::optional<Batch> {
    const std::int64_t count = std::min(batch, images->count() - next);
    if (count <= 0) return std::nullopt;
    Batch made{Tensor(DType::f32, {count, 3, images->size.height, images->size.width}), {}};
    float* target = made.tensor.mutable_values<float>().data();
    for (std::int64_t i = 0; i < count; ++i, ++next) {
      normalise_planes(images->image(next), images->preprocessing.channel_order, levels, target);
      target += images->image_bytes();
      made.images.push_back(images->records[static_cast<std::size_t>(next)]);
    }
    return made;
  };
}

}  // namespace qs
