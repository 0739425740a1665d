// A training in the window: started, watched, stopped, resumed, and compared with the network as it was.
#include <QComboBox>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>

#include "views/models/experiment_columns.h"
#include "views/panels/panels.h"
#include "views/panels/training_setup.h"
#include "views/plots/training_curves.h"

namespace qs {

namespace {

/// A training that stopped before its end and can go on.
struct Resumable {
  std::string out;
  std::shared_ptr<const Recipe> recipe;  ///< null: there is none
  int epochs_done = 0;
};

/// Damaged checkpoints, and those of trainings that are over, are none.
Resumable resumable_at(const std::string& out) {
  Resumable found{out, nullptr, 0};
  const std::string path = checkpoint_beside(out);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return found;
  try {
    const Checkpoint checkpoint = load_checkpoint(path);
    if (checkpoint.epoch >= checkpoint.recipe.epochs) return found;
    found.recipe = std::make_shared<const Recipe>(checkpoint.recipe);
    found.epochs_done = checkpoint.epoch;
  } catch (const Error&) {
  }
  return found;
}

class TrainingPanel : public Panel {
 public:
  TrainingPanel(Workbench& workbench, QWidget* parent)
      : Panel(workbench, parent),
        start_(new QPushButton(tr("&Start training"), this)),
        anew_(new QPushButton(tr("Start &anew"), this)),
        open_(new QPushButton(tr("&Open the trained model"), this)),
        compare_(new QPushButton(tr("Compare acc&uracy"), this)),
        page_(new QComboBox(this)),
        measure_(new QComboBox(this)),
        bar_(new QProgressBar(this)),
        status_(new QLabel(this)),
        setup_(new TrainingSetup(workbench, this)),
        view_(new PlotView("training", tr("Training"), this)),
        curves_(new QWidget(this)) {
    for (const auto each : {TrainingMeasure::accuracy, TrainingMeasure::loss, TrainingMeasure::learning_rate}) {
      measure_->addItem(title_of(each), static_cast<int>(each));
    }
    measure_->setAccessibleName(tr("Which curves are shown"));
    page_->addItems({tr("Settings"), tr("Curves")});
    page_->setAccessibleName(tr("Settings or curves"));
    anew_->setToolTip(tr("Begins with the settings below; what was trained so far is replaced."));
    open_->setToolTip(tr("Opens it as the model, and adds the scheme it was trained for."));
    compare_->setToolTip(tr("Float, the scheme without training and with it, on the open images."));
    bar_->setTextVisible(false);
    bar_->setRange(0, 1000);
    bar_->setMaximumHeight(8);
    status_->setWordWrap(true);
    status_->setTextFormat(Qt::PlainText);
    status_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    lay_out();
    connect(start_, &QPushButton::clicked, this, &TrainingPanel::press);
    connect(anew_, &QPushButton::clicked, this, [this] { this->workbench().train(setup_->request(), false); });
    connect(open_, &QPushButton::clicked, this, [this] { this->workbench().open_trained(); });
    connect(compare_, &QPushButton::clicked, this, &TrainingPanel::compare);
    connect(page_, &QComboBox::activated, this, [this] { show_one_or_both(); });
    connect(measure_, &QComboBox::activated, this, [this] { draw_curves(true); });
    connect(setup_, &TrainingSetup::changed, this, [this] { show_snapshot(this->workbench().now()); });
    setFocusProxy(start_);
  }

 protected:
  void resizeEvent(QResizeEvent* event) override {
    Panel::resizeEvent(event);
    show_one_or_both();
  }

  void show_snapshot(const Snapshot& snapshot) override {
    const bool was_busy = is_busy();
    training_ = snapshot.training;
    if (!is_busy() || looked_at_.empty()) setup_->show_snapshot(snapshot);
    setup_->setEnabled(!is_busy());
    if (is_busy() && !was_busy) show_curves();
    look_for_checkpoint(was_busy);
    show_state();
    draw_curves(false);
  }

 private:
  [[nodiscard]] bool is_busy() const { return training_ != nullptr && training_->is_busy(); }
  [[nodiscard]] bool can_resume() const {
    return !is_busy() && resumable_.recipe != nullptr && resumable_.out == setup_->request().out;
  }
  [[nodiscard]] bool is_about_setup() const {
    return training_ != nullptr && training_->request.out == setup_->request().out;
  }

  void lay_out() {
    auto* buttons = new QHBoxLayout;
    for (QWidget* each : {start_, anew_, open_, compare_}) buttons->addWidget(each);
    buttons->addStretch(1);
    buttons->addWidget(page_);
    auto* head = new QVBoxLayout;
    head->setContentsMargins(8, 6, 8, 0);
    head->setSpacing(4);
    head->addLayout(buttons);
    head->addWidget(bar_);
    head->addWidget(status_);
    auto* choice = new QHBoxLayout;
    choice->setContentsMargins(8, 4, 8, 0);
    auto* label = new QLabel(tr("&Curves of"), curves_);
    label->setBuddy(measure_);
    choice->addWidget(label);
    choice->addWidget(measure_);
    choice->addStretch(1);
    auto* plot = new QVBoxLayout(curves_);
    plot->setContentsMargins(0, 0, 0, 0);
    plot->addLayout(choice);
    plot->addWidget(view_, 1);
    auto* both = new QSplitter(Qt::Horizontal, this);
    both->addWidget(setup_);
    both->addWidget(curves_);
    both->setChildrenCollapsible(false);
    both->setStretchFactor(1, 1);
    both->setSizes({400, 480});
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addLayout(head);
    rows->addWidget(both, 1);
  }

  /// Settings and curves side by side where there is room for both.
  void show_one_or_both() {
    constexpr int kRoomForBoth = 820;
    const bool both = width() >= kRoomForBoth;
    page_->setVisible(!both);
    setup_->setVisible(both || page_->currentIndex() == 0);
    curves_->setVisible(both || page_->currentIndex() == 1);
  }

  void show_curves() {
    page_->setCurrentIndex(1);
    show_one_or_both();
  }

  void press() {
    if (is_busy()) return workbench().stop_training();
    if (!can_resume()) return workbench().train(setup_->request(), false);
    TrainingRequest request = is_about_setup() ? training_->request : setup_->request();
    request.recipe = *resumable_.recipe;  // what it was begun with
    workbench().train(request, true);
  }

  void compare() {
    const std::int64_t run = training_->run;
    workbench().select_experiments({{run, 0}, {run, 1}, {run, 2}});
    emit workbench().panel_wanted("accuracy");
  }

  void look_for_checkpoint(bool was_busy) {
    if (is_busy() && !looked_at_.empty()) return;
    const std::string out = setup_->request().out;
    if (out == looked_at_ && !was_busy) return;
    looked_at_ = out;
    resumable_ = {};
    workbench().compute<Resumable>(
        this, "training checkpoint", [out](const Progress&) { return resumable_at(out); },
        [this](const Resumable& found) {
          resumable_ = found;
          show_state();
        });
  }

  void show_state() {
    const bool stopping = training_ != nullptr && training_->state == TrainingState::stopping;
    const bool resumes = can_resume();
    const QString why_not = is_busy() ? QString() : setup_->why_not();
    start_->setText(stopping    ? tr("Stopping…")
                    : is_busy() ? tr("&Stop")
                    : resumes   ? tr("Re&sume")
                                : tr("&Start training"));
    start_->setEnabled(!stopping && why_not.isEmpty());
    start_->setToolTip(is_busy() ? tr("What has been trained so far is kept, to go on later.") : why_not);
    anew_->setVisible(resumes);
    anew_->setEnabled(why_not.isEmpty());
    const bool done = training_ != nullptr && training_->state == TrainingState::done;
    open_->setVisible(done);
    compare_->setVisible(done && training_->run != 0);
    bar_->setVisible(is_busy());
    if (is_busy()) {
      const bool known = training_->state == TrainingState::running || training_->state == TrainingState::stopping;
      bar_->setRange(0, known ? 1000 : 0);
      if (known) bar_->setValue(static_cast<int>(1000 * training_->fraction));
    }
    status_->setText(status_text(why_not, resumes));
  }

  [[nodiscard]] QString status_text(const QString& why_not, bool resumes) const {
    if (is_busy()) return busy_text();
    if (!why_not.isEmpty()) return why_not;
    if (training_ != nullptr && training_->state == TrainingState::failed && is_about_setup()) {
      return QString::fromUtf8("⚠ ") + QString::fromStdString(training_->message);
    }
    if (resumes) {
      return tr("Stopped after %1 of %2 epochs. Resume goes on from there, with the settings it was begun with.")
          .arg(resumable_.epochs_done)
          .arg(resumable_.recipe->epochs);
    }
    if (training_ != nullptr && training_->state == TrainingState::done) {
      return tr("Done: the trained model is %1.").arg(QString::fromStdString(training_->request.out));
    }
    return setup_->request().model.empty() ? tr("Builds a network and trains it from random weights.")
                                           : tr("Fine-tunes the open model while it is quantized as in the end, so "
                                                "that it learns to live with it.");
  }

  [[nodiscard]] QString busy_text() const {
    if (training_->state == TrainingState::waiting) return tr("Waiting until what runs now is over.");
    QString text = QString::fromStdString(training_->stage);
    if (training_->state == TrainingState::preparing && text.isEmpty()) text = tr("Reading images");
    const QString left = duration_text(training_->seconds_left);
    return left.isEmpty() ? text : tr("%1; %2 left").arg(text, left);
  }

  void draw_curves(bool again) {
    if (training_ == nullptr) {
      return view_->show_nothing(
          tr("Start a training: loss and accuracy appear here, epoch by epoch, beside the accuracy of the model in "
             "float and quantized without training."));
    }
    const auto measure = static_cast<TrainingMeasure>(measure_->currentData().toInt());
    const bool same = drawn_ != nullptr && drawn_->request.out == training_->request.out && drawn_measure_ == measure;
    if (!again && same && !view_->is_empty() && !is_news(*training_, *drawn_)) return;
    drawn_ = training_;
    drawn_measure_ = measure;
    const TrainingCurves curves{training_, measure};
    if (!has_points(curves)) return view_->show_nothing(tr("The first point comes with the end of the first epoch."));
    view_->show_plot([curves](PlotView& view) { draw(curves, view); }, same);
  }

  /// Progress alone draws nothing.
  static bool is_news(const TrainingView& now, const TrainingView& before) {
    const auto last = [](const TrainingView& view) { return view.losses.empty() ? 0.0 : view.losses.back().epoch; };
    return now.curves != before.curves || last(now) != last(before) || now.losses.size() != before.losses.size() ||
           now.float_accuracy != before.float_accuracy || now.twin_accuracy != before.twin_accuracy;
  }

  QPushButton* start_;
  QPushButton* anew_;
  QPushButton* open_;
  QPushButton* compare_;
  QComboBox* page_;
  QComboBox* measure_;
  QProgressBar* bar_;
  QLabel* status_;
  TrainingSetup* setup_;
  PlotView* view_;
  QWidget* curves_;
  std::shared_ptr<const TrainingView> training_;
  std::shared_ptr<const TrainingView> drawn_;
  TrainingMeasure drawn_measure_ = TrainingMeasure::accuracy;
  Resumable resumable_;
  std::string looked_at_;  ///< for a checkpoint
};

}  // namespace

const PanelKind training_panel = {
    "training", "Training", "Trains the model for a scheme, and shows how it goes.", PanelPlace::centre,
    [](Workbench& workbench, QWidget* parent) -> Panel* { return new TrainingPanel(workbench, parent); }};

}  // namespace qs
