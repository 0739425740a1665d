// Runs a study: every arm on every network with every seed, skipping what an earlier run of it has finished.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/run/run_watch.h"
#include "app/study/study.h"
#include "core/engine/environment.h"

namespace qs {

struct StudySettings {
  std::string train;                ///< images to train with, as `open_dataset` takes them
  std::string test;                 ///< images to measure with
  std::vector<std::string> models;  ///< float networks; none: those of the recipes are trained first
  std::vector<Recipe> networks = {find_recipe("cifar10_mobilenet"), find_recipe("cifar10_resnet20")};
  std::string folder;                       ///< for models, checkpoints and results; made where it is not there
  int seeds = 3;                            ///< 1, 2, ...
  bool quick = false;                       ///< recipes are `shortened`
  std::optional<std::int64_t> train_limit;  ///< images, spread evenly over the classes
  std::optional<std::int64_t> test_limit;
};

/// What --quick makes of these settings: one seed, few images; what was asked for stays.
[[nodiscard]] StudySettings quick_settings(StudySettings settings, bool seeds_given);

struct StudyReport {
  Study study;
  StudySettings settings;
  std::vector<NetworkResults> networks;
  std::vector<StudyNetwork> models;  ///< by network
  std::int64_t test_images = 0;
  int runs = 0;    ///< trainings and measurements that were to be made
  int reused = 0;  ///< of them, finished before
  Environment environment;
};

/// For those who watch: `say` gets a line before and after each run, such as "run 3 of 12: ...".
struct StudyWatch {
  RunWatch run;
  std::function<void(const std::string& line)> say;
};

/// Files in the folder are named by network, recipe, seed and a hash of all that the result depends on (recipe, images,
/// network, program-independent): a changed recipe gets files of its own. Studies with the same folder share networks
/// and runs. Throws `Error` (stopped) after Ctrl-C, saying how to go on; (bad_input) naming the run.
[[nodiscard]] StudyReport run_study(const Study& study, const StudySettings& settings, const StudyWatch& watch);

}  // namespace qs
