#include "core/calibrate.h"

#include <algorithm>

#include "core/engine/float/float_backend.h"
#include "core/quant/quantized_graph.h"

namespace qs {

namespace {

/// How many rows of `tensor` belong to the first `images` of `batch` images. A value that has another number of rows
/// (tokens of all images in one axis) has a multiple of them; one that does not depend on the images counts whole.
std::int64_t rows_of(const Tensor& tensor, std::int64_t images, std::int64_t batch) {
  const std::int64_t rows = tensor.shape()[0];
  return rows % batch == 0 ? rows / batch * images : rows;
}

/// The outputs of all images so far, row by row.
class Outputs {
 public:
  Outputs(std::vector<std::string> names, std::int64_t batch) : names_(std::move(names)), batch_(batch) {
    kept_.resize(names_.size());
  }

  void add(const std::vector<Tensor>& outputs, std::int64_t images) {
    QS_ASSERT(names_.empty() || names_.size() == outputs.size());
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const Tensor& output = outputs[i];
      if (output.shape().rank() == 0 || output.shape()[0] != batch_) continue;
      const std::int64_t row = output.shape().stride(0);
      if (row > kMostKeptOutput) continue;
      const std::span<const float> rows = output.values<float>().first(static_cast<std::size_t>(images * row));
      kept_[i].values.insert(kept_[i].values.end(), rows.begin(), rows.end());
      kept_[i].dims = output.shape().dims();
    }
  }

  [[nodiscard]] std::map<std::string, Tensor> finish(std::int64_t images) {
    std::map<std::string, Tensor> finished;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (kept_[i].dims.empty()) continue;
      kept_[i].dims[0] = images;
      finished[names_[i]] = Tensor::from<float>(Shape(kept_[i].dims), std::span<const float>(kept_[i].values));
      kept_[i] = {};
    }
    return finished;
  }

 private:
  struct Kept {
    std::vector<std::int64_t> dims;
    std::vector<float> values;
  };
  std::vector<std::string> names_;
  std::int64_t batch_;
  std::vector<Kept> kept_;
};

void add_batch(const Batch& batch, const RunResult& run, const std::vector<std::string>& tap_names,
               const CalibrateOptions& options, const Progress& progress, Calibration& calibration) {
  QS_ASSERT(run.taps.size() == tap_names.size());
  const std::int64_t images = std::ssize(batch.images);
  for (std::size_t i = 0; i < tap_names.size(); ++i) {
    progress.check();
    const Tensor& tap = run.taps[i];
    const Tensor value = tap.shape().rank() > 0 ? tap : tap.reshaped({1});
    with_context(fmt::format("images \"{}\" to \"{}\"", batch.images.front().name, batch.images.back().name), [&] {
      observe(calibration.values[tap_names[i]], value, rows_of(value, images, options.batch), tap_names[i]);
    });
  }
}

}  // namespace

Calibration calibrate(const BatchSource& source, Executable& network_with_taps,
                      const std::vector<std::string>& tap_names, const CalibrateOptions& options,
                      const Progress& progress) {
  QS_ASSERT(options.batch > 0);
  Calibration calibration;
  calibration.batch = options.batch;
  calibration.seed = options.seed;
  Outputs outputs(options.output_names, options.batch);
  while (const std::optional<Batch> batch = source()) {
    progress.check();
    const Tensor input = filled_to(batch->tensor, options.batch);
    const RunResult run = network_with_taps.run({&input, 1}, progress);
    add_batch(*batch, run, tap_names, options, progress, calibration);
    outputs.add(run.outputs, std::ssize(batch->images));
    calibration.images += std::ssize(batch->images);
    const auto done = static_cast<double>(calibration.images);
    const auto expected = static_cast<double>(options.expected_images);
    progress.report(expected > 0 ? std::min(1.0, done / expected) : 0.0, "calibrating");
  }
  progress.check();  // a stopped source ends early
  if (calibration.images == 0) bad_input("there is no image to calibrate with");
  calibration.outputs = outputs.finish(calibration.images);
  return calibration;
}

std::vector<std::string> value_names(const Graph& graph, std::span<const ValueId> values) {
  std::vector<std::string> names;
  for (ValueId id : values) names.push_back(graph.value(id).name);
  return names;
}

Calibration calibrate(const BatchSource& source, const Graph& prepared, const CalibrateOptions& options, int threads,
                      const Progress& progress) {
  const std::vector<ValueId> values = values_to_calibrate(prepared);
  const auto network = compile_float(prepared, {.batch = options.batch, .threads = threads, .taps = values});
  return calibrate(source, *network, value_names(prepared, values), options, progress);
}

}  // namespace qs
