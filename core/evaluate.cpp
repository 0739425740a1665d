#include "core/evaluate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

namespace qs {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kBetweenLooks{100};

void check_label(const ImageRecord& image, std::int64_t classes) {
  if (!image.label || (*image.label >= 0 && *image.label < classes)) return;
  bad_input("image \"{}\" has label {}, but the network has {} classes (0 to {}); give the labels that belong to it",
            image.name, *image.label, classes, classes - 1);
}

/// One batch's outputs by one variant; adds to its time and rows.
Tensor run_batch(const Variant& variant, const Tensor& input, VariantResult& result, const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  // A network's own progress is not that of the evaluation.
  RunResult run = variant.executable->run({&input, 1}, Progress(progress.stop_token(), {}));
  result.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  result.rows += input.shape()[0];
  return std::move(run.outputs.at(0));
}

/// The outputs of the i-th image of a batch.
std::span<const float> row(const Tensor& outputs, std::size_t i) {
  const std::size_t classes = static_cast<std::size_t>(outputs.elements() / outputs.shape()[0]);
  return outputs.values<float>().subspan(i * classes, classes);
}

/// Counts anew what is right, over all images so far.
void count(const std::vector<ImageRecord>& images, const VariantResult& first, VariantResult& result) {
  Proportion same;
  result.top1 = result.top5 = {};
  result.only_first_right = result.only_this_right = 0;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const Prediction& prediction = result.predictions[i];
    if (images[i].label) {
      ++result.top1.total;
      ++result.top5.total;
      const bool is_right = prediction.top1() == *images[i].label;
      const bool first_is_right = first.predictions[i].top1() == *images[i].label;
      if (is_right) ++result.top1.hits;
      if (is_right && !first_is_right) ++result.only_this_right;
      if (!is_right && first_is_right) ++result.only_first_right;
      if (prediction.top5_has(*images[i].label)) ++result.top5.hits;
    }
    ++same.total;
    if (prediction.finite && prediction.top1() == first.predictions[i].top1()) ++same.hits;
  }
  if (&first != &result) result.agreement = same;
}

void count(Evaluation& evaluation) {
  for (VariantResult& result : evaluation.results) count(evaluation.images, evaluation.results.front(), result);
}

/// One batch by every variant, added only when all have finished it, so that a stop leaves lists of one length.
void add_batch(const Batch& batch, std::span<const Variant> variants, const EvaluateOptions& options,
               const Progress& progress, Evaluation& evaluation) {
  const Tensor input = filled_to(batch.tensor, options.batch);
  std::vector<Tensor> outputs;
  for (std::size_t v = 0; v < variants.size(); ++v) {
    progress.check();
    outputs.push_back(run_batch(variants[v], input, evaluation.results[v], progress));
  }
  for (const ImageRecord& image : batch.images) {
    check_label(image, static_cast<std::int64_t>(row(outputs[0], 0).size()));
  }
  for (std::size_t v = 0; v < variants.size(); ++v) {
    VariantResult& result = evaluation.results[v];
    for (std::size_t i = 0; i < batch.images.size(); ++i) {
      result.predictions.push_back(predict(row(outputs[v], i), batch.images[i].label));
      if (v > 0) add(result.difference, row(outputs[0], i), row(outputs[v], i), options.output);
    }
  }
  evaluation.images.insert(evaluation.images.end(), batch.images.begin(), batch.images.end());
}

}  // namespace

bool Prediction::top5_has(int label) const {
  return std::find(top.begin(), top.end(), label) != top.end();
}

Prediction predict(std::span<const float> logits, std::optional<int> label) {
  Prediction prediction;
  prediction.finite = std::all_of(logits.begin(), logits.end(), [](float x) { return std::isfinite(x); });
  if (!prediction.finite) return prediction;
  std::vector<int> order(logits.size());
  std::iota(order.begin(), order.end(), 0);
  const std::size_t kept = std::min<std::size_t>(kTopClasses, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(), [&](int a, int b) {
    const float left = logits[static_cast<std::size_t>(a)];
    const float right = logits[static_cast<std::size_t>(b)];
    return left != right ? left > right : a < b;
  });
  std::copy_n(order.begin(), kept, prediction.top.begin());
  std::transform(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), prediction.logits.begin(),
                 [&](int c) { return logits[static_cast<std::size_t>(c)]; });
  if (label) prediction.label_logit = logits[static_cast<std::size_t>(*label)];
  return prediction;
}

std::int64_t class_count(const Graph& graph) {
  const auto shapes = [&](const std::vector<ValueId>& values) {
    std::string text;
    for (ValueId id : values)
      text +=
          fmt::format("{}\"{}\" {}", text.empty() ? "" : ", ", graph.value(id).name, to_string(graph.value(id).shape));
    return text.empty() ? std::string("none") : text;
  };
  if (graph.inputs.size() != 1) {
    bad_input("only networks with one input can be evaluated on images; this one has {}: {}", graph.inputs.size(),
              shapes(graph.inputs));
  }
  if (graph.value(graph.inputs[0]).shape.rank() != 4) {
    bad_input("the input is no image [batch, channels, height, width]: {}", shapes(graph.inputs));
  }
  if (graph.outputs.size() != 1) {
    bad_input("only classifiers with one output can be evaluated; this one has {}: {}", graph.outputs.size(),
              shapes(graph.outputs));
  }
  const Shape& output = graph.value(graph.outputs[0]).shape;
  const bool classes =
      output.rank() >= 2 && output[0] == graph.batch && output[1] > 0 && output.elements() == output[0] * output[1];
  if (!classes) bad_input("the output is not [batch, classes], so this is no classifier: {}", shapes(graph.outputs));
  return output[1];
}

Evaluation evaluate(const BatchSource& source, std::span<const Variant> variants, const EvaluateOptions& options,
                    const Progress& progress) {
  Evaluation evaluation;
  for (const Variant& variant : variants) evaluation.results.emplace_back().id = variant.id;
  Clock::time_point shown = Clock::now();
  try {
    while (const std::optional<Batch> batch = source()) {
      add_batch(*batch, variants, options, progress, evaluation);
      if (options.so_far && Clock::now() - shown >= kBetweenLooks) {
        count(evaluation);
        options.so_far(evaluation);
        shown = Clock::now();
      }
      const auto done = static_cast<double>(evaluation.images.size());
      const auto expected = static_cast<double>(options.expected_images);
      progress.report(expected > 0 ? std::min(1.0, done / expected) : 0.0, "evaluating");
    }
    const bool complete = std::ssize(evaluation.images) == options.expected_images;
    if (!complete) progress.check();  // a stopped source ends early
  } catch (const Error& error) {
    if (error.code() != ErrorCode::stopped) throw;
    evaluation.stopped = true;
  }
  count(evaluation);
  return evaluation;
}

}  // namespace qs
