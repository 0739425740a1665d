#include "views/panels/scheme_list.h"

#include <QAction>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QMenu>
#include <algorithm>

#include "core/base/error.h"
#include "views/models/scheme_files.h"

namespace qs {

namespace {

constexpr int kRowsSeen = 4;

QString filter() {
  return SchemeList::tr("Schemes (*.json)");
}

QToolButton* button(const QString& words, const QString& tip, QWidget* parent) {
  auto* made = new QToolButton(parent);
  made->setText(words);
  made->setToolTip(tip);
  made->setAccessibleName(tip);
  made->setAutoRaise(true);
  made->setFocusPolicy(Qt::StrongFocus);
  return made;
}

QToolButton* button_for(QAction* action, const QString& sign, QWidget* parent) {
  QToolButton* made = button(sign, {}, parent);
  made->setDefaultAction(action);
  // The action's text says what will be undone, which is too long for a button.
  const auto relabel = [made, action, sign] {
    made->setText(sign);
    made->setToolTip(QString("%1 (%2)").arg(action->text(), action->shortcut().toString(QKeySequence::NativeText)));
    made->setAccessibleName(action->text());
  };
  QObject::connect(action, &QAction::changed, made, relabel);
  relabel();
  return made;
}

}  // namespace

SchemeList::SchemeList(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      model_(new SchemeListModel(this)),
      view_(new QListView(this)),
      presets_(new QMenu(this)),
      more_(new QMenu(this)) {
  view_->setModel(model_);
  view_->setAccessibleName(tr("Schemes"));
  view_->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
  view_->setToolTip(tr("Tick what plots show; the chosen scheme is edited below."));
  view_->setWordWrap(true);  // titles often differ at their ends
  view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  view_->setTextElideMode(Qt::ElideRight);
  view_->setResizeMode(QListView::Adjust);
  view_->setFixedHeight((2 * fontMetrics().height() + 6) * kRowsSeen);
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(2);
  rows->addWidget(view_);
  make_buttons();
  fill_presets();
  connect(model_, &SchemeListModel::wants_shown, this,
          [this](const QString& id, bool shown) { workbench_.set_shown(id.toStdString(), shown); });
  connect(model_, &SchemeListModel::wants_title, this, &SchemeList::wants_title);
  connect(view_->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& now) {
    if (!showing_ && now.isValid()) workbench_.set_current_scheme(model_->id_at(now.row()));
  });
}

void SchemeList::make_buttons() {
  auto* row = new QHBoxLayout;
  row->setSpacing(0);
  QToolButton* add = button(tr("&Add"), tr("Add a scheme from the presets"), this);
  add->setMenu(presets_);
  add->setPopupMode(QToolButton::InstantPopup);
  duplicate_ = button(tr("Duplicate"), tr("Add a copy of the chosen scheme, to change it and compare"), this);
  remove_ = button(tr("Remove"), tr("Remove the chosen scheme (Del); undo brings it back"), this);
  QToolButton* more = button(tr("More"), tr("Rename, save, load, compare"), this);
  more->setMenu(more_);
  more->setPopupMode(QToolButton::InstantPopup);
  more_->addAction(add_action(tr("&Rename"), {}, &SchemeList::rename));
  more_->addAction(add_action(tr("&Save as file…"), {}, &SchemeList::save));
  more_->addAction(add_action(tr("&Load file…"), {}, &SchemeList::ask_and_load));
  more_->addSeparator();
  more_->addAction(add_action(tr("&Compare shown schemes"), {}, &SchemeList::compare));
  QAction* undo = workbench_.undo_stack().createUndoAction(this);
  QAction* redo = workbench_.undo_stack().createRedoAction(this);
  row->addWidget(add);
  row->addWidget(duplicate_);
  row->addWidget(remove_);
  row->addWidget(more);
  row->addStretch(1);
  row->addWidget(button_for(undo, QString::fromUtf8("↶"), this));
  row->addWidget(button_for(redo, QString::fromUtf8("↷"), this));
  static_cast<QVBoxLayout*>(layout())->addLayout(row);
  connect(duplicate_, &QToolButton::clicked, this, &SchemeList::duplicate);
  connect(remove_, &QToolButton::clicked, this, &SchemeList::remove);
  view_->addAction(add_action(tr("Remove"), QKeySequence::Delete, &SchemeList::remove));
}

QAction* SchemeList::add_action(const QString& words, const QKeySequence& keys, void (SchemeList::*slot)()) {
  auto* action = new QAction(words, this);
  action->setShortcut(keys);
  action->setShortcutContext(Qt::WidgetShortcut);
  connect(action, &QAction::triggered, this, slot);
  return action;
}

/// In groups by where they stand in the whitepaper, in order of their first member.
void SchemeList::fill_presets() {
  std::vector<std::string_view> sources;
  for (const Scheme& each : preset_schemes()) {
    const std::string_view source = preset_source(each.id);
    if (std::find(sources.begin(), sources.end(), source) == sources.end()) sources.push_back(source);
  }
  presets_->setToolTipsVisible(true);
  for (const std::string_view source : sources) {
    presets_->addSection(source.empty() ? tr("Others")
                                        : tr("Krishnamoorthi, %1").arg(QString::fromStdString(std::string(source))));
    for (const Scheme& each : preset_schemes()) {
      if (preset_source(each.id) != source) continue;
      QAction* action = presets_->addAction(QString::fromStdString(each.title));
      action->setToolTip(QString::fromStdString(each.summary));
      action->setData(QString::fromStdString(each.id));
      connect(action, &QAction::triggered, this, [this, &each] { workbench_.add_scheme(each); });
    }
  }
}

void SchemeList::show_schemes(const Snapshot& snapshot) {
  showing_ = true;
  model_->set_schemes(snapshot.schemes, theme_for(palette()));
  const int row = model_->row_of(snapshot.current_scheme);
  if (view_->currentIndex().row() != row) view_->setCurrentIndex(model_->index(row));
  showing_ = false;
  duplicate_->setEnabled(row >= 0);
  remove_->setEnabled(row >= 0);
  if (comparison_ == nullptr || !comparison_->isVisible()) return;
  std::vector<Scheme> shown;
  for (const SchemeView& each : snapshot.schemes) {
    if (each.shown) shown.push_back(each.scheme);
  }
  comparison_->show_schemes(shown);
}

const Scheme* SchemeList::current() const {
  const SchemeView* view = workbench_.now().current();
  return view == nullptr ? nullptr : &view->scheme;
}

void SchemeList::duplicate() {
  if (const Scheme* scheme = current()) workbench_.add_scheme(Scheme(*scheme));
}

void SchemeList::remove() {
  if (const Scheme* scheme = current()) workbench_.remove_scheme(std::string(scheme->id));
}

void SchemeList::rename() {
  if (view_->currentIndex().isValid()) view_->edit(view_->currentIndex());
}

void SchemeList::compare() {
  if (comparison_ == nullptr) comparison_ = new SchemeComparison(this);
  comparison_->show();
  comparison_->raise();
  show_schemes(workbench_.now());
}

void SchemeList::save() {
  const Scheme* scheme = current();
  if (scheme == nullptr) return;
  const QString path =
      QFileDialog::getSaveFileName(this, tr("Save scheme"), QString::fromStdString(scheme->id) + ".json", filter());
  if (!path.isEmpty()) save_to(path);
}

void SchemeList::save_to(const QString& path) {
  const Scheme* scheme = current();
  if (scheme == nullptr) return;
  try {
    save_scheme(*scheme, path.toStdString());
    workbench_.tell(tr("Saved as %1.").arg(path), false);
  } catch (const Error& error) {
    workbench_.tell(error.what());
  }
}

void SchemeList::ask_and_load() {
  const QString path = QFileDialog::getOpenFileName(this, tr("Load scheme"), {}, filter());
  if (!path.isEmpty()) load(path);
}

void SchemeList::load(const QString& path) {
  try {
    workbench_.add_scheme(load_scheme(path.toStdString()));
  } catch (const Error& error) {
    workbench_.tell(error.what());
  }
}

}  // namespace qs
