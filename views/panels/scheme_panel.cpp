// The schemes of the workbench, and the current one as a form.
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "core/quant/placement.h"
#include "views/forms/scheme_form.h"
#include "views/models/scheme_names.h"
#include "views/panels/panels.h"
#include "views/panels/scheme_list.h"

namespace qs {

namespace {

/// The local JSON files that are being dragged.
QStringList schemes_in(const QMimeData& dragged) {
  QStringList paths;
  for (const QUrl& url : dragged.urls()) {
    if (url.isLocalFile() && url.fileName().endsWith(".json", Qt::CaseInsensitive)) paths << url.toLocalFile();
  }
  return paths;
}

class SchemePanel : public Panel {
 public:
  SchemePanel(Workbench& workbench, QWidget* parent)
      : Panel(workbench, parent),
        list_(new SchemeList(workbench, this)),
        form_(new SchemeForm),
        pages_(new QStackedWidget(this)) {
    auto* nothing = new QLabel(tr("Add a scheme: it says how weights and activations become integers."));
    nothing->setWordWrap(true);
    nothing->setAlignment(Qt::AlignCenter);
    nothing->setMargin(24);
    pages_->addWidget(nothing);
    pages_->addWidget(form_);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(6, 6, 6, 6);
    rows->setSpacing(4);
    rows->addWidget(list_);
    rows->addWidget(pages_, 1);
    setAcceptDrops(true);
    connect(form_, &SchemeForm::edited, this, &SchemePanel::edit);
    connect(list_, &SchemeList::wants_title, this, &SchemePanel::rename);
  }

 protected:
  void show_snapshot(const Snapshot& snapshot) override {
    list_->show_schemes(snapshot);
    show_layers(snapshot);
    show_current();
  }

  void dragEnterEvent(QDragEnterEvent* event) override {
    if (!schemes_in(*event->mimeData()).isEmpty()) event->acceptProposedAction();
  }
  void dropEvent(QDropEvent* event) override {
    for (const QString& path : schemes_in(*event->mimeData())) list_->load(path);
    event->acceptProposedAction();
  }

 private:
  void show_current() {
    const SchemeView* view = workbench().now().current();
    pages_->setCurrentIndex(view == nullptr ? 0 : 1);
    if (view == nullptr) return;
    const QString problem = QString::fromStdString(view->problem);
    if (view->scheme == form_->scheme() && problem == problem_) return;
    problem_ = problem;
    form_->show_scheme(view->scheme, origin_of(view->scheme), problem);
  }

  void show_layers(const Snapshot& snapshot) {
    if (snapshot.model != model_) {
      model_ = snapshot.model;
      names_.clear();
      if (model_ == nullptr) return form_->show_layers({}, {});
      for (const NodeId layer : weighted_layers(model_->graph)) names_.push_back(model_->graph.node(layer).name);
    }
    form_->show_layers(names_, snapshot.selected_layers);
  }

  void edit(const Scheme& changed, const QString& what) {
    const SchemeView* view = workbench().now().current();
    if (view == nullptr) return;
    if (others_than(*view).contains(changed.id)) {
      return form_->show_scheme(changed, origin_of(changed), tr("id is that of another scheme; choose another"));
    }
    replace(*view, changed, what);
    show_current();
  }

  void rename(const QString& id, const QString& title) {
    for (const SchemeView& each : workbench().now().schemes) {
      if (each.scheme.id != id.toStdString()) continue;
      Scheme renamed = each.scheme;
      renamed.title = title.toStdString();
      return replace(each, renamed, tr("Rename to %1").arg(title));
    }
  }

  void replace(const SchemeView& view, const Scheme& changed, const QString& what) {
    const std::string id = view.scheme.id;
    workbench().edit_scheme(id, with_fitting_names(view.scheme, changed, others_than(view)), what);
  }

  [[nodiscard]] std::set<std::string> others_than(const SchemeView& view) const {
    std::set<std::string> ids;
    for (const SchemeView& each : workbench().now().schemes) {
      if (&each != &view) ids.insert(each.scheme.id);
    }
    return ids;
  }

  SchemeList* list_;
  SchemeForm* form_;
  QStackedWidget* pages_;
  QString problem_;
  std::shared_ptr<const OpenModel> model_;
  std::vector<std::string> names_;
};

}  // namespace

const PanelKind scheme_panel = {
    "scheme", "Scheme", "How weights and activations become integers: schemes to choose, change and compare.",
    PanelPlace::right,
    [](Workbench& workbench, QWidget* parent) -> Panel* { return new SchemePanel(workbench, parent); }};

}  // namespace qs
