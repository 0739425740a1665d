// quantoscope schemes: which schemes there are, and what one says.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/run/scheme_text.h"
#include "core/base/error.h"
#include "core/base/json_file.h"
#include "core/graph/networks/networks.h"
#include "core/graph/passes/passes.h"
#include "core/quant/range_estimator.h"
#include "core/quant/weight_method.h"
#include "core/train/optimiser.h"
#include "core/train/recipe.h"
#include "core/train/schedule.h"

namespace qs {

namespace {

struct SchemesFlags {
  std::string scheme;
  std::string list;
};

std::string pass_list() {
  std::string text;
  for (const auto list : {passes(), optional_passes()}) {
    for (const Pass* each : list) text += method_text(each->id, each->title, each->summary, "", {});
  }
  return text;
}

/// The methods of a list of descriptors, a paragraph each.
template <class Descriptors>
std::string descriptor_list(const Descriptors& descriptors) {
  std::string text;
  for (const auto* each : descriptors) {
    text += method_text(each->id, each->title, each->summary, each->citation, each->params);
  }
  return text;
}

std::string weight_method_list() {
  return descriptor_list(weight_methods());
}

std::string range_estimator_list() {
  return descriptor_list(range_estimators());
}

std::string network_list() {
  return descriptor_list(networks());
}

std::string optimiser_list() {
  return descriptor_list(optimisers());
}

std::string schedule_list() {
  return descriptor_list(schedules());
}

std::string recipe_list() {
  std::string text;
  for (const Recipe& recipe : preset_recipes()) {
    text += method_text(recipe.id, recipe.title, recipe.summary, "", {});
  }
  return text;
}

std::string recipe_schema_text() {
  return json_text(recipe_schema());
}

std::string schema() {
  return json_text(scheme_schema());
}

/// Something a scheme is made from, of which there are several.
struct List {
  std::string_view kind;  ///< as typed; persistent
  std::string_view summary;
  std::string (*text)();
};
constexpr std::array kLists{
    List{"presets", "the schemes that have a name", preset_list},
    List{"weight-methods", "how weights become integers", weight_method_list},
    List{"range-estimators", "which interval of real numbers the integers cover", range_estimator_list},
    List{"passes", "rewrites of the network before it is quantized", pass_list},
    List{"schema", "the JSON Schema of a scheme's file", schema},
    List{"recipes", "the trainings that have a name", recipe_list},
    List{"networks", "networks that can be built and trained from nothing", network_list},
    List{"optimisers", "how gradients move weights", optimiser_list},
    List{"schedules", "how the learning rate changes", schedule_list},
    List{"recipe-schema", "the JSON Schema of a recipe's file", recipe_schema_text},
};

std::string kinds() {
  std::vector<std::string_view> names;
  for (const List& list : kLists) names.push_back(list.kind);
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Broken after commas, so that no line is longer than the help's column.
std::string help_lines(const std::string& names) {
  constexpr std::size_t kLine = 60;
  std::string text;
  std::size_t start = 0;
  for (const char each : names) {
    if (each == ' ' && text.size() - start > kLine) {
      text += '\n';
      start = text.size();
    } else {
      text += each;
    }
  }
  return text;
}

std::string list_text(const std::string& kind) {
  for (const List& list : kLists) {
    if (list.kind == kind) return list.text();
  }
  throw Error(ErrorCode::usage, fmt::format("--list: there is no list \"{}\"; lists: {}", kind, kinds()));
}

std::string overview() {
  std::string text = preset_table();
  text +=
      "\nSources are those of R. Krishnamoorthi, Quantizing deep convolutional networks for efficient\n"
      "inference: a whitepaper, arXiv:1806.08342.\n\n"
      "quantoscope schemes ID                       one as JSON: save it, change it, give it to --scheme\n"
      "quantoscope schemes RECIPE                   a training's recipe as JSON, for quantoscope train\n"
      "quantoscope schemes FILE                     checks such a file, and prints what it leaves out too\n";
  for (const List& list : kLists) {
    text += fmt::format("quantoscope schemes --list {:<16}  {}\n", list.kind, list.summary);
  }
  return text;
}

bool is_recipe_file(const std::string& name) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(name, ignored)) return false;
  try {
    const nlohmann::ordered_json json = json_from_file(name, "recipe");
    return json.is_object() && json.contains("format") && json["format"] == to_json(Recipe{})["format"];
  } catch (const Error&) {
    return false;  // what is wrong with it is told where it is read as a scheme
  }
}

/// Every key of a preset or of a file, which may be a scheme's or a recipe's.
nlohmann::ordered_json described(const std::string& name) {
  const std::span<const Recipe> recipes = preset_recipes();
  const bool is_recipe = std::ranges::find(recipes, name, &Recipe::id) != recipes.end() || is_recipe_file(name);
  return is_recipe ? to_json(find_recipe(name)) : to_json(find_scheme(name));
}

void run(const SchemesFlags& flags) {
  if (!flags.scheme.empty() && !flags.list.empty()) {
    throw Error(ErrorCode::usage, "--list describes what schemes are made from; it takes no scheme");
  }
  std::string text = overview();
  if (!flags.list.empty()) text = list_text(flags.list);
  if (!flags.scheme.empty()) text = json_text(described(flags.scheme));
  write_output(std::string(kStandardOutput), text);
}

void set_up(CLI::App& app) {
  auto flags = std::make_shared<SchemesFlags>();
  app.add_option("SCHEME", flags->scheme, "Print a scheme or recipe as JSON: a preset's name, or a file to check")
      ->type_name("");
  app.add_option("--list", flags->list, "List or explain one of:\n" + help_lines(kinds()))->type_name("KIND");
  app.callback([flags] { run(*flags); });
}

}  // namespace

const Command schemes_command = {"schemes", "Show the quantization schemes and what they are made from.", set_up};

}  // namespace qs
