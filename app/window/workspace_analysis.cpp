// What follows from a scheme: weights at once, then, with images, encodings of activations and errors of layers.
#include <algorithm>

#include "app/window/workspace.h"
#include "core/analysis/activation_sqnr.h"
#include "core/engine/executable.h"

namespace qs {

namespace {

std::shared_ptr<const PreparedNetwork> prepared(const Graph& graph, const Scheme& scheme) {
  auto network = std::make_shared<PreparedNetwork>();
  network->graph = prepare_for_quantization(graph, scheme);
  network->batch_norm = batch_norm_state(network->graph);
  return network;
}

constexpr const char* kSensitivity = "sensitivity";
constexpr const char* kLatency = "latency";

/// What came of a scheme's weights.
struct AnalyzedWeights {
  std::shared_ptr<const PreparedNetwork> network;
  std::shared_ptr<const std::vector<WeightSqnr>> weights;
};

/// `all` with the one layer replaced.
std::shared_ptr<const std::vector<WeightSqnr>> with_layer(const std::vector<WeightSqnr>& all,
                                                          const std::vector<WeightSqnr>& one) {
  auto merged = std::make_shared<std::vector<WeightSqnr>>(all);
  for (WeightSqnr& layer : *merged) {
    if (!one.empty() && layer.layer == one.front().layer) layer = one.front();
  }
  return merged;
}

}  // namespace

void Workspace::analyze(SchemeView& view) {
  view.problem.clear();
  try {
    check(view.scheme);
  } catch (const Error& error) {
    view.problem = error.what();
    return;
  }
  if (classifier_ == nullptr) return;
  const auto known = networks_.find(view.scheme.passes);
  view.network = known == networks_.end() ? nullptr : known->second;
  // The layer that is looked at first, where waiting for all might be felt.
  if (view.network && view.weights && !now_.selected_layers.empty()) analyze_weights(view, now_.selected_layers[0]);
  analyze_weights(view, {});
  if (session_ && view.shown) calibrate(view);
}

void Workspace::analyze_weights(SchemeView& view, std::string_view only) {
  const std::string id = view.scheme.id;
  quick_.submit({.key = (only.empty() ? "weights:" : "layer:") + id,
                 .title = {},
                 .receiver = model_jobs_.get(),
                 .work = [classifier = classifier_, network = view.network, scheme = view.scheme, old = view.weights,
                          layer = std::string(only)](const Progress& progress) -> std::any {
                   AnalyzedWeights result;
                   result.network = network ? network : prepared(classifier->graph, scheme);
                   progress.check();
                   std::vector<WeightSqnr> weights = weight_sqnr(result.network->graph, scheme, layer);
                   result.weights = layer.empty() ? std::make_shared<const std::vector<WeightSqnr>>(std::move(weights))
                                                  : with_layer(*old, weights);
                   return result;
                 },
                 .done =
                     [this, id, passes = view.scheme.passes](const std::any& any) {
                       const auto& result = std::any_cast<const AnalyzedWeights&>(any);
                       SchemeView* found = scheme(id);
                       if (found == nullptr || found->scheme.passes != passes) return;
                       // The first of several schemes that prepared the same network at once gives it to all.
                       found->network = networks_.try_emplace(passes, result.network).first->second;
                       found->weights = result.weights;
                       analyze_power(*found);
                       announce();
                     },
                 .failed =
                     [this, id](const Error& error) {
                       SchemeView* found = scheme(id);
                       if (found == nullptr || error.code() == ErrorCode::stopped) return;
                       found->problem = error.what();
                       announce();
                     }});
}

void Workspace::analyze_power(SchemeView& view) {
  const std::vector<std::string> passes = view.scheme.passes;
  const auto [known, is_new] = powers_.try_emplace(passes);
  view.power = known->second;
  if (!is_new) return;  // known, or being computed
  panels_.submit({.key = fmt::format("power:{}", fmt::join(passes, ",")),
                  .title = "Power of weights",
                  .receiver = model_jobs_.get(),
                  .work = [network = view.network](const Progress&) -> std::any {
                    return std::make_shared<const std::vector<LayerPower>>(weight_power(network->graph));
                  },
                  .done =
                      [this, passes](const std::any& any) {
                        powers_[passes] = std::any_cast<const std::shared_ptr<const std::vector<LayerPower>>&>(any);
                        for (SchemeView& each : now_.schemes) {
                          if (each.scheme.passes == passes) each.power = powers_[passes];
                        }
                        announce();
                      }});
}

void Workspace::calibrate(SchemeView& view) {
  const Scheme& scheme = view.scheme;
  const CalibrationKey key{scheme.passes, scheme.calibration.images, scheme.calibration.batch, scheme.calibration.seed,
                           scheme.activations.quantized};
  const auto known = calibrations_.find(key);
  if (known != calibrations_.end()) return quantize_calibrated(view, known->second);
  view.calibrated = nullptr;
  runs_.submit({.key = "calibrate:" + scheme.id,
                .title = fmt::format("Calibrating \"{}\"", scheme.title),
                .receiver = image_jobs_.get(),
                .work = [session = session_, scheme](const Progress& progress) -> std::any {
                  const CalibratedGraph& found = session->calibrated(scheme, progress);
                  auto network = std::make_shared<PreparedNetwork>();
                  network->graph = found.graph;
                  network->batch_norm = batch_norm_state(network->graph);
                  return KnownCalibration{network, std::make_shared<const Calibration>(found.calibration)};
                },
                .done =
                    [this, key, id = scheme.id](const std::any& any) {
                      const auto& found =
                          calibrations_.try_emplace(key, std::any_cast<const KnownCalibration&>(any)).first->second;
                      if (SchemeView* again = this->scheme(id)) quantize_calibrated(*again, found);
                    }});
}

void Workspace::quantize_calibrated(SchemeView& view, const KnownCalibration& known) {
  quick_.submit({.key = "quantize:" + view.scheme.id,
                 .title = {},
                 .receiver = image_jobs_.get(),
                 .work = [known, scheme = view.scheme](const Progress&) -> std::any {
                   auto result = std::make_shared<CalibratedScheme>();
                   result->calibration = known.calibration;
                   result->quantized = quantize(known.network->graph, *known.calibration, scheme);
                   if (scheme.activations.quantized) {
                     result->activations = activation_sqnr(result->quantized, *known.calibration);
                   }
                   return std::shared_ptr<const CalibratedScheme>(std::move(result));
                 },
                 .done =
                     [this, id = view.scheme.id](const std::any& any) {
                       SchemeView* found = scheme(id);
                       if (found == nullptr) return;
                       found->calibrated = std::any_cast<const std::shared_ptr<const CalibratedScheme>&>(any);
                       if (found->layers == nullptr) measuring_.start();
                       announce();
                     }});
}

/// What was measured on request before, in this or an earlier session.
void Workspace::recall(SchemeView& view) {
  store([&](Project& project) {
    if (auto kept = project.kept_sensitivity(measurement_key(view.scheme, kSensitivity)); kept && !view.sensitivity) {
      view.sensitivity = std::make_shared<const Sensitivity>(std::move(*kept));
    }
    if (auto kept = project.kept_latency(measurement_key(view.scheme, kLatency)); kept && !view.latency) {
      view.latency = std::make_shared<const BenchResult>(std::move(*kept));
    }
    if (auto kept = project.kept_latency(measurement_key(float_network(), kLatency)); kept && !now_.float_latency) {
      now_.float_latency = std::make_shared<const BenchResult>(std::move(*kept));
    }
  });
}

void Workspace::measure_layers(std::int64_t images) {
  if (images != layer_images_) {
    layer_images_ = images;
    for (SchemeView& each : now_.schemes) each.layers = nullptr;
  }
  for (SchemeView& each : now_.schemes) {
    if (!each.shown || each.calibrated == nullptr || each.layers != nullptr) continue;
    recall(each);
    measure_layers_of(each.scheme.id);
  }
}

void Workspace::measure_layers_of(const std::string& id) {
  SchemeView& view = *scheme(id);
  const MeasurementKey key = measurement_key(view.scheme, fmt::format("layers on {} images", layer_images_));
  store([&](Project& project) {
    if (auto kept = project.kept_layers(key)) {
      view.layers = std::make_shared<const std::vector<LayerError>>(std::move(*kept));
    }
  });
  if (view.layers) return announce();
  runs_.submit({.key = "layers:" + id,
                .title = fmt::format("Errors of layers under \"{}\"", view.scheme.title),
                .receiver = image_jobs_.get(),
                .work = [session = session_, calibrated = view.calibrated, backend_id = now_.backend,
                         images = layer_images_](const Progress& progress) -> std::any {
                  return std::make_shared<const std::vector<LayerError>>(layer_errors(
                      calibrated->quantized, backend(backend_id), session->batches(images, progress), 0, progress));
                },
                .done =
                    [this, id, key](const std::any& any) {
                      const auto& layers = std::any_cast<const std::shared_ptr<const std::vector<LayerError>>&>(any);
                      store([&](Project& project) { project.keep_layers(key, *layers); });
                      SchemeView* found = scheme(id);
                      if (found == nullptr || !(found->scheme == key.scheme)) return;
                      found->layers = layers;
                      announce();
                    }});
}

void Workspace::measure_sensitivity(std::int64_t images) {
  const SchemeView* view = now_.current();
  if (view == nullptr || session_ == nullptr || view->calibrated == nullptr) {
    return tell(view != nullptr && now_.images
                    ? tr("The activations of this scheme are still being measured: try again in a moment.")
                    : tr("Sensitivity is measured on images: open some first."),
                false);
  }
  runs_.submit(
      {.key = "sensitivity",
       .title = fmt::format("Sensitivity of layers to \"{}\"", view->scheme.title),
       .receiver = image_jobs_.get(),
       .work = [session = session_, calibrated = view->calibrated, images](const Progress& progress) -> std::any {
         return std::make_shared<const Sensitivity>(
             layer_sensitivity(calibrated->quantized, session->batches(images, progress), 0, progress));
       },
       .done =
           [this, made_of = view->scheme](const std::any& any) {
             SchemeView* found = scheme(made_of.id);
             if (found == nullptr || !(found->scheme == made_of)) return;
             found->sensitivity = std::any_cast<const std::shared_ptr<const Sensitivity>&>(any);
             announce();
           }});
}

void Workspace::measure_latency(std::int64_t batch) {
  if (classifier_ == nullptr) return tell(tr("Open a model first."), false);
  std::vector<Scheme> schemes;
  for (const SchemeView& each : now_.schemes) {
    if (each.shown && each.problem.empty() && !each.scheme.is_float()) schemes.push_back(each.scheme);
  }
  runs_.submit({.key = "latency",
                .title = fmt::format("Latency of {}", classifier_->report.name),
                .receiver = model_jobs_.get(),
                .work = [classifier = classifier_, schemes, batch](const Progress& progress) -> std::any {
                  return bench(classifier->graph, schemes, {.batch = batch, .layers = true}, progress);
                },
                .done =
                    [this, schemes](const std::any& any) {
                      const auto& results = std::any_cast<const std::vector<BenchResult>&>(any);
                      now_.float_latency = std::make_shared<const BenchResult>(results.front());
                      store([&](Project& project) {
                        project.keep_latency(measurement_key(float_network(), kLatency), results.front());
                        for (std::size_t i = 0; i < schemes.size(); ++i) {
                          project.keep_latency(measurement_key(schemes[i], kLatency), results[i + 1]);
                        }
                      });
                      for (std::size_t i = 0; i < schemes.size(); ++i) {
                        SchemeView* found = scheme(schemes[i].id);
                        if (found == nullptr || !(found->scheme == schemes[i])) continue;
                        found->latency = std::make_shared<const BenchResult>(results[i + 1]);
                      }
                      announce();
                    }});
}

}  // namespace qs
