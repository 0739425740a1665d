// Models and images on their way into the workspace.
#include <QFileInfo>
#include <algorithm>
#include <utility>

#include "app/run/image_run.h"
#include "app/store/image_listing.h"
#include "app/window/workspace.h"
#include "core/graph/summary.h"
#include "core/quant/placement.h"

namespace qs {

namespace {

/// With what a new workspace begins: the pair that teaches most.
constexpr std::array<const char*, 2> kFirstSchemes{"w8a8-tensor-asym", "w8a8-channel-sym"};

struct OpenedModel {
  std::shared_ptr<const Classifier> classifier;
  GraphSummary summary;
};

}  // namespace

void Workspace::open_model(const QString& path) {
  preprocessing_.clear();
  scheme_after_model_.reset();
  read_model(path.toStdString());
}

void Workspace::read_model(const std::string& path) {
  opening_model_ = true;
  quick_.submit({.key = "open model",
                 .title = "Opening " + QFileInfo(QString::fromStdString(path)).fileName().toStdString(),
                 .receiver = this,
                 .work = [path, preprocessing = preprocessing_](const Progress&) -> std::any {
                   auto classifier = std::make_shared<const Classifier>(
                       load_classifier({.path = path, .preprocessing = preprocessing, .input_size = {}}));
                   GraphSummary summary = summarize(classifier->graph);
                   return OpenedModel{std::move(classifier), std::move(summary)};
                 },
                 .done =
                     [this](const std::any& any) {
                       const auto& opened = std::any_cast<const OpenedModel&>(any);
                       opening_model_ = false;
                       model_opened(opened.classifier, opened.summary);
                     },
                 .failed =
                     [this](const Error& error) {
                       opening_model_ = false;
                       scheme_after_model_.reset();
                       if (error.code() != ErrorCode::stopped) tell(QString::fromStdString(error.what()), true);
                       const std::string images = std::exchange(images_after_model_, {});
                       if (classifier_ != nullptr && !images.empty()) read_images(images);
                     }});
}

void Workspace::model_opened(std::shared_ptr<const Classifier> classifier, GraphSummary summary) {
  classifier_ = std::move(classifier);
  now_.model = std::make_shared<const OpenModel>(OpenModel{classifier_->report, classifier_->graph, std::move(summary),
                                                           classifier_->class_names, classifier_->preprocessing});
  forget_results(true);
  const Graph& graph = classifier_->graph;
  const std::vector<NodeId> layers = weighted_layers(graph);
  const auto has = [&](const std::string& name) {
    return std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) { return node.name == name; });
  };
  std::erase_if(now_.selected_layers, [&](const std::string& name) { return !has(name); });
  if (now_.selected_layers.empty() && !graph.nodes.empty()) {
    now_.selected_layers = {layers.empty() ? graph.nodes[0].name : graph.node(layers[0]).name};
  }
  if (now_.schemes.empty()) {
    SchemeList list;
    for (const char* id : kFirstSchemes) {
      list.entries.push_back({find_scheme(id), true, static_cast<int>(list.entries.size())});
    }
    list.current = kFirstSchemes.back();
    apply(list);
  } else {
    for (SchemeView& each : now_.schemes) analyze(each);
  }
  if (const auto trained = std::exchange(scheme_after_model_, {})) add_scheme(*trained);
  begin_project();
  compare_with_project();
  if (!images_after_model_.empty()) {
    read_images(std::exchange(images_after_model_, {}));
  } else if (now_.images) {
    read_images(now_.images->path);  // labels may mean other classes now
  } else if (!expected_images_.path.empty()) {
    read_images(expected_images_.path);
  }
  store_choices();
  announce();
}

void Workspace::open_images(const QString& path) {
  if (opening_model_) {  // as when both are dropped together
    images_after_model_ = path.toStdString();
    return;
  }
  if (classifier_ == nullptr) {
    return tell(tr("Open a model first: its classes tell what the labels of images mean."), false);
  }
  read_images(path.toStdString());
}

void Workspace::read_images(const std::string& path) {
  quick_.submit({.key = "open images",
                 .title = "Opening " + QFileInfo(QString::fromStdString(path)).fileName().toStdString(),
                 .receiver = this,
                 .work = [classifier = classifier_, path](const Progress& progress) -> std::any {
                   EvaluationSettings settings;
                   settings.images = path;
                   auto dataset = std::make_shared<const Dataset>(qs::open_images(settings, *classifier, progress));
                   return std::pair(dataset, listing_hash(*dataset));
                 },
                 .done =
                     [this, path](const std::any& any) {
                       const auto& [dataset, listing] =
                           std::any_cast<const std::pair<std::shared_ptr<const Dataset>, std::string>&>(any);
                       images_opened(path, dataset, listing);
                     }});
}

void Workspace::images_opened(const std::string& path, std::shared_ptr<const Dataset> dataset,
                              const std::string& listing) {
  if (!expected_images_.listing.empty() && expected_images_.listing != listing) {
    tell(tr("These are other images than the project's earlier results were made with."), false);
  }
  expected_images_ = {};
  listing_ = listing;
  const bool labelled = !dataset->entries.empty() && dataset->entries.front().record.label.has_value();
  now_.images = std::make_shared<const OpenImages>(OpenImages{path, *dataset, labelled});
  forget_results(false);
  // Looks at some images for their size, so not here.
  runs_.submit({.key = "session",
                .title = {},
                .receiver = image_jobs_.get(),
                .work = [classifier = classifier_, dataset = std::move(dataset), path,
                         preprocessing = preprocessing_](const Progress&) -> std::any {
                  return std::make_shared<Session>(*classifier, *dataset, path, preprocessing);
                },
                .done =
                    [this](const std::any& any) {
                      session_ = std::any_cast<const std::shared_ptr<Session>&>(any);
                      for (SchemeView& each : now_.schemes) {
                        if (each.shown && each.problem.empty()) calibrate(each);
                      }
                      announce();
                    }});
  store_choices();
  announce();
}

/// What was computed with another model or other images.
void Workspace::forget_results(bool of_weights_too) {
  session_ = nullptr;
  image_jobs_ = std::make_unique<QObject>();
  if (of_weights_too) model_jobs_ = std::make_unique<QObject>();
  calibrations_.clear();
  reset_guide();
  if (of_weights_too) {
    networks_.clear();
    powers_.clear();
    now_.float_latency = nullptr;
  }
  for (SchemeView& each : now_.schemes) {
    each.calibrated = nullptr;
    each.layers = nullptr;
    each.sensitivity = nullptr;
    if (!of_weights_too) continue;
    each.network = nullptr;
    each.power = nullptr;
    each.weights = nullptr;
    each.latency = nullptr;
  }
}

}  // namespace qs
