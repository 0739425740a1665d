// The guided diagnosis of the current scheme.
#include "app/window/workspace.h"

namespace qs {

void Workspace::reset_guide() {
  guide_facts_ = {};
  guide_jobs_ = std::make_unique<QObject>();
  now_.guide.clear();
  for (const GuideStep* step : guide_steps()) {
    now_.guide.push_back({.id = std::string(step->id),
                          .question = std::string(step->question),
                          .why = std::string(step->why),
                          .citation = std::string(step->citation)});
    runs_.cancel(fmt::format("guide:{}", step->id));
  }
}

void Workspace::show_step(const std::string& id, const std::function<void(GuideStepView&)>& change) {
  for (GuideStepView& step : now_.guide) {
    if (step.id == id) change(step);
  }
  announce();
}

void Workspace::diagnose(const std::string& id) {
  const SchemeView* view = now_.current();
  if (view == nullptr || session_ == nullptr) {
    return tell(tr("The diagnosis runs the network: open a model and images first."), false);
  }
  const auto steps = guide_steps();
  const auto found = std::find_if(steps.begin(), steps.end(), [&](const GuideStep* step) { return step->id == id; });
  if (found == steps.end()) return;
  show_step(id, [](GuideStepView& step) {
    step.state = GuideState::running;
    step.fraction = -1;
    step.message.clear();
  });
  runs_.submit({.key = "guide:" + id,
                .title = std::string((*found)->question),
                .receiver = guide_jobs_.get(),
                .work = [session = session_, step = *found, scheme = view->scheme, backend = now_.backend,
                         facts = guide_facts_](const Progress& progress) -> std::any {
                  return step->answer({*session, scheme, backend, facts}, progress);
                },
                .done =
                    [this, id](const std::any& any) {
                      const auto& answer = std::any_cast<const GuideAnswer&>(any);
                      guide_facts_ = answer.facts;
                      show_step(id, [&](GuideStepView& step) {
                        step.state = GuideState::done;
                        step.verdict = answer.verdict;
                      });
                    },
                .progressed =
                    [this, id](double fraction, const std::string&) {
                      show_step(id, [&](GuideStepView& step) { step.fraction = fraction; });
                    },
                .failed =
                    [this, id](const Error& error) {
                      const bool stopped = error.code() == ErrorCode::stopped;
                      show_step(id, [&](GuideStepView& step) {
                        step.state = stopped ? GuideState::open : GuideState::failed;
                        step.message = stopped ? "" : error.what();
                      });
                    }});
}

void Workspace::act(const GuideAction& action) {
  if (action.add_scheme) add_scheme(*action.add_scheme);
  if (!action.select_layers.empty()) select_layers(action.select_layers);
  if (!action.preprocessing.empty() && now_.model) {
    preprocessing_ = action.preprocessing;
    read_model(now_.model->report.path);
  }
  if (!action.show_panel.empty()) emit panel_wanted(QString::fromStdString(action.show_panel));
}

}  // namespace qs
