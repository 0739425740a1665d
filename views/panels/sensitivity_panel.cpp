// Plot 8 in the window: what each layer does to the outputs under the current scheme.
#include <QAction>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>
#include <cmath>

#include "views/models/layer_in_float.h"
#include "views/models/number_model.h"
#include "views/panels/measure_button.h"
#include "views/panels/panels.h"
#include "views/plots/sensitivity.h"

namespace qs {

namespace {

struct Drawn {
  std::shared_ptr<const Sensitivity> result;
  std::string title;
  int color = 0;
  std::vector<std::string> selected;
  friend bool operator==(const Drawn&, const Drawn&) = default;
};

class SensitivityPanel : public Panel {
 public:
  SensitivityPanel(Workbench& workbench, QWidget* parent)
      : Panel(workbench, parent),
        images_(new QComboBox(this)),
        button_(new MeasureButton(
            workbench, "sensitivity",
            [this] { this->workbench().measure_sensitivity(images_->currentData().toLongLong()); }, this)),
        question_(new QComboBox(this)),
        measure_(new QComboBox(this)),
        keep_(new QPushButton(tr("&Keep in float"), this)),
        view_(new PlotView("sensitivity", tr("Sensitivity"), this)),
        numbers_(new NumberModel(this)),
        table_(new QTableView(this)) {
    fill_boxes();
    make_table();
    lay_out();
    connect(view_, &PlotView::clicked, this, [this](double, double y) { select(std::lround(y)); });
    connect(keep_, &QPushButton::clicked, this, [this] { keep_in_float(); });
  }

 protected:
  void show_snapshot(const Snapshot& snapshot) override {
    const SchemeView* current = snapshot.current();
    const QString why_not = snapshot.images == nullptr ? tr("Open images to measure on")
                            : current == nullptr       ? tr("Choose a scheme first")
                                                       : QString();
    button_->show(snapshot, why_not);
    if (current == nullptr || current->sensitivity == nullptr) {
      drawn_ = {};
      show_table();
      keep_->setEnabled(false);
      view_->set_title(tr("Sensitivity"));
      return view_->show_nothing(empty_text(snapshot));
    }
    Drawn drawn{current->sensitivity, current->scheme.title, current->color, snapshot.selected_layers};
    if (drawn == drawn_) return;
    drawn_ = std::move(drawn);
    draw_all();
  }

  void resizeEvent(QResizeEvent* event) override {
    Panel::resizeEvent(event);
    show_table();
  }

 private:
  /// Where there is room for it beside the bars, which select as well.
  void show_table() {
    constexpr int kRoomForTable = 700;
    table_->setVisible(drawn_.result != nullptr && width() >= kRoomForTable);
  }

  static QString empty_text(const Snapshot& snapshot) {
    if (snapshot.model == nullptr) return tr("Open a model and images to see which layers quantization hurts most.");
    if (snapshot.images == nullptr) return tr("Open images to see which layers quantization hurts most.");
    return tr("Press Measure: every layer is quantized alone, and left in float alone, under the current scheme.");
  }

  void fill_boxes() {
    for (const qlonglong count : {8, 32, 128}) images_->addItem(tr("%1 images").arg(count), count);
    question_->addItem(tr("Quantized alone"), static_cast<int>(SensitivityQuestion::quantized_alone));
    question_->addItem(tr("Left in float alone"), static_cast<int>(SensitivityQuestion::float_alone));
    measure_->addItem(tr("SQNR of outputs"), static_cast<int>(SensitivityMeasure::sqnr));
    measure_->addItem(tr("Agreement with float"), static_cast<int>(SensitivityMeasure::agreement));
    images_->setAccessibleName(tr("Images to measure on"));
    question_->setAccessibleName(tr("What is done to each layer"));
    measure_->setAccessibleName(tr("What is measured"));
    for (QComboBox* box : {question_, measure_}) {
      box->setMinimumContentsLength(8);  // rather cut than scrolled
      connect(box, &QComboBox::activated, this, [this] {
        if (drawn_.result != nullptr) draw_all();
      });
    }
  }

  void make_table() {
    table_->setModel(numbers_);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setAlternatingRowColors(true);
    table_->setWordWrap(false);
    table_->setTabKeyNavigation(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    table_->setAccessibleName(tr("Layers by their effect"));
    table_->setToolTip(
        tr("SQNR of the outputs and agreement with float: this layer alone quantized, and all but this "
           "layer quantized"));
    auto* action = new QAction(keep_->text(), table_);
    connect(action, &QAction::triggered, this, [this] { keep_in_float(); });
    table_->addAction(action);
    table_->setContextMenuPolicy(Qt::ActionsContextMenu);
    keep_->setToolTip(
        tr("Adds an exception for the selected layer to the current scheme; measure again to see what it "
           "brings"));
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
      if (!showing_ && index.isValid()) select(index.row());
    });
  }

  void lay_out() {
    auto* controls = new QHBoxLayout;
    controls->setContentsMargins(8, 6, 8, 0);
    for (QWidget* each : std::initializer_list<QWidget*>{question_, measure_, images_, button_}) {
      controls->addWidget(each);
    }
    controls->addStretch(1);
    controls->addWidget(keep_);
    auto* both = new QSplitter(Qt::Horizontal, this);
    both->addWidget(view_);
    both->addWidget(table_);
    both->setSizes({460, 440});
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addLayout(controls);
    rows->addWidget(both, 1);
  }

  void draw_all() {
    SensitivityPlot plot{.scheme = QString::fromStdString(drawn_.title),
                         .color = drawn_.color,
                         .result = *drawn_.result,
                         .question = static_cast<SensitivityQuestion>(question_->currentData().toInt()),
                         .measure = static_cast<SensitivityMeasure>(measure_->currentData().toInt()),
                         .selected = drawn_.selected};
    names_.clear();
    for (const LayerEffect& effect : effects(plot.result, plot.question, plot.measure)) names_.push_back(effect.layer);
    view_->show_plot([plot = std::move(plot)](PlotView& view) { draw(plot, view); }, true);
    showing_ = true;
    numbers_->show(view_->numbers(),
                   {tr("Layer"), tr("Alone (dB)"), tr("Alone (%)"), tr("In float (dB)"), tr("In float (%)")});
    const int row = selected_row();
    row < 0 ? table_->clearSelection() : table_->selectRow(row);
    showing_ = false;
    table_->resizeColumnsToContents();
    show_table();
    keep_->setEnabled(row >= 0);
  }

  [[nodiscard]] int selected_row() const {
    if (drawn_.selected.empty()) return -1;
    const auto found = std::find(names_.begin(), names_.end(), drawn_.selected.front());
    return found != names_.end() ? static_cast<int>(found - names_.begin()) : -1;
  }

  void select(long row) {
    if (row >= 0 && row < std::ssize(names_)) workbench().select_layers({names_[static_cast<std::size_t>(row)]});
  }

  void keep_in_float() {
    const SchemeView* current = workbench().now().current();
    const QModelIndexList rows = table_->selectionModel()->selectedRows();
    if (current == nullptr || rows.isEmpty()) return;
    const int row = rows.front().row();
    const std::string& layer = names_[static_cast<std::size_t>(row)];
    workbench().edit_scheme(current->scheme.id, with_layer_in_float(current->scheme, layer),
                            tr("keep %1 in float").arg(QString::fromStdString(layer)));
  }

  QComboBox* images_;
  MeasureButton* button_;
  QComboBox* question_;
  QComboBox* measure_;
  QPushButton* keep_;
  PlotView* view_;
  NumberModel* numbers_;
  QTableView* table_;
  Drawn drawn_;
  std::vector<std::string> names_;
  bool showing_ = false;  ///< the selection follows the snapshot, not the user
};

}  // namespace

const PanelKind sensitivity_panel = {
    "sensitivity", "Sensitivity", "Which layers hurt: each quantized alone, or left in float alone.",
    PanelPlace::centre,
    [](Workbench& workbench, QWidget* parent) -> Panel* { return new SensitivityPanel(workbench, parent); }};

}  // namespace qs
