// Plot 5 in the window: where the range of a layer's weights or outputs ends under the current scheme, and where it
// might.
#include <QButtonGroup>
#include <QHeaderView>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include "views/models/range_choice_model.h"
#include "views/panels/panels.h"
#include "views/plots/range_handles.h"

namespace qs {

namespace {

constexpr int kLowest = 480;  // pixels: below, the plot would not be legible

class RangePanel : public Panel {
 public:
  RangePanel(Workbench& workbench, QWidget* parent)
      : Panel(workbench, parent),
        view_(new PlotView("range", tr("Range and clipping"))),
        handles_(new RangeHandles(*view_)),
        model_(new RangeChoiceModel(this)),
        table_(new QTableView),
        weights_(new QRadioButton(tr("&Weights"))),
        activations_(new QRadioButton(tr("Acti&vations"))),
        use_(new QPushButton(tr("&Use this estimator here"))),
        forget_(new QPushButton(tr("&As the other layers"))) {
    arrange();
    connect(weights_, &QRadioButton::toggled, this, [this] { show_snapshot(this->workbench().now()); });
    connect(handles_, &RangeHandles::moved, this, [this](const RangeSweepPlot& plot) { draw_now(plot); });
    connect(handles_, &RangeHandles::dropped, this, [this](const Range& range) {
      if (plot_) edit(range_by_hand(plot_->sweep, range), tr("Range of %1"));
    });
    connect(table_, &QTableView::activated, this, [this](const QModelIndex& index) { use(index); });
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { enable_buttons(); });
    connect(use_, &QPushButton::clicked, this, [this] { use(table_->currentIndex()); });
    connect(forget_, &QPushButton::clicked, this, [this] { edit(std::nullopt, tr("No range of its own for %1")); });
    connect(view_, &PlotView::failed, this, [this](const QString& why) { this->workbench().tell(why); });
  }

 protected:
  void show_snapshot(const Snapshot& snapshot) override {
    const QString why = why_nothing(snapshot);
    if (!why.isEmpty()) return show_nothing(why);
    const SchemeView& current = *snapshot.current();
    RangeSweepRequest request{
        snapshot.selected_layers.front(), what(), current.scheme, current.color, nullptr, nullptr};
    if (what() == RangeOf::weights) {
      request.network = current.network;
    } else {
      request.calibrated = current.calibrated;
    }
    const bool known = request.network != nullptr || request.calibrated != nullptr;
    const bool same_subject = asked_ && asked_->layer == request.layer && asked_->what == request.what &&
                              asked_->scheme.id == request.scheme.id;
    if (!same_subject) show_nothing(tr("Computing…"));
    if (!known || (asked_ && same(*asked_, request)) || handles_->dragging()) return;
    asked_ = request;
    ask(request);
  }

 private:
  void arrange() {
    auto* group = new QButtonGroup(this);
    group->addButton(weights_);
    group->addButton(activations_);
    weights_->setChecked(true);
    weights_->setToolTip(tr("The range of the selected layer's weights"));
    activations_->setToolTip(tr("The range of what the selected layer puts out; needs images"));
    table_->setModel(model_);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setTabKeyNavigation(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(table_->fontMetrics().height() + 6);
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table_->setAccessibleName(tr("What each range estimator chooses"));
    use_->setToolTip(tr("Gives this layer the chosen estimator, whatever the scheme's is (also: Enter in the table)"));
    forget_->setToolTip(tr("Takes away the range that this layer has of its own"));
    auto* head = new QHBoxLayout;
    head->setContentsMargins(8, 6, 8, 0);
    head->addWidget(weights_);
    head->addWidget(activations_);
    head->addStretch(1);
    head->addWidget(use_);
    head->addWidget(forget_);
    auto* parts = new QSplitter(Qt::Vertical);
    parts->addWidget(view_);
    parts->addWidget(table_);
    parts->setStretchFactor(0, 3);
    parts->setStretchFactor(1, 1);
    parts->setChildrenCollapsible(false);
    parts->setMinimumHeight(kLowest);
    view_->setMinimumHeight(kLowest * 2 / 3);
    auto* scroll = new QScrollArea;  // in a low dock
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(parts);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(4);
    rows->addLayout(head);
    rows->addWidget(scroll, 1);
    enable_buttons();
  }

  [[nodiscard]] RangeOf what() const { return weights_->isChecked() ? RangeOf::weights : RangeOf::activations; }

  /// Why there is nothing to compute; empty where there is.
  [[nodiscard]] QString why_nothing(const Snapshot& snapshot) const {
    if (snapshot.model == nullptr || snapshot.selected_layers.empty()) {
      return tr("Open a model to see what clipping its weights would cost.");
    }
    const SchemeView* current = snapshot.current();
    if (current == nullptr) return tr("Choose a scheme: its grid is what ranges are chosen for.");
    const bool weights = what() == RangeOf::weights;
    if (!current->problem.empty()) return QString::fromStdString(current->problem);
    if (weights ? !current->scheme.weights.quantized : !current->scheme.activations.quantized) {
      return (weights ? tr("“%1” leaves weights float. Choose another scheme.")
                      : tr("“%1” leaves activations float. Choose another scheme."))
          .arg(QString::fromStdString(current->scheme.title));
    }
    if (!weights && snapshot.images == nullptr) {
      return tr("Open images: what a layer puts out is known from images only.");
    }
    return {};
  }

  static bool same(const RangeSweepRequest& a, const RangeSweepRequest& b) {
    return a.layer == b.layer && a.what == b.what && a.scheme == b.scheme && a.color == b.color &&
           a.network == b.network && a.calibrated == b.calibrated;
  }

  void show_nothing(const QString& why) {
    view_->show_nothing(why);
    handles_->show(std::nullopt);
    model_->show({}, 0);
    plot_.reset();
    asked_.reset();
    enable_buttons();
  }

  /// First the curve, which is there at once; then what the estimators say, which may take a while.
  void ask(const RangeSweepRequest& request) {
    for (const bool choices : {false, true}) {
      workbench().compute<RangeSweepResult>(
          this, choices ? "range choices" : "range sweep",
          [request, choices](const Progress& progress) { return range_sweep_of(request, choices, progress); },
          [this, request, choices](const RangeSweepResult& result) {
            if (asked_ && same(*asked_, request)) show_result(result, choices);
          });
    }
  }

  void show_result(const RangeSweepResult& result, bool choices) {
    if (!result.problem.isEmpty()) {
      const std::optional<RangeSweepRequest> asked = asked_;
      show_nothing(result.problem);
      asked_ = asked;  // and not again
      return;
    }
    if (handles_->dragging()) return;
    RangeSweepPlot plot = result.plot;
    if (plot_) plot.active = plot_->active;
    if (!choices && plot_) plot.choices = plot_->choices;  // until the new ones are there
    draw_now(plot);
    if (choices) model_->show(plot.choices, plot.sweep.power);
    if (choices) table_->resizeColumnsToContents();
    enable_buttons();
  }

  void draw_now(const RangeSweepPlot& plot) {
    const bool same_subject = plot_ && plot_->layer == plot.layer && plot_->what == plot.what;
    plot_ = plot;
    handles_->show(plot);
    view_->show_plot([plot](PlotView& view) { draw(plot, view); }, same_subject);
  }

  void enable_buttons() {
    const QModelIndex index = table_->currentIndex();
    use_->setEnabled(plot_ && index.isValid() && model_->choice(index.row()).obstacle.empty());
    const SchemeView* current = workbench().now().current();
    forget_->setEnabled(plot_ && current != nullptr && has_layer_range(current->scheme, plot_->layer, what()));
  }

  void use(const QModelIndex& index) {
    if (!index.isValid() || !plot_) return;
    const RangeChoice choice = model_->choice(index.row());  // which the edit may replace
    if (choice.obstacle.empty()) edit(MethodChoice{choice.id, choice.settings}, tr("Range estimator of %1"));
  }

  void edit(const std::optional<MethodChoice>& range, const QString& what_for) {
    const SchemeView* current = workbench().now().current();
    if (current == nullptr || !plot_) return;
    const Scheme changed = with_layer_range(current->scheme, plot_->layer, what(), range);
    const std::string id = current->scheme.id;  // the view is gone after the edit
    workbench().edit_scheme(id, changed, what_for.arg(QString::fromStdString(plot_->layer)));
  }

  PlotView* view_;
  RangeHandles* handles_;
  RangeChoiceModel* model_;
  QTableView* table_;
  QRadioButton* weights_;
  QRadioButton* activations_;
  QPushButton* use_;
  QPushButton* forget_;
  std::optional<RangeSweepRequest> asked_;
  std::optional<RangeSweepPlot> plot_;
};

}  // namespace

const PanelKind range_panel = {
    "range", "Range",
    "Where to clip a layer's weights or outputs: clipping and rounding noise, and every estimator's choice.",
    PanelPlace::centre,
    [](Workbench& workbench, QWidget* parent) -> Panel* { return new RangePanel(workbench, parent); }};

}  // namespace qs
