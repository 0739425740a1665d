// Plot 1 in the window: the selected layers under all shown schemes, their channels, and one channel's weights.
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <iterator>

#include "views/models/channel_model.h"
#include "views/panels/panels.h"
#include "views/plots/series_style.h"
#include "views/plots/snapshot_plots.h"

namespace qs {

namespace {

constexpr int kFirstSchemeColumn = 2;
constexpr int kLowest = 640;  // pixels: below, plots would not be legible
constexpr int kWidestColumn = 92;

class SqnrPanel : public Panel {
 public:
  SqnrPanel(Workbench& workbench, QWidget* parent)
      : Panel(workbench, parent),
        histogram_(new PlotView("sqnr-histogram", tr("SQNR of output channels"))),
        channel_view_(new PlotView("channel-weights", tr("Weights of a channel"))),
        model_(new ChannelModel(this)),
        sorted_(new QSortFilterProxyModel(this)),
        table_(new QTableView),
        listed_(new QLabel),
        all_(new QPushButton(tr("List &all"))) {
    arrange();
    connect(histogram_, &PlotView::clicked, this, &SqnrPanel::list_bar);
    connect(all_, &QPushButton::clicked, this, [this] { list(std::nullopt); });
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& now) { choose(now); });
    for (PlotView* view : {histogram_, channel_view_}) {
      connect(view, &PlotView::failed, this, [this](const QString& why) { this->workbench().tell(why); });
    }
  }

 protected:
  void show_snapshot(const Snapshot& snapshot) override {
    if (snapshot.model == nullptr || snapshot.selected_layers.empty()) {
      return show_nothing(tr("Open a model to see what a scheme does to its weights."));
    }
    const bool same_model = snapshot.model == model_shown_;
    model_shown_ = snapshot.model;
    // While a slider moves, the plot stays until the new numbers are there.
    if (weights_are_coming(snapshot) && same_model && !histogram_->is_empty() && layers_ == snapshot.selected_layers) {
      return;
    }
    if (same_model && !changed(snapshot)) return;
    const bool same_layers = same_model && layers_ == snapshot.selected_layers;
    layers_ = snapshot.selected_layers;
    plot_ = sqnr_histogram_of(snapshot);
    if (plot_.series.empty()) {
      return show_nothing(weights_are_coming(snapshot)
                              ? tr("Computing…")
                              : tr("No scheme that quantizes weights is shown. Add one, or tick one, in the list of "
                                   "schemes."));
    }
    const auto empty = [](const SqnrSeries& each) { return each.channels.empty(); };
    if (std::all_of(plot_.series.begin(), plot_.series.end(), empty)) {
      return show_nothing(tr("%1 has no weights. Choose a convolution or a fully connected layer.")
                              .arg(QString::fromStdString(layers_.front())));
    }
    histogram_->show_plot([plot = plot_](PlotView& view) { draw(plot, view); }, same_layers);
    list(same_layers && bar_ && bar_->series < plot_.series.size() ? bar_ : std::nullopt);
    show_channel(snapshot);
  }

 private:
  void arrange() {
    sorted_->setSourceModel(model_);
    sorted_->setSortRole(Qt::UserRole);
    table_->setModel(sorted_);
    table_->setSortingEnabled(true);
    table_->sortByColumn(kFirstSchemeColumn, Qt::AscendingOrder);  // the worst first
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setTabKeyNavigation(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(table_->fontMetrics().height() + 6);
    table_->horizontalHeader()->setMaximumSectionSize(kWidestColumn);
    table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table_->horizontalHeader()->setTextElideMode(Qt::ElideRight);
    table_->setAccessibleName(tr("Output channels"));
    table_->setToolTip(tr("Choose a channel to see its weights on the grid"));
    listed_->setTextFormat(Qt::PlainText);
    listed_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    all_->setToolTip(tr("List the channels of all bars again"));
    auto* head = new QHBoxLayout;
    head->addWidget(listed_, 1);
    head->addWidget(all_);
    auto* left = new QWidget;
    auto* rows = new QVBoxLayout(left);
    rows->setContentsMargins(8, 4, 0, 6);
    rows->setSpacing(4);
    rows->addLayout(head);
    rows->addWidget(table_, 1);
    auto* below = new QSplitter(Qt::Horizontal);
    below->addWidget(left);
    below->addWidget(channel_view_);
    below->setStretchFactor(0, 2);
    below->setStretchFactor(1, 3);
    below->setSizes({250, 350});
    auto* parts = new QSplitter(Qt::Vertical);
    parts->addWidget(histogram_);
    parts->addWidget(below);
    parts->setStretchFactor(0, 3);
    parts->setStretchFactor(1, 2);
    parts->setMinimumHeight(kLowest);
    auto* scroll = new QScrollArea;  // in a low dock
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(parts);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(scroll);
  }

  void show_nothing(const QString& why) {
    histogram_->show_nothing(why);
    channel_view_->show_nothing({});
    plot_ = {};
    drawn_.clear();
    list(std::nullopt);
  }

  /// What is drawn of a scheme.
  struct Drawn {
    std::string title;
    int color = 0;
    std::shared_ptr<const std::vector<WeightSqnr>> weights;
    friend bool operator==(const Drawn&, const Drawn&) = default;
  };

  /// Whether anything that is drawn is another than last time.
  bool changed(const Snapshot& snapshot) {
    std::vector<Drawn> now;
    for (const SchemeView& each : snapshot.schemes) {
      if (each.shown) now.push_back({each.scheme.title, each.color, each.weights});
    }
    if (now == drawn_ && layers_ == snapshot.selected_layers && shown_channel_ == snapshot.selected_channel)
      return false;
    drawn_ = std::move(now);
    return true;
  }

  void list_bar(double x, double) {
    const std::optional<SqnrBar> bar = bar_at(plot_, x);
    if (!bar) return;
    const std::vector<SqnrChannel> channels = channels_of(plot_, *bar);
    if (channels.empty()) return;
    list(bar);
    table_->setFocus();
    if (channels.size() == 1) table_->selectRow(0);
  }

  void list(const std::optional<SqnrBar>& bar) {
    bar_ = bar;
    filling_ = true;
    model_->show(plot_, bar);
    table_->setColumnHidden(0, layers_.size() < 2);
    table_->resizeColumnsToContents();
    filling_ = false;
    all_->setEnabled(bar.has_value());
    const int count = model_->rowCount();
    const QString words = counted(count, tr("channel"), tr("channels"));
    if (bar) {
      listed_->setText(tr("%1 at %2 to %3 dB: %4")
                           .arg(words)
                           .arg(bar->from_db)
                           .arg(bar->to_db)
                           .arg(plot_.series[bar->series].title));
    } else {
      listed_->setText(count == 0 ? QString() : words);
    }
    listed_->setToolTip(bar ? listed_->text().toHtmlEscaped() : tr("Click a bar above to list only its own."));
  }

  void choose(const QModelIndex& index) {
    if (filling_ || !index.isValid()) return;
    const ChannelModel::Row& row = model_->row(sorted_->mapToSource(index).row());
    const std::string layer = row.layer;  // selecting fills the model anew
    const int channel = row.channel;
    if (layer != layers_.front()) {
      std::vector<std::string> reordered{layer};
      std::copy_if(layers_.begin(), layers_.end(), std::back_inserter(reordered),
                   [&](const std::string& other) { return other != layer; });
      workbench().select_layers(reordered);
    }
    workbench().select_channel(channel);
  }

  void show_channel(const Snapshot& snapshot) {
    const std::optional<ChannelWeightsPlot> channel = channel_weights_of(snapshot);
    if (!channel) {
      shown_channel_ = snapshot.selected_channel;
      return channel_view_->show_nothing(tr("Choose a channel in the table to see its weights on the grid."));
    }
    const bool same = shown_channel_ == snapshot.selected_channel && shown_layer_ == layers_.front();
    shown_channel_ = snapshot.selected_channel;
    shown_layer_ = layers_.front();
    channel_view_->show_plot([plot = *channel](PlotView& view) { draw(plot, view); }, same);
    const int row = model_->find(layers_.front(), *snapshot.selected_channel);
    const QModelIndex index = row < 0 ? QModelIndex() : sorted_->mapFromSource(model_->index(row, 1));
    filling_ = true;
    if (index.isValid()) table_->setCurrentIndex(index);
    filling_ = false;
  }

  PlotView* histogram_;
  PlotView* channel_view_;
  ChannelModel* model_;
  QSortFilterProxyModel* sorted_;
  QTableView* table_;
  QLabel* listed_;
  QPushButton* all_;
  SqnrHistogramPlot plot_;
  std::shared_ptr<const OpenModel> model_shown_;
  std::vector<std::string> layers_;
  std::optional<SqnrBar> bar_;
  std::optional<int> shown_channel_;
  std::string shown_layer_;
  std::vector<Drawn> drawn_;
  bool filling_ = false;  // the table changes because the snapshot did, not by the user's hand
};

}  // namespace

const PanelKind sqnr_panel = {
    "sqnr", "SQNR", "How much signal over noise each channel's weights keep under the shown schemes.",
    PanelPlace::centre,
    [](Workbench& workbench, QWidget* parent) -> Panel* { return new SqnrPanel(workbench, parent); }};

}  // namespace qs
