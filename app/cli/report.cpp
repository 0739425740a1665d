// quantoscope report: results on a page that can be read, printed and sent.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/report/figures.h"
#include "app/report/plot_application.h"
#include "app/report/report.h"
#include "app/report/results_file.h"
#include "core/base/error.h"

namespace qs {

namespace {

struct ReportFlags {
  ReportRequest request;
  std::string out;
  std::vector<std::string> models;
};

/// Each model belongs to the runs that were made with that file.
void add_models(const std::vector<std::string>& models, ReportRequest& request) {
  for (const std::string& model : models) {
    bool used = false;
    for (ReportedRun& run : request.runs) {
      if (!was_made_with(run, model)) continue;
      add_weights(run, model);
      used = true;
    }
    if (!used) bad_input("{}: none of the results was made with this file (its SHA-256 is another)", model);
  }
  if (!models.empty()) return;
  for (ReportedRun& run : request.runs) add_weights_if_there(run);
}

void run(ReportFlags flags) {
  check_report_path(flags.out);
  check_writable(flags.out);
  const std::unique_ptr<QApplication> application = plot_application();
  for (const std::string& file : flags.request.files) read_results(file, flags.request.runs);
  add_models(flags.models, flags.request);
  add_thumbnails(flags.request);
  write_report(flags.request, flags.out);
}

void set_up(CLI::App& app) {
  auto flags = std::make_shared<ReportFlags>();
  const auto texts = [&](const char* option, std::vector<std::string>& list, const char* help, const char* type) {
    return app.add_option(option, list, help)->type_name(type)->allow_extra_args(false);
  };
  app.add_option("--results", flags->request.files, "What evaluate --json wrote, or a project; several are compared")
      ->required()
      ->type_name("FILE");
  app.add_option("--out", flags->out, "The report: .html, .pdf, .csv (the numbers) or .json (everything)")
      ->required()
      ->type_name("FILE");
  app.add_option("--title", flags->request.title, "Heading of the report")->type_name("TEXT");
  app.add_option("--notes", flags->request.notes, "The question that is asked, or what else is to be said")
      ->type_name("TEXT");
  texts("--model", flags->models,
        "Model file, for what needs its weights; otherwise the file that the results name\nis looked at if it is "
        "there unchanged",
        "MODEL");
  texts("--layer", flags->request.layers, "Show this layer where plots are about one; else the one that suffers most",
        "NAME");
  texts("--plot", flags->request.plots, "Show this plot; may be repeated (none: all that can be drawn)", "ID");
  app.callback([flags] { run(*flags); });
}

}  // namespace

const Command report_command = {"report", "Make a page of results: HTML, PDF, CSV or JSON.", set_up};

}  // namespace qs
