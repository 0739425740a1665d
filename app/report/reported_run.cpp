// What a report is made from: runs, and what is known of their schemes.
#include <algorithm>
#include <map>

#include "app/report/report.h"
#include "app/run/model_file.h"
#include "core/base/error.h"
#include "core/model/importers.h"
#include "datasets/model_card.h"

namespace qs {

namespace {

/// The weights of a network under one scheme. `networks`: by passes, so that schemes share what they can.
struct Networks {
  const Graph& model;
  std::map<std::vector<std::string>,
           std::pair<std::shared_ptr<const PreparedNetwork>, std::shared_ptr<const std::vector<LayerPower>>>>
      by_passes{};

  void prepare(SchemeView& view) {
    auto& [network, power] = by_passes[view.scheme.passes];
    if (network == nullptr) {
      PreparedNetwork prepared{prepare_for_quantization(model, view.scheme), BatchNormState::none};
      prepared.batch_norm = batch_norm_state(prepared.graph);
      power = std::make_shared<const std::vector<LayerPower>>(weight_power(prepared.graph));
      network = std::make_shared<const PreparedNetwork>(std::move(prepared));
    }
    view.network = network;
    view.power = power;
    view.weights = std::make_shared<const std::vector<WeightSqnr>>(weight_sqnr(network->graph, view.scheme));
  }
};

/// The scheme as it is now, where it is still what the run was made with.
void add_known(const Snapshot& snapshot, const VariantReport& variant, ReportedRun& run) {
  if (!variant.details) return;
  for (const SchemeView& each : snapshot.schemes) {
    if (each.scheme == variant.details->scheme) run.schemes.push_back(each);
  }
}

}  // namespace

EvaluationReport with_variants(const EvaluationReport& report, const std::vector<std::size_t>& variants) {
  EvaluationReport chosen = report;
  chosen.variants.clear();
  chosen.evaluation.results.clear();
  for (std::size_t i = 0; i < report.variants.size(); ++i) {
    if (i > 0 && std::find(variants.begin(), variants.end(), i) == variants.end()) continue;
    chosen.variants.push_back(report.variants[i]);
    chosen.evaluation.results.push_back(report.evaluation.results[i]);
  }
  return chosen;
}

const SchemeView* find_scheme(const ReportedRun& run, std::string_view id) {
  const auto found = std::find_if(run.schemes.begin(), run.schemes.end(),
                                  [&](const SchemeView& each) { return each.scheme.id == id; });
  return found == run.schemes.end() ? nullptr : &*found;
}

WeightFacts weight_facts(const ReportedRun& run) {
  WeightFacts facts;
  for (const SchemeView& each : run.schemes) {
    if (each.weights != nullptr && each.scheme.weights.quantized)
      facts.schemes.push_back({each.scheme.id, *each.weights});
    if (each.power == nullptr || each.network == nullptr || !facts.power.empty()) continue;
    facts.power = *each.power;
    facts.batch_norm = each.network->batch_norm;
  }
  return facts;
}

void add_weights(ReportedRun& run, const std::filesystem::path& model) {
  const std::string name = model.string();
  if (sha256_of_model(model) != run.evaluation.model.sha256) {
    bad_input("{}: this is not the file that the results were made with (SHA-256 {})", name,
              run.evaluation.model.sha256);
  }
  const Graph graph = import_model(name);
  Networks networks{graph};
  if (const std::optional<ModelCard> card = card_of_model(model)) run.class_names = card->class_names;
  std::vector<SchemeView> schemes;
  for (const VariantReport& variant : run.evaluation.variants) {
    if (!variant.details) continue;
    SchemeView view;
    if (const SchemeView* known = find_scheme(run, variant.scheme)) view.latency = known->latency;
    view.scheme = variant.details->scheme;
    view.color = static_cast<int>(schemes.size());
    networks.prepare(view);
    schemes.push_back(std::move(view));
  }
  run.schemes = std::move(schemes);
}

ReportRequest report_request(const Snapshot& snapshot) {
  ReportRequest request;
  request.layers = snapshot.selected_layers;
  const std::vector<ChosenExperiment> chosen = chosen_experiments(snapshot);
  for (std::size_t i = 0; i < chosen.size();) {
    std::vector<std::size_t> variants;
    const RunView& from = *chosen[i].run;
    for (; i < chosen.size() && chosen[i].run == &from; ++i) variants.push_back(chosen[i].id.variant);
    ReportedRun run;
    run.evaluation = with_variants(*from.report, variants);
    run.started = from.started;
    const bool is_open = snapshot.model != nullptr && snapshot.model->report.sha256 == run.evaluation.model.sha256;
    if (is_open) {
      run.class_names = snapshot.model->class_names;
      run.float_latency = snapshot.float_latency;
      for (const VariantReport& variant : run.evaluation.variants) add_known(snapshot, variant, run);
    }
    request.runs.push_back(std::move(run));
  }
  return request;
}

}  // namespace qs
