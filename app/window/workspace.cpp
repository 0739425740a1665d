#include "app/window/workspace.h"

#include <QElapsedTimer>
#include <algorithm>
#include <set>

namespace qs {

namespace {

constexpr int kPauseBeforeMeasuring = 400;  // ms
constexpr int kPauseBeforeStoring = 500;    // ms
constexpr qint64 kOneGesture = 1000;        // ms between changes that are undone as one

}  // namespace

/// Any change to the list of schemes.
class Workspace::SchemeChange : public QUndoCommand {
 public:
  SchemeChange(Workspace& workspace, SchemeList before, SchemeList after, const QString& what)
      : QUndoCommand(what), workspace_(workspace), before_(std::move(before)), after_(std::move(after)) {
    age_.start();
  }
  void undo() override { workspace_.apply(before_); }
  void redo() override { workspace_.apply(after_); }
  [[nodiscard]] int id() const override { return 1; }
  bool mergeWith(const QUndoCommand* other) override {
    const auto* next = dynamic_cast<const SchemeChange*>(other);
    if (next == nullptr || next->text() != text() || age_.elapsed() > kOneGesture) return false;
    after_ = next->after_;
    age_.restart();
    return true;
  }

 private:
  Workspace& workspace_;
  SchemeList before_;
  SchemeList after_;
  QElapsedTimer age_;
};

Workspace::Workspace(const QString& unsaved_folder, QObject* parent)
    : Workbench(parent), unsaved_folder_(unsaved_folder) {
  reset_guide();
  announcing_.setSingleShot(true);
  announcing_.setInterval(0);
  connect(&announcing_, &QTimer::timeout, this, &Workbench::changed);
  storing_.setSingleShot(true);
  storing_.setInterval(kPauseBeforeStoring);
  connect(&storing_, &QTimer::timeout, this, &Workspace::store_choices);
  measuring_.setSingleShot(true);
  measuring_.setInterval(kPauseBeforeMeasuring);
  connect(&measuring_, &QTimer::timeout, this, [this] { measure_layers(layer_images_); });
  for (Lane* lane : {&quick_, &panels_, &runs_}) {
    connect(lane, &Lane::failed, this, [this](const QString& message) { tell(message, true); });
    connect(lane, &Lane::activities_changed, this, &Workspace::show_activities);
  }
}

Workspace::~Workspace() {
  if (storing_.isActive()) store_choices();
}

void Workspace::announce() {
  if (!announcing_.isActive()) announcing_.start();
}

void Workspace::tell(const QString& message, bool is_error) {
  emit told(message, is_error);
}

bool Workspace::is_idle() const {
  return !quick_.is_busy() && !panels_.is_busy() && !runs_.is_busy() && !measuring_.isActive() &&
         !announcing_.isActive();
}

void Workspace::submit(QObject* receiver, const std::string& key, std::function<std::any(const Progress&)> work,
                       std::function<void(const std::any&)> done) {
  panels_.submit({.key = key, .title = {}, .receiver = receiver, .work = std::move(work), .done = std::move(done)});
}

SchemeView* Workspace::scheme(const std::string& id) {
  for (SchemeView& each : now_.schemes) {
    if (each.scheme.id == id) return &each;
  }
  return nullptr;
}

void Workspace::select_layers(const std::vector<std::string>& names) {
  if (names.empty() || names == now_.selected_layers) return;
  now_.selected_layers = names;
  now_.selected_channel.reset();
  storing_.start();
  announce();
}

void Workspace::select_channel(std::optional<int> channel) {
  now_.selected_channel = channel;
  announce();
}

void Workspace::select_experiments(const std::vector<ExperimentId>& experiments) {
  now_.selected_experiments = experiments;
  announce();
}

void Workspace::set_backend(const std::string& id) {
  now_.backend = id;
  for (SchemeView& each : now_.schemes) each.layers = nullptr;  // measured on the other
  if (session_) measuring_.start();
  storing_.start();
  announce();
}

void Workspace::set_color_by(const std::string& column) {
  now_.color_by = column;
  announce();
}

void Workspace::set_current_scheme(const std::string& id) {
  if (scheme(id) == nullptr || now_.current_scheme == id) return;
  now_.current_scheme = id;
  reset_guide();
  storing_.start();
  announce();
}

Workspace::SchemeList Workspace::scheme_list() const {
  SchemeList list{{}, now_.current_scheme};
  for (const SchemeView& each : now_.schemes) list.entries.push_back({each.scheme, each.shown, each.color});
  return list;
}

void Workspace::change_schemes(SchemeList after, const QString& what) {
  SchemeList before = scheme_list();
  if (before == after) return;
  undo_.push(new SchemeChange(*this, std::move(before), std::move(after), what));  // which calls `apply`
}

void Workspace::set_shown(const std::string& id, bool shown) {
  SchemeView* view = scheme(id);
  if (view == nullptr || view->shown == shown) return;
  view->shown = shown;
  storing_.start();
  if (shown) analyze(*view);
  announce();
}

void Workspace::add_scheme(const Scheme& added) {
  SchemeList list = scheme_list();
  std::set<std::string> ids;
  std::set<int> colors;
  for (const SchemeEntry& each : list.entries) {
    ids.insert(each.scheme.id);
    colors.insert(each.color);
  }
  SchemeEntry entry{added, true, 0};
  for (int number = 2; ids.contains(entry.scheme.id); ++number) {
    entry.scheme.id = fmt::format("{}-{}", added.id, number);
    entry.scheme.title = fmt::format("{} ({})", added.title, number);
  }
  while (colors.contains(entry.color)) ++entry.color;
  list.current = entry.scheme.id;
  const QString what = tr("Add %1").arg(QString::fromStdString(entry.scheme.title));
  list.entries.push_back(std::move(entry));
  change_schemes(std::move(list), what);
}

void Workspace::remove_scheme(const std::string& id) {
  SchemeList list = scheme_list();
  const auto found =
      std::find_if(list.entries.begin(), list.entries.end(), [&](const auto& each) { return each.scheme.id == id; });
  if (found == list.entries.end()) return;
  const QString what = tr("Remove %1").arg(QString::fromStdString(found->scheme.title));
  const auto next = list.entries.erase(found);
  if (list.current == id) {
    list.current = list.entries.empty()         ? std::string()
                   : next == list.entries.end() ? list.entries.back().scheme.id
                                                : next->scheme.id;
  }
  change_schemes(std::move(list), what);
}

void Workspace::edit_scheme(const std::string& id, const Scheme& changed, const QString& what) {
  SchemeList list = scheme_list();
  for (SchemeEntry& each : list.entries) {
    if (each.scheme.id != id && each.scheme.id == changed.id) {
      tell(tr("There is a scheme \"%1\" already: choose another id.").arg(QString::fromStdString(changed.id)), true);
      return;
    }
  }
  for (SchemeEntry& each : list.entries) {
    if (each.scheme.id == id) each.scheme = changed;
  }
  if (list.current == id) list.current = changed.id;
  change_schemes(std::move(list), what);
}

/// Puts the list in place. What is known of a scheme stays with it as far as it still holds.
void Workspace::apply(const SchemeList& list) {
  std::vector<SchemeView> before = std::move(now_.schemes);
  now_.schemes.clear();
  std::vector<std::string> changed;
  for (std::size_t i = 0; i < list.entries.size(); ++i) {
    const SchemeEntry& entry = list.entries[i];
    auto found = std::find_if(before.begin(), before.end(),
                              [&](const SchemeView& each) { return each.scheme.id == entry.scheme.id; });
    // A renamed scheme stands where it stood.
    if (found == before.end() && list.entries.size() == before.size()) found = before.begin() + static_cast<long>(i);
    SchemeView view;
    if (found != before.end()) view = *found;
    Scheme same_words = entry.scheme;  // as far as numbers go
    same_words.id = view.scheme.id;
    same_words.title = view.scheme.title;
    same_words.summary = view.scheme.summary;
    if (found == before.end() || !(same_words == view.scheme)) {
      changed.push_back(entry.scheme.id);
      view.layers = nullptr;
      view.sensitivity = nullptr;
      view.latency = nullptr;
      // Weights and encodings are replaced within moments; until then the old ones stay, lest plots flicker.
    }
    view.scheme = entry.scheme;
    view.shown = entry.shown;
    view.color = entry.color;
    now_.schemes.push_back(std::move(view));
  }
  now_.current_scheme = list.current;
  for (const std::string& id : changed) analyze(*scheme(id));
  if (!changed.empty()) reset_guide();
  storing_.start();
  announce();
}

}  // namespace qs
