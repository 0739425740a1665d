#include "core/quant/activation_encodings.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/quant/layer_rules.h"
#include "core/quant/range_estimator.h"
#include "core/quant/trained_encodings.h"

namespace qs {

namespace {

constexpr std::string_view kFallback = "min_max";
const std::map<std::string, double> kNoSettings;

bool is_unsigned(const ActivationScheme& scheme, Range range) {
  if (scheme.sign != Sign::automatic) return scheme.sign == Sign::is_unsigned;
  return scheme.grid == GridKind::affine || range.min >= 0;
}

class Encoder {
 public:
  Encoder(const Graph& graph, const Placement& placement, const Calibration& calibration, const Scheme& scheme)
      : graph_(graph),
        placement_(placement),
        calibration_(calibration),
        scheme_(scheme),
        rules_(graph, scheme),
        trained_(trained_encodings(graph, scheme)),
        producers_(producers(graph)),
        users_(users(graph)) {
    result_.encodings.resize(graph.values.size());
  }

  /// Of the value that has the last word on the encoding of `id`.
  std::optional<ActivationQuestion> question(ValueId id) const {
    switch (placement_.sources[id.at()]) {
      case EncodingSource::none: return std::nullopt;
      case EncodingSource::own: return ask(id);
      case EncodingSource::input: return question(graph_.node(producers_[id.at()]).inputs[0]);
      case EncodingSource::reader: return ask(graph_.node(users_[id.at()].front()).outputs[0]);
    }
    return std::nullopt;
  }

  ActivationEncodings run() && {
    for (ValueId id : graph_.inputs) encode(id);
    for (const FusedNode& group : placement_.groups) {
      const Node& node = graph_.node(group.node);
      if (node.outputs.size() > 1) {
        for (ValueId id : node.outputs) encode(id);
      } else {
        encode(group.output);
      }
    }
    return std::move(result_);
  }

 private:
  void encode(ValueId id) {
    switch (placement_.sources[id.at()]) {
      case EncodingSource::none: return;
      case EncodingSource::own: result_.encodings[id.at()] = estimate(id); return;
      case EncodingSource::input:
        result_.encodings[id.at()] = result_.encodings[graph_.node(producers_[id.at()]).inputs[0].at()];
        return;
      case EncodingSource::reader:
        result_.encodings[id.at()] = estimate(graph_.node(users_[id.at()].front()).outputs[0]);
        return;
    }
  }

  /// The node whose settings count for a value: the one that heads the group making it. Invalid for network inputs.
  NodeId head(ValueId id) const {
    const auto made = [&](const FusedNode& group) { return group.output == id; };
    const auto group = std::find_if(placement_.groups.begin(), placement_.groups.end(), made);
    return group == placement_.groups.end() ? NodeId{} : group->node;
  }

  ActivationQuestion ask(ValueId id) const {
    const std::string& name = graph_.value(id).name;
    ActivationQuestion asked;
    asked.statistics = &calibration_.at(name);
    const NodeId layer = head(id);
    if (layer.valid()) asked.layer = graph_.node(layer).name;
    const int bits = layer.valid() ? rules_.activation_bits(layer) : scheme_.activations.bits;
    asked.choice = layer.valid() ? rules_.activation_range(layer) : scheme_.activations.range;
    asked.seen = distribution(asked.statistics->histogram);
    asked.grid = {bits, scheme_.activations.grid, !is_unsigned(scheme_.activations, asked.seen.range)};
    if (const Encoding* trained = trained_.activation(name)) asked.trained = *trained;
    // Training saw other images: whether there were negative values is for it to say.
    const bool is_learned = asked.trained && range_estimator(asked.choice.id).encoding != nullptr;
    if (is_learned && scheme_.activations.sign == Sign::automatic) asked.grid.is_signed = asked.trained->grid.is_signed;
    asked.batch_norm = batch_norm(layer);
    const auto logits = calibration_.outputs.find(name);
    if (logits != calibration_.outputs.end()) asked.logits = &logits->second;
    return asked;
  }

  Encoding estimate(ValueId id) {
    const ActivationQuestion asked = ask(id);
    const RangeQuestion question = asked.question();
    const RangeEstimator& wanted = range_estimator(asked.choice.id);
    const std::string_view obstacle = wanted.obstacle(question);
    if (!obstacle.empty()) {
      result_.remarks.push_back(
          {asked.layer.empty() ? graph_.value(id).name : asked.layer,
           fmt::format("{} cannot tell its range ({}); {} did", asked.choice.id, obstacle, kFallback)});
    }
    const RangeEstimator& asking = obstacle.empty() ? wanted : range_estimator(kFallback);
    return {question.grid, {chosen_encoding(asking, question, obstacle.empty() ? asked.choice.settings : kNoSettings)}};
  }

  /// What the BatchNorm folded into a layer says of the group's output, if an activation is all that follows.
  std::optional<BatchNormStatistics> batch_norm(NodeId layer) const {
    if (!layer.valid()) return std::nullopt;
    const auto folded = graph_.folded.find(graph_.node(layer).name);
    if (folded == graph_.folded.end()) return std::nullopt;
    const auto values = [](const Tensor& tensor) {
      return std::vector<float>(tensor.values<float>().begin(), tensor.values<float>().end());
    };
    BatchNormStatistics norm{.scale = values(folded->second.scale), .shift = values(folded->second.shift)};
    const auto group = std::find_if(placement_.groups.begin(), placement_.groups.end(),
                                    [&](const FusedNode& g) { return g.node == layer; });
    for (const PostOp& post_op : group->post_ops) {
      const Op& op = graph_.node(post_op.node).op;
      if (post_op.operand) return std::nullopt;
      norm.relu_follows = std::holds_alternative<Relu>(op);
      if (const auto* clip = std::get_if<Clip>(&op)) {
        norm.relu_follows = clip->min >= 0;
        norm.upper = clip->max;
      }
    }
    return norm;
  }

  const Graph& graph_;
  const Placement& placement_;
  const Calibration& calibration_;
  const Scheme& scheme_;
  LayerRules rules_;
  TrainedEncodings trained_;
  std::vector<NodeId> producers_;
  std::vector<std::vector<NodeId>> users_;
  ActivationEncodings result_;
};

}  // namespace

std::optional<ActivationQuestion> output_question(const Graph& graph, const Placement& placement,
                                                  const Calibration& calibration, const Scheme& scheme,
                                                  const std::string& layer) {
  const auto makes = [&](const FusedNode& group) { return graph.node(group.node).name == layer; };
  const auto group = std::find_if(placement.groups.begin(), placement.groups.end(), makes);
  if (group == placement.groups.end()) return std::nullopt;
  return Encoder(graph, placement, calibration, scheme).question(group->output);
}

ActivationEncodings encode_activations(const Graph& graph, const Placement& placement, const Calibration& calibration,
                                       const Scheme& scheme) {
  return Encoder(graph, placement, calibration, scheme).run();
}

}  // namespace qs
