// What an evaluation says, in sentences. Each is made of the numbers it names, so that it is true of them; what counts
// as much is a named threshold below.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/analysis/weight_power.h"
#include "core/analysis/weight_sqnr.h"
#include "core/evaluation_report.h"

namespace qs {

/// Loss of top-1: from here on it is the first thing to say, and from here on it is worth a warning.
inline constexpr double kLargeLoss = 0.05;
inline constexpr double kSmallLoss = 0.01;
/// Agreement with float where there are no labels: below these, the same.
inline constexpr double kPoorAgreement = 0.95;
inline constexpr double kBadAgreement = 0.80;
/// dB. At 20 the noise has a tenth of the signal's amplitude, at 10 a third.
inline constexpr double kPoorSqnr = 20;
inline constexpr double kBadSqnr = 10;
/// dB by which a channel under one scheme has to stay behind the same channel under another to be counted.
inline constexpr double kChannelLoss = 10;
/// Largest over smallest reach of a layer's channels, from which one scale for all is blamed for what they lose.
inline constexpr double kWideRatio = 10;
/// dB that the outputs have to gain for one layer to be to blame: half of the noise is its.
inline constexpr double kToBlame = 3;
/// Layers that are named for one thing; all of them are in the tables.
inline constexpr std::size_t kNamedLayers = 3;

enum class Severity : std::uint8_t { good, note, warning, serious };
[[nodiscard]] std::string_view word_of(Severity severity);

/// What a finding is about.
enum class Subject : std::uint8_t { accuracy, layers, weights, cost };
[[nodiscard]] std::string_view word_of(Subject subject);

struct Finding {
  Severity severity = Severity::note;
  std::string kind;    ///< persistent: "accuracy", "channels", ...
  std::string scheme;  ///< id; empty when it is about the run
  std::string layer;   ///< empty when it is about no single layer
  std::string sentence;
  /// What the sentence says, unrounded. Names are those of the JSON where it has them.
  std::vector<std::pair<std::string, double>> numbers;
  Subject subject = Subject::accuracy;
};

/// The weights of a network under the schemes of an evaluation; no image is needed for them.
struct SchemeWeights {
  std::string scheme;  ///< id
  std::vector<WeightSqnr> layers;
};
struct WeightFacts {
  BatchNormState batch_norm = BatchNormState::none;
  std::vector<LayerPower> power;
  std::vector<SchemeWeights> schemes;  ///< those known; empty when nobody looked
};

/// In the order in which one would say it: the run, accuracy, what differs between schemes, layers, weights, speed.
[[nodiscard]] std::vector<Finding> findings(const EvaluationReport& report, const WeightFacts& weights = {});

/// Exact McNemar p-value of two results on the same images; `known` is false without labels or without the predictions
/// of single images, as in results that were read from JSON.
struct PairedTest {
  bool known = false;
  double p = 1;
};
[[nodiscard]] PairedTest paired_test(const Evaluation& evaluation, std::size_t first, std::size_t second);

/// McNemar's p of each variant against float, raised by Holm's method for all schemes of the report: what verdicts and
/// sentences go by. 1 for float, and where nothing is labelled.
[[nodiscard]] std::vector<double> adjusted_p_values(const EvaluationReport& report);

/// "p < 0.001", "p = 0.034", "p = 0.42".
[[nodiscard]] std::string p_text(double p);

/// What an experiment says about top-1 against float (p: adjusted), in a word or two: "loses", "gains", "no difference
/// beyond chance".
[[nodiscard]] std::string_view verdict(double difference, double p);

}  // namespace qs
