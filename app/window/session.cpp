#include "app/window/session.h"

#include "app/run/image_run.h"
#include "app/run/scheme_run.h"
#include "datasets/prepared_images.h"

namespace qs {

namespace {

Classifier fitted(Classifier classifier, const Dataset& dataset, const std::string& preprocessing) {
  if (!preprocessing.empty()) return classifier;
  classifier.preprocessing = fitted_to_images(std::move(classifier.preprocessing), dataset);
  return classifier;
}

}  // namespace

Session::Session(Classifier classifier, Dataset dataset, std::string images_path, std::string preprocessing)
    : classifier_(fitted(std::move(classifier), dataset, preprocessing)),
      dataset_(std::move(dataset)),
      images_path_(std::move(images_path)),
      preprocessing_(std::move(preprocessing)),
      reading_(reader_options(classifier_, true)),
      calibrations_({.classifier = classifier_, .dataset = dataset_, .reading = reading_}) {}

const std::vector<Tensor>& Session::batches(std::int64_t images, const Progress& progress) {
  if (batched_ == images) return batches_;
  const Dataset few = select(dataset_, std::min(images, static_cast<std::int64_t>(dataset_.entries.size())));
  ReaderOptions reading = reading_;
  const Graph& graph = classifier_.graph;
  reading.batch = graph.fixed_batch_reason.empty() ? static_cast<std::int64_t>(few.entries.size()) : graph.batch;
  batches_ = read_batches(few, reading, progress);
  progress.check();
  if (batches_.empty()) bad_input("none of the images in {} can be used", dataset_.root.string());
  batched_ = images;
  return batches_;
}

PreparedEvaluation Session::prepare(std::int64_t limit, std::int64_t layer_images) const {
  EvaluationSettings settings;
  settings.model = classifier_.report.path;
  settings.images = images_path_;
  settings.preprocessing = preprocessing_;
  settings.limit = limit;
  settings.layer_images = layer_images;
  return prepare_evaluation(settings, classifier_, dataset_);
}

}  // namespace qs
