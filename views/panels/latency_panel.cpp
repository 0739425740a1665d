// Plot 7 in the window: times of the layers in float and under all shown schemes.
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>
#include <cmath>

#include "views/models/number_model.h"
#include "views/panels/measure_button.h"
#include "views/panels/panels.h"
#include "views/plots/latency.h"

namespace qs {

namespace {

struct Drawn {
  std::vector<std::shared_ptr<const BenchResult>> results;
  std::vector<std::pair<std::string, int>> series;
  std::vector<std::string> selected;
  friend bool operator==(const Drawn&, const Drawn&) = default;
};

Drawn drawn_of(const Snapshot& snapshot) {
  Drawn drawn;
  drawn.selected = snapshot.selected_layers;
  if (snapshot.float_latency != nullptr) {
    drawn.results.push_back(snapshot.float_latency);
    drawn.series.emplace_back("Float", -1);
  }
  for (const SchemeView& each : snapshot.schemes) {
    if (!each.shown || each.latency == nullptr) continue;
    drawn.results.push_back(each.latency);
    drawn.series.emplace_back(each.scheme.title, each.color);
  }
  return drawn;
}

LatencyPlot plot_of(const Drawn& drawn) {
  LatencyPlot plot;
  plot.selected = drawn.selected;
  for (std::size_t i = 0; i < drawn.results.size(); ++i) {
    const auto& [title, color] = drawn.series[i];
    plot.series.push_back({QString::fromStdString(title), std::max(0, color), color < 0, *drawn.results[i]});
  }
  return plot;
}

class LatencyPanel : public Panel {
 public:
  LatencyPanel(Workbench& workbench, QWidget* parent)
      : Panel(workbench, parent),
        batch_(new QComboBox(this)),
        button_(new MeasureButton(
            workbench, "latency", [this] { this->workbench().measure_latency(batch_->currentData().toLongLong()); },
            this)),
        totals_(new QLabel(this)),
        view_(new PlotView("latency", tr("Time per layer"), this)),
        numbers_(new NumberModel(this)),
        table_(new QTableView(this)) {
    for (const qlonglong count : {1, 2, 4, 8, 16, 32}) batch_->addItem(QString::number(count), count);
    batch_->setAccessibleName(tr("Images in a batch"));
    totals_->setTextFormat(Qt::PlainText);
    totals_->setWordWrap(true);
    totals_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    totals_->setContentsMargins(8, 4, 8, 0);
    make_table();
    lay_out();
    connect(view_, &PlotView::clicked, this, [this](double x, double) {
      const auto i = std::lround(x);
      if (i >= 0 && i < std::ssize(names_)) this->workbench().select_layers({names_[static_cast<std::size_t>(i)]});
    });
  }

 protected:
  void show_snapshot(const Snapshot& snapshot) override {
    button_->show(snapshot, snapshot.model == nullptr ? tr("Open a model first") : QString());
    Drawn drawn = drawn_of(snapshot);
    if (drawn.results.empty()) {
      drawn_ = {};
      show_table();
      return view_->show_nothing(snapshot.model == nullptr
                                     ? tr("Open a model to see where its time goes.")
                                     : tr("Press Measure: float and all shown schemes take turns, on oneDNN."));
    }
    if (drawn == drawn_) return;
    drawn_ = std::move(drawn);
    draw_all();
  }

  void resizeEvent(QResizeEvent* event) override {
    Panel::resizeEvent(event);
    show_table();
  }

 private:
  /// Totals and table stand around the bars where there is room; the mouse tells the same.
  void show_table() {
    constexpr int kRoomForTable = 420;
    const bool has_room = !drawn_.results.empty() && height() >= kRoomForTable;
    table_->setVisible(has_room);
    totals_->setVisible(has_room);
  }

  void make_table() {
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(numbers_);
    sorted->setSortRole(NumberModel::kSortRole);
    table_->setModel(sorted);
    table_->setSortingEnabled(true);
    table_->sortByColumn(-1, Qt::AscendingOrder);  // as they are executed
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setAlternatingRowColors(true);
    table_->setWordWrap(false);
    table_->setTabKeyNavigation(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->setAccessibleName(tr("Times of the layers"));
    connect(table_, &QTableView::activated, this, [this, sorted](const QModelIndex& index) {
      const QModelIndex source = sorted->mapToSource(index);
      workbench().select_layers({numbers_->table().rows[static_cast<std::size_t>(source.row())].front()});
    });
  }

  void lay_out() {
    auto* controls = new QHBoxLayout;
    controls->setContentsMargins(8, 6, 8, 0);
    auto* label = new QLabel(tr("&Batch of"), this);
    label->setBuddy(batch_);
    controls->addWidget(label);
    controls->addWidget(batch_);
    controls->addWidget(button_);
    controls->addStretch(1);
    auto* both = new QSplitter(Qt::Vertical, this);
    both->addWidget(view_);
    both->addWidget(table_);
    both->setStretchFactor(0, 1);
    both->setStretchFactor(1, 0);
    both->setSizes({420, 120});
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addLayout(controls);
    rows->addWidget(totals_);
    rows->addWidget(both, 1);
  }

  void draw_all() {
    LatencyPlot plot = plot_of(drawn_);
    std::vector<std::string> names = layer_names(plot);
    const bool same = names == names_;
    names_ = std::move(names);
    totals_->setText(totals_text(plot));
    numbers_->show(latency_table(plot), {tr("Layer"), tr("Scheme"), tr("Time (ms)"), tr("Primitive (ms)"),
                                         tr("Times as fast"), tr("Kernel"), tr("Why float")});
    if (!same) table_->resizeColumnsToContents();
    show_table();
    view_->show_plot([plot = std::move(plot)](PlotView& view) { draw(plot, view); }, same);
  }

  QComboBox* batch_;
  MeasureButton* button_;
  QLabel* totals_;
  PlotView* view_;
  NumberModel* numbers_;
  QTableView* table_;
  Drawn drawn_;
  std::vector<std::string> names_;
};

}  // namespace

const PanelKind latency_panel = {
    "latency", "Latency", "What each layer takes in float and in int8, and with which kernel.", PanelPlace::centre,
    [](Workbench& workbench, QWidget* parent) -> Panel* { return new LatencyPanel(workbench, parent); }};

}  // namespace qs
