// What the words of this report mean. Methods explain themselves; what is said here are the measures.
#include <algorithm>

#include "app/report/contents.h"
#include "core/graph/passes/passes.h"
#include "core/quant/range_estimator.h"
#include "core/quant/scheme_words.h"
#include "core/quant/weight_method.h"

namespace qs {

namespace {

constexpr const char* kWhitepaper = "Krishnamoorthi 2018, arXiv:1806.08342";

void add_measures(Glossary& glossary, bool labelled) {
  const auto add = [&](const QString& term, const QString& text, const QString& source = {}) {
    glossary.definitions.push_back({term, text, source});
  };
  if (labelled) {
    add(QObject::tr("top-1, top-5"),
        QObject::tr("Share of labelled images whose class is the network's first answer, or "
                    "among its first five."));
    add(QObject::tr("95 % interval"),
        QObject::tr("Wilson's score interval: the shares that a network would have to have for what was counted not to "
                    "be a surprise."),
        "E. B. Wilson, JASA 22, 1927; Newcombe, Statistics in Medicine 17, 1998, method 3");
    add(QObject::tr("p"),
        QObject::tr(
            "The exact McNemar test: how often a fair coin would split the images that only one of two networks "
            "gets right as unevenly as this, or more so."),
        "Q. McNemar, Psychometrika 12, 1947");
    add(QObject::tr("points"), QObject::tr("Differences of percentages: from 65 % to 61 % are 4 points."));
  }
  add(QObject::tr("agreement"), QObject::tr("Share of images for which a quantized network names the same first class "
                                            "as the float network."));
  add(QObject::tr("margin"), QObject::tr("The output of a class minus the largest of the others: positive where the "
                                         "network answers that class, the surer the larger."));
  add(QObject::tr("SQNR"),
      QObject::tr("Signal to quantization noise ratio, 10 log10(sum of x² / sum of (x − x̂)²), in dB. 6 dB are worth a "
                  "bit; at 20 dB the noise has a tenth of the signal's amplitude."),
      QString(kWhitepaper) + ", appendix A");
  add(QObject::tr("SQNR alone, so far"), QObject::tr("Of a layer's result when this layer alone is quantized, and when "
                                                     "the network is quantized up to and with this layer."));
  add(QObject::tr("range ratio"), QObject::tr("The reach of a layer's widest channel of weights over that of its "
                                              "narrowest, dead channels aside. The larger it is, the worse one scale "
                                              "serves all channels."));
  add(QObject::tr("dead channel"), QObject::tr("An output channel whose weights are all zero, or next to it: BatchNorm "
                                               "has switched it off. It is left out of what is said about channels."));
  add(QObject::tr("clipping, rounding"), QObject::tr("The two parts of quantization noise: of values outside the range "
                                                     "that the grid covers, and of those inside."));
  add(QObject::tr("weight power"),
      QObject::tr("A weight's square over the mean square of its layer's weights. A heavy "
                  "tail makes the grid coarse for all others."),
      QString(kWhitepaper) + ", figure 20");
}

/// Each method that a scheme uses, once.
void add_methods(const std::vector<Scheme>& schemes, Glossary& glossary) {
  const auto add = [&](std::string_view title, std::string_view summary, std::string_view source) {
    const QString term = clean(title);
    const bool known = std::any_of(glossary.definitions.begin(), glossary.definitions.end(),
                                   [&](const Definition& each) { return each.term == term; });
    if (!known) glossary.definitions.push_back({term, clean(summary), clean(source)});
  };
  for (const Scheme& scheme : schemes) {
    const auto range = [&](const MethodChoice& choice) {
      const RangeEstimator& estimator = range_estimator(choice.id);
      add(estimator.title, estimator.summary, estimator.citation);
    };
    if (scheme.weights.quantized) {
      const WeightMethod& method = weight_method(scheme.weights.method);
      add(method.title, method.summary, method.citation);
      range(scheme.weights.range);
    }
    if (scheme.activations.quantized) range(scheme.activations.range);
    for (const std::string& id : scheme.passes) add(pass(id).title, pass(id).summary, "");
  }
}

template <class Choice>
void add_word(Choice value, Glossary& glossary) {
  for (const Word<Choice>& word : kWords<Choice>) {
    if (word.value != value) continue;
    const QString term = clean(word.title);
    const bool known = std::any_of(glossary.definitions.begin(), glossary.definitions.end(),
                                   [&](const Definition& each) { return each.term == term; });
    if (!known) glossary.definitions.push_back({term, clean(word.summary), {}});
  }
}

}  // namespace

void add_glossary(const ReportRequest& request, Blocks& blocks) {
  const bool labelled = std::any_of(request.runs.begin(), request.runs.end(), [](const ReportedRun& run) {
    return run.evaluation.evaluation.results.front().top1.total > 0;
  });
  Glossary glossary;
  add_measures(glossary, labelled);
  const std::vector<Scheme> schemes = schemes_of(request);
  for (const Scheme& scheme : schemes) {
    if (scheme.weights.quantized) {
      add_word(scheme.weights.granularity, glossary);
      add_word(scheme.weights.grid, glossary);
    }
    if (scheme.activations.quantized) add_word(scheme.activations.grid, glossary);
  }
  add_methods(schemes, glossary);
  blocks.emplace_back(Heading{2, QObject::tr("Terms and methods")});
  blocks.emplace_back(std::move(glossary));
}

}  // namespace qs
