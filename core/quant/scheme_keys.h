// The keys of a scheme's JSON, each described once: reading, writing, checking, the JSON Schema and forms all walk this
// list.
#pragma once

#include "core/graph/passes/passes.h"
#include "core/quant/scheme_part_keys.h"

namespace qs {

inline std::vector<Choice> pass_choices() {
  std::vector<Choice> choices;
  for (const auto list : {passes(), optional_passes()}) {
    for (const Pass* each : list) choices.push_back({each->id, each->title, each->summary});
  }
  return choices;
}

void for_each_key(Of<Scheme> auto& scheme, auto&& visit) {
  visit(Key{.name = "id", .title = "Id", .summary = "Short name: letters, digits and -_.", .section = "Name"},
        scheme.id);
  visit(Key{.name = "title", .title = "Title", .summary = "Name as shown to people.", .section = "Name"}, scheme.title);
  visit(Key{.name = "summary", .title = "Summary", .summary = "One sentence about the scheme.", .section = "Name"},
        scheme.summary);
  visit(Key{.name = "weights",
            .title = "Weights",
            .summary = "What happens to weights.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), section 2"},
        scheme.weights);
  visit(Key{.name = "activations",
            .title = "Activations",
            .summary = "What happens to activations.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), section 2"},
        scheme.activations);
  visit(Key{.name = "passes",
            .title = "Passes",
            .summary = "Rewrites of the network before it is quantized, in order.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), equations 20 and 21: folding BatchNorm",
            .section = "Network",
            .choices = pass_choices},
        scheme.passes);
  visit(Key{.name = "first_layer",
            .title = "First layer",
            .summary = "Exception for the first layer.",
            .section = "Network"},
        scheme.first_layer);
  visit(Key{.name = "last_layer",
            .title = "Last layer",
            .summary = "Exception for the last layer.",
            .section = "Network"},
        scheme.last_layer);
  visit(Key{.name = "bias_bits",
            .title = "Bias bits",
            .summary = "32: biases are integers of that width; 0: they stay float.",
            .unit = "bits",
            .citation = "Jacob et al. 2017 (arXiv:1712.05877), section 2.4",
            .section = "Network",
            .min = 0,
            .max = 32,
            .ends_only = true},
        scheme.bias_bits);
  visit(Key{.name = "layers",
            .title = "Single layers",
            .summary = "Exceptions by name; the first that matches counts, key by key."},
        scheme.layers);
  visit(Key{.name = "calibration",
            .title = "Calibration",
            .summary = "Where the ranges of activations come from.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), section 3.1"},
        scheme.calibration);
  visit(Key{.name = "seed",
            .title = "Seed",
            .summary = "Of stochastic rounding.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), section 2.3",
            .section = "Random numbers",
            .min = 0,
            .max = kLargestWhole},
        scheme.seed);
}

}  // namespace qs
