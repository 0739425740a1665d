// The guided diagnosis: which questions to ask when a quantized network is worse than it should be, in which order, and
// what the answers mean. After the debugging flow of M. Nagel et al., "A White Paper on Neural Network Quantization",
// arXiv:2106.08295 (2021), section 3.7 (spec/methods.md section 6 (b)). One file for each question, and a line in
// guide.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/window/session.h"
#include "core/findings_parts.h"
#include "views/snapshot.h"

namespace qs {

/// What earlier answers found out.
struct GuideFacts {
  std::vector<std::string> worst_layers;  ///< of `which_layers`, the one that hurts most first
  bool clipping = false;                  ///< of `range_or_rounding`: values are cut off, more than they are rounded
  bool uneven_channels = false;           ///< of the same: one scale serves channels of very different reach
};

struct GuideInput {
  Session& session;
  Scheme scheme;
  std::string backend;  ///< id
  GuideFacts facts;
};

struct GuideAnswer {
  GuideVerdict verdict;
  GuideFacts facts;  ///< those of the input, and what was found
};

struct GuideStep {
  std::string_view id;  ///< persistent
  std::string_view question;
  std::string_view why;
  std::string_view citation;
  GuideAnswer (*answer)(const GuideInput&, const Progress&);  ///< throws `Error`; runs networks
};

/// All questions in the order they are asked.
[[nodiscard]] std::span<const GuideStep* const> guide_steps();

extern const GuideStep float_sane_step;
extern const GuideStep preprocessing_step;
extern const GuideStep weights_or_activations_step;
extern const GuideStep which_layers_step;
extern const GuideStep range_or_rounding_step;
extern const GuideStep what_helps_step;

// Shared by the questions.

/// Images that questions about accuracy are answered on: a loss of 5 points shows, mostly.
inline constexpr std::int64_t kGuideImages = 300;
/// Images that questions about layers are answered on.
inline constexpr std::int64_t kGuideLayerImages = 16;

/// Float and these schemes over `kGuideImages` images. A scheme that quantizes weights or activations only is
/// simulated.
[[nodiscard]] EvaluationReport guide_run(const GuideInput& input, const std::vector<Scheme>& schemes,
                                         const Progress& progress);
/// A row of numbers about one result: title, top-1 with interval (where labelled), agreement with float, p.
[[nodiscard]] std::vector<std::string> result_row(const std::string& title, const EvaluationReport& report,
                                                  std::size_t variant, double p);
[[nodiscard]] std::vector<std::string> result_columns();
/// Exact McNemar p-values of each scheme's difference from `reference`, raised by Holm's rule; 1 without labels.
[[nodiscard]] std::vector<double> p_values_against(const EvaluationReport& report, std::size_t reference);
/// What a result is judged by: top-1 where there are labels, else agreement with float.
[[nodiscard]] double quality(const EvaluationReport& report, std::size_t variant);
/// A copy of `scheme` under another name.
[[nodiscard]] Scheme varied(const Scheme& scheme, std::string_view suffix, std::string_view title);

/// `scheme` with this layer left out of quantization.
void keep_in_float(Scheme& scheme, const std::string& layer);

}  // namespace qs
