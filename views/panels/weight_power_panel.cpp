// Plot 2 in the window: the power of a layer's weights, and its channels' ranges, before and after folding.
#include <QResizeEvent>
#include <QSplitter>
#include <QVBoxLayout>
#include <cmath>

#include "views/panels/panels.h"
#include "views/plots/snapshot_plots.h"

namespace qs {

namespace {

constexpr int kBothBeside = 700;  // pixels

class WeightPowerPanel : public Panel {
 public:
  WeightPowerPanel(Workbench& workbench, QWidget* parent)
      : Panel(workbench, parent),
        power_(new PlotView("weight-power", tr("Power of weights"))),
        ranges_(new PlotView("channel-ranges", tr("Ranges of output channels"))),
        parts_(new QSplitter(Qt::Horizontal)) {
    for (PlotView* view : {power_, ranges_}) {
      parts_->addWidget(view);
      connect(view, &PlotView::failed, this, [this](const QString& why) { this->workbench().tell(why); });
    }
    parts_->setChildrenCollapsible(false);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addWidget(parts_);
    connect(ranges_, &PlotView::clicked, this, [this](double x, double) {
      const auto channel = static_cast<int>(std::lround(x));
      if (channel >= 0 && channel < channels_) this->workbench().select_channel(channel);
    });
  }

 protected:
  void resizeEvent(QResizeEvent* event) override {
    Panel::resizeEvent(event);
    const bool beside = width() > height() && width() >= kBothBeside;
    parts_->setOrientation(beside ? Qt::Horizontal : Qt::Vertical);
  }

  void show_snapshot(const Snapshot& snapshot) override {
    const SchemeView* current = snapshot.current();
    if (snapshot.model == nullptr || snapshot.selected_layers.empty()) {
      return show_nothing(tr("Open a model to see how the power of its weights is spread."));
    }
    if (current == nullptr) return show_nothing(tr("Choose a scheme: its passes decide what the weights are."));
    const std::string& layer = snapshot.selected_layers.front();
    if (current->network != nullptr && !layer_weights(current->network->graph, layer)) {
      return show_nothing(
          tr("%1 has no weights. Choose a convolution or a fully connected layer.").arg(QString::fromStdString(layer)));
    }
    const bool same_subject = model_ == snapshot.model && layer_ == layer;
    if (!same_subject) power_->show_nothing(tr("Computing…"));
    if (!same_subject || network_ != current->network) {
      before_.clear();
      if (current->network != nullptr) ask_before(current->network, layer);
    }
    show_power(snapshot, same_subject);
    show_ranges(snapshot, same_subject);
    model_ = snapshot.model;
    layer_ = layer;
    network_ = current->network;
  }

 private:
  using Power = std::shared_ptr<const std::vector<LayerPower>>;

  void show_nothing(const QString& why) {
    power_->show_nothing(why);
    ranges_->show_nothing({});
    model_ = nullptr;
  }

  void ask_before(const std::shared_ptr<const PreparedNetwork>& network, const std::string& layer) {
    workbench().compute<std::vector<Range>>(
        this, "ranges before folding",
        [network, layer](const Progress&) { return ranges_before_folding(network->graph, layer); },
        [this](const std::vector<Range>& before) {
          before_ = before;
          drawn_weights_ = nullptr;
          show_ranges(workbench().now(), true);
        });
  }

  void show_power(const Snapshot& snapshot, bool same_subject) {
    std::vector<Power> shown{snapshot.current()->power};
    for (const SchemeView& each : snapshot.schemes) {
      if (each.shown) shown.push_back(each.power);
    }
    const int color = snapshot.current()->color;
    if (same_subject && shown == drawn_power_ && color == color_ && !power_->is_empty()) return;
    const std::optional<WeightPowerPlot> plot = weight_power_of(snapshot);
    if (!plot) return;  // what is drawn stays until the new numbers are there
    drawn_power_ = std::move(shown);
    color_ = color;
    power_->show_plot([plot = *plot](PlotView& view) { draw(plot, view); }, same_subject);
  }

  void show_ranges(const Snapshot& snapshot, bool same_subject) {
    const SchemeView* current = snapshot.current();
    if (current == nullptr) return;
    if (same_subject && current->weights == drawn_weights_ && snapshot.selected_channel == channel_ &&
        !ranges_->is_empty()) {
      return;
    }
    const std::optional<ChannelRangesPlot> plot = channel_ranges_of(snapshot, before_);
    if (!plot) return;
    drawn_weights_ = current->weights;
    channel_ = snapshot.selected_channel;
    channels_ = static_cast<int>(plot->after.size());
    ranges_->show_plot([plot = *plot](PlotView& view) { draw(plot, view); }, same_subject);
  }

  PlotView* power_;
  PlotView* ranges_;
  QSplitter* parts_;
  std::shared_ptr<const OpenModel> model_;
  std::string layer_;
  std::shared_ptr<const PreparedNetwork> network_;
  std::vector<Range> before_;
  std::vector<Power> drawn_power_;
  int color_ = 0;
  std::shared_ptr<const std::vector<WeightSqnr>> drawn_weights_;
  std::optional<int> channel_;
  int channels_ = 0;
};

}  // namespace

const PanelKind weight_power_panel = {
    "weight_power", "Power",
    "How unevenly the power of a layer's weights is spread, before and after BatchNorm went into them.",
    PanelPlace::centre,
    [](Workbench& workbench, QWidget* parent) -> Panel* { return new WeightPowerPanel(workbench, parent); }};

}  // namespace qs
