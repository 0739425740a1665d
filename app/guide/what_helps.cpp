// What helps? Everything that the answers so far suggest is tried.
#include <algorithm>
#include <numeric>

#include "app/guide/guide.h"
#include "core/statistics.h"

namespace qs {

namespace {

std::vector<Scheme> remedies(const GuideInput& input) {
  const Scheme& scheme = input.scheme;
  std::vector<Scheme> all;
  const auto add = [&](std::string_view suffix, std::string_view title, auto&& change) {
    Scheme remedy = varied(scheme, suffix, title);
    change(remedy);
    Scheme same = remedy;
    same.id = scheme.id;
    same.title = scheme.title;
    if (!(same == scheme)) all.push_back(std::move(remedy));
  };
  if (scheme.weights.quantized) {
    add("per-channel", "per-channel weights", [](Scheme& s) {
      s.weights.granularity = Granularity::channel;
      s.weights.grid = GridKind::symmetric_restricted;
    });
    add("mse-weights", "weight ranges by MSE", [](Scheme& s) { s.weights.range = {"mse", {}}; });
  }
  if (scheme.activations.quantized) {
    add("min-max", "activation ranges by min-max", [](Scheme& s) { s.activations.range = {"min_max", {}}; });
    add("mse", "activation ranges by MSE", [](Scheme& s) { s.activations.range = {"mse", {}}; });
  }
  if (!input.facts.worst_layers.empty()) {
    const std::string& worst = input.facts.worst_layers.front();
    add("keep-worst", worst + " in float", [&](Scheme& s) { keep_in_float(s, worst); });
  }
  if (scheme.weights.bits < 8 || scheme.activations.bits < 8) {
    add("8-bit", "8 bits", [](Scheme& s) { s.weights.bits = s.activations.bits = 8; });
  }
  return all;
}

GuideAnswer answer(const GuideInput& input, const Progress& progress) {
  const std::vector<Scheme> tried = remedies(input);
  std::vector<Scheme> schemes = {input.scheme};
  schemes.insert(schemes.end(), tried.begin(), tried.end());
  const EvaluationReport report = guide_run(input, schemes, progress);
  const std::vector<double> p = p_values_against(report, 1);  // against the scheme as it is
  std::vector<std::size_t> order(tried.size());
  std::iota(order.begin(), order.end(), std::size_t{2});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return quality(report, a) > quality(report, b); });
  GuideVerdict verdict;
  verdict.numbers.columns = result_columns();
  verdict.numbers.columns.back() = "p against the scheme as it is";
  verdict.numbers.rows.push_back(result_row("float", report, 0, p[0]));
  verdict.numbers.rows.back().back().clear();
  verdict.numbers.rows.push_back(result_row("as it is", report, 1, 1));
  verdict.numbers.rows.back().back().clear();
  for (const std::size_t v : order) {
    const std::string title = tried[v - 2].title.substr(input.scheme.title.size() + 2);
    verdict.numbers.rows.push_back(result_row(title, report, v, p[v]));
  }
  const bool labelled = report.evaluation.results[0].top1.total > 0;
  const std::size_t best = order.empty() ? 1 : order.front();
  const double gain = quality(report, best) - quality(report, 1);
  const bool helps = best != 1 && gain > 0 && (!labelled || p[best] < kSignificant);
  const double left = quality(report, 0) - quality(report, best);
  verdict.judgement = helps ? GuideJudgement::fine : GuideJudgement::look;
  verdict.sentence =
      helps ? fmt::format("\"{}\" helps most: {:.1f} points more than the scheme as it is, {:.1f} less than float.",
                          verdict.numbers.rows[2].front(), 100 * gain, 100 * left)
            : fmt::format(
                  "Nothing that was tried is better than the scheme as it is beyond chance, on {} images; float is "
                  "{:.1f} points above it.",
                  report.evaluation.images.size(), 100 * (quality(report, 0) - quality(report, 1)));
  for (const std::size_t v : order) {
    if (verdict.actions.size() == 3 || quality(report, v) <= quality(report, 1)) break;
    verdict.actions.push_back({.label = fmt::format("Add \"{}\"", tried[v - 2].title), .add_scheme = tried[v - 2]});
  }
  return {verdict, input.facts};
}

}  // namespace

const GuideStep what_helps_step = {
    "what_helps", "What helps?",
    "Changes that the answers suggest, each tried on the same images and judged against chance.",
    "Nagel et al., arXiv:2106.08295, section 3.7: fixing quantization problems", answer};

}  // namespace qs
