// Queue and history of runs: what was compared, how far it is, and what came out.
#include <QAction>
#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QStackedLayout>
#include <QVBoxLayout>

#include "views/panels/experiment_controls.h"
#include "views/panels/experiment_tree.h"
#include "views/panels/panels.h"
#include "views/plots/series_style.h"

namespace qs {

namespace {

bool is_active(const RunView& run) {
  return run.state == RunState::running || run.state == RunState::waiting;
}

class ExperimentsPanel : public Panel {
 public:
  ExperimentsPanel(Workbench& workbench, QWidget* parent)
      : Panel(workbench, parent),
        model_(new ExperimentModel(this)),
        order_(new ExperimentOrder(*model_, this)),
        controls_(new ExperimentControls(workbench, this)),
        tree_(new ExperimentTree(*model_, *order_, this)) {
    make_buttons();
    make_question();
    lay_out();
    connect(tree_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] { send_selection(); });
    connect(tree_->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] { show_details(); });
  }

 protected:
  void show_snapshot(const Snapshot& snapshot) override {
    controls_->show_snapshot(snapshot);
    updating_ = true;
    model_->show(snapshot.runs, snapshot.schemes, theme_for(palette()));
    tree_->select(snapshot.selected_experiments);
    updating_ = false;
    stack_->setCurrentIndex(snapshot.runs.empty() ? 0 : 1);
    const QString why_not = why_not_run(snapshot);
    nothing_->setText(tr("No runs yet. A run measures how often float and the shown schemes are right on the open "
                         "images.\n%1")
                          .arg(why_not.isEmpty() ? tr("Press \"Run shown schemes\".") : why_not));
    enable_buttons();
    show_details();
  }

  void changeEvent(QEvent* event) override {
    Panel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && isVisible()) show_snapshot(workbench().now());
  }

 private:
  QPushButton* button(const QString& text, const QString& tip, const QKeySequence& key,
                      void (ExperimentsPanel::*act)()) {
    auto* made = new QPushButton(text, this);
    made->setToolTip(key.isEmpty() ? tip : tr("%1 (%2)").arg(tip, key.toString(QKeySequence::NativeText)));
    connect(made, &QPushButton::clicked, this, act);
    if (key.isEmpty()) return made;
    auto* action = new QAction(text, tree_);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, made, [made] { made->click(); });
    tree_->addAction(action);
    return made;
  }

  void make_buttons() {
    stop_ = button(tr("S&top"), tr("Stops the selected runs, or all that run or wait; what is finished is kept."), {},
                   &ExperimentsPanel::stop);
    remove_ = button(tr("R&emove…"), tr("Removes the selected runs."), QKeySequence::Delete, &ExperimentsPanel::ask);
    copy_ = button(tr("&Copy rows"), tr("Copies the selected rows for a spreadsheet; all, if none is selected."),
                   QKeySequence::Copy, &ExperimentsPanel::copy);
  }

  /// Asked in place of a dialog: nothing is modal.
  void make_question() {
    question_ = new QWidget(this);
    question_text_ = new QLabel(question_);
    auto* yes = new QPushButton(tr("Remove"), question_);
    keep_ = new QPushButton(tr("&Keep"), question_);
    keep_->setShortcut(Qt::Key_Escape);
    auto* row = new QHBoxLayout(question_);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(question_text_);
    row->addWidget(yes);
    row->addWidget(keep_);
    row->addStretch();
    question_->hide();
    connect(yes, &QPushButton::clicked, this, &ExperimentsPanel::remove);
    connect(keep_, &QPushButton::clicked, this, &ExperimentsPanel::keep);
  }

  void lay_out() {
    auto* head = new QHBoxLayout;
    head->addWidget(controls_, 1);
    for (QPushButton* each : {stop_, remove_, copy_}) head->addWidget(each);
    nothing_ = new QLabel(this);
    nothing_->setAlignment(Qt::AlignCenter);
    nothing_->setWordWrap(true);
    nothing_->setForegroundRole(QPalette::PlaceholderText);
    details_ = new QLabel(this);
    details_->setTextFormat(Qt::PlainText);
    details_->setWordWrap(true);
    details_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* table = new QWidget(this);
    auto* below = new QVBoxLayout(table);
    below->setContentsMargins(0, 0, 0, 0);
    below->addWidget(tree_, 1);
    below->addWidget(details_);
    stack_ = new QStackedLayout;
    stack_->addWidget(nothing_);
    stack_->addWidget(table);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(6, 6, 6, 6);
    rows->addLayout(head);
    rows->addWidget(question_);
    rows->addLayout(stack_, 1);
  }

  void send_selection() {
    enable_buttons();
    if (!updating_) workbench().select_experiments(tree_->selected_experiments());
  }

  /// What "Stop" is about.
  [[nodiscard]] std::vector<std::int64_t> runs_to_stop() const {
    const std::vector<std::int64_t> selected = tree_->selected_runs();
    std::vector<std::int64_t> all;
    std::vector<std::int64_t> chosen;
    for (const auto& run : workbench().now().runs) {
      if (!is_active(*run)) continue;
      all.push_back(run->id);
      if (std::find(selected.begin(), selected.end(), run->id) != selected.end()) chosen.push_back(run->id);
    }
    return chosen.empty() ? all : chosen;
  }

  void enable_buttons() {
    stop_->setEnabled(!runs_to_stop().empty());
    remove_->setEnabled(!tree_->selected_runs().empty());
    copy_->setEnabled(model_->rowCount() > 0);
    if (tree_->selected_runs() != asked_) question_->hide();  // it was about other rows
  }

  void show_details() {
    const std::optional<ExperimentRow> row = tree_->current_row();
    const QString text = row ? experiment_details(*row) : tr("Select rows to compare them in the plots.");
    if (text != details_->text()) details_->setText(text);
  }

  void stop() {
    for (std::int64_t run : runs_to_stop()) workbench().cancel_run(run);
  }

  void ask() {
    asked_ = tree_->selected_runs();
    if (asked_.empty()) return;
    question_text_->setText(tr("Remove %1 with all results? This cannot be undone.")
                                .arg(counted(std::ssize(asked_), tr("run"), tr("runs"))));
    question_->show();
    keep_->setFocus();
  }

  void keep() {
    question_->hide();
    tree_->setFocus();
  }

  void remove() {
    keep();
    workbench().remove_runs(asked_);
  }

  void copy() { tree_->copy_rows(); }

  ExperimentModel* model_;
  ExperimentOrder* order_;
  ExperimentControls* controls_;
  ExperimentTree* tree_;
  QPushButton* stop_;
  QPushButton* remove_;
  QPushButton* copy_;
  QPushButton* keep_;
  QWidget* question_;
  QLabel* question_text_;
  QLabel* nothing_;
  QLabel* details_;
  QStackedLayout* stack_;
  std::vector<std::int64_t> asked_;
  bool updating_ = false;
};

}  // namespace

const PanelKind experiments_panel = {
    "experiments", "Experiments", "Runs over the images: waiting, running and finished, with their accuracy.",
    PanelPlace::bottom,
    [](Workbench& workbench, QWidget* parent) -> Panel* { return new ExperimentsPanel(workbench, parent); }};

}  // namespace qs
