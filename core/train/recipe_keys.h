// The keys of a recipe's JSON, each described once: reading, writing, checking, the JSON Schema and forms all walk this
// list.
#pragma once

#include "core/graph/networks/networks.h"
#include "core/train/optimiser.h"
#include "core/train/recipe_part_keys.h"
#include "core/train/schedule.h"

namespace qs {

inline MethodList network_methods() {
  return {"network", "network", method_options(networks())};
}

inline MethodList optimiser_methods() {
  return {"optimiser", "optimiser", method_options(optimisers())};
}

inline MethodList schedule_methods() {
  return {"schedule", "schedule", method_options(schedules())};
}

/// What is trained, and on what.
void for_each_subject_key(Of<Recipe> auto& recipe, auto&& visit) {
  visit(Key{.name = "id", .title = "Id", .summary = "Short name: letters, digits and -_.", .section = "Name"},
        recipe.id);
  visit(Key{.name = "title", .title = "Title", .summary = "Name as shown to people.", .section = "Name"}, recipe.title);
  visit(Key{.name = "summary", .title = "Summary", .summary = "One sentence about the recipe.", .section = "Name"},
        recipe.summary);
  visit(Key{.name = "network",
            .title = "Network",
            .summary = "What is built and trained; a model that is given counts instead.",
            .section = "Network",
            .methods = network_methods},
        recipe.network);
  visit(Key{.name = "start", .title = "Start", .summary = "Where training begins.", .section = "Network"},
        recipe.start);
  visit(Key{.name = "input", .title = "Input", .summary = "What the network sees."}, recipe.input);
  visit(Key{.name = "data", .title = "Data", .summary = "What images are trained on."}, recipe.data);
}

/// How long, and how its weights move.
void for_each_optimisation_key(Of<Recipe> auto& recipe, auto&& visit) {
  visit(Key{.name = "epochs",
            .title = "Epochs",
            .summary = "How often each image is seen.",
            .unit = "epochs",
            .section = "Training",
            .min = 1,
            .max = 10'000},
        recipe.epochs);
  visit(Key{.name = "batch",
            .title = "Batch",
            .summary = "Images in each step.",
            .unit = "images",
            .section = "Training",
            .min = 1,
            .max = 4096},
        recipe.batch);
  visit(Key{.name = "seed",
            .title = "Seed",
            .summary = "Of all that is random: weights, order, augmentation, rounding.",
            .section = "Training",
            .min = 0,
            .max = kLargestWhole},
        recipe.seed);
  visit(Key{.name = "compute",
            .title = "Numbers",
            .summary = "What layers compute with; weights are kept in f32 in any case.",
            .citation = "Kalamkar et al. 2019 (arXiv:1905.12322)",
            .section = "Training"},
        recipe.compute);
  visit(Key{.name = "optimiser",
            .title = "Optimiser",
            .summary = "How gradients move the weights.",
            .section = "Optimiser",
            .methods = optimiser_methods},
        recipe.optimiser);
  visit(Key{.name = "learning_rate",
            .title = "Learning rate",
            .summary = "Size of a step, where the schedule says 1.",
            .section = "Optimiser",
            .least = 1e-8,
            .most = 10},
        recipe.learning_rate);
  visit(Key{.name = "schedule",
            .title = "Schedule",
            .summary = "How the learning rate changes.",
            .section = "Optimiser",
            .methods = schedule_methods},
        recipe.schedule);
  visit(Key{.name = "warm_up_epochs",
            .title = "Warm-up",
            .summary = "How long the learning rate rises from 0 at first.",
            .unit = "epochs",
            .citation = "Goyal et al. 2017 (arXiv:1706.02677), section 2.2",
            .section = "Optimiser",
            .least = 0,
            .most = 1000},
        recipe.warm_up_epochs);
}

/// What keeps weights from growing, outputs from being too sure, and measurements from jittering.
void for_each_regularization_key(Of<Recipe> auto& recipe, auto&& visit) {
  visit(Key{.name = "weight_decay",
            .title = "Weight decay",
            .summary = "How strongly weights are pulled to 0.",
            .citation = "Krogh, Hertz, NIPS 1991",
            .section = "Regularization",
            .least = 0,
            .most = 1},
        recipe.weight_decay);
  visit(Key{.name = "decay_biases_and_batch_norm",
            .title = "Decay all",
            .summary = "Whether biases and BatchNorm's scale and shift decay too.",
            .citation = "He et al. 2018 (arXiv:1812.01187), section 3.1: better not",
            .section = "Regularization"},
        recipe.decay_biases_and_batch_norm);
  visit(Key{.name = "gradient_clip",
            .title = "Gradient clip",
            .summary = "Largest norm of all gradients together; 0: no limit.",
            .citation = "Pascanu et al., ICML 2013, algorithm 1",
            .section = "Regularization",
            .least = 0,
            .most = 1e6},
        recipe.gradient_clip);
  visit(Key{.name = "label_smoothing",
            .title = "Label smoothing",
            .summary = "Share of each label that is spread over all classes.",
            .citation = "Szegedy et al. 2015 (arXiv:1512.00567), section 7",
            .section = "Regularization",
            .least = 0,
            .most = 0.9},
        recipe.label_smoothing);
  visit(Key{.name = "ema_decay",
            .title = "Average of weights",
            .summary = "How slowly the average of weights forgets, per step; 0: no average.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), section 3.2: may hurt quantized networks",
            .section = "Averages",
            .least = 0,
            .most = 0.99999},
        recipe.ema_decay);
  visit(Key{.name = "batch_norm_momentum",
            .title = "BatchNorm momentum",
            .summary = "Share of a batch in BatchNorm's long-term mean and variance.",
            .citation = "Ioffe, Szegedy 2015 (arXiv:1502.03167), section 3.1",
            .section = "Averages",
            .least = 0.0001,
            .most = 1},
        recipe.batch_norm_momentum);
}

void for_each_key(Of<Recipe> auto& recipe, auto&& visit) {
  for_each_subject_key(recipe, visit);
  for_each_optimisation_key(recipe, visit);
  for_each_regularization_key(recipe, visit);
  visit(Key{.name = "early_stop_epochs",
            .title = "Early stop",
            .summary = "Training ends after so many epochs without a better validation accuracy; 0: never.",
            .unit = "epochs",
            .citation = "Prechelt 1998, Early stopping - but when?",
            .section = "Run",
            .min = 0,
            .max = 10'000},
        recipe.early_stop_epochs);
  visit(Key{.name = "checkpoint_every_epochs",
            .title = "Checkpoint every",
            .summary = "How often what is needed to go on is saved.",
            .unit = "epochs",
            .section = "Run",
            .min = 1,
            .max = 10'000},
        recipe.checkpoint_every_epochs);
  visit(Key{.name = "distillation",
            .title = "Distillation",
            .summary = "Learning from the outputs of the model that training starts from.",
            .citation = "Hinton, Vinyals, Dean 2015 (arXiv:1503.02531), section 2"},
        recipe.distillation);
  visit(Key{.name = "quantization",
            .title = "Quantization",
            .summary = "What the network is trained for; left out: for float.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), section 3.2"},
        recipe.quantization);
}

}  // namespace qs
