// Plot 4 in the window: errors of the layers under all shown schemes.
#include <QComboBox>
#include <QLabel>
#include <QVBoxLayout>
#include <cmath>

#include "views/panels/measure_button.h"
#include "views/panels/panels.h"
#include "views/plots/layer_error.h"

namespace qs {

namespace {

/// What the plots are made of.
struct Drawn {
  std::vector<std::shared_ptr<const std::vector<WeightSqnr>>> weights;
  std::vector<std::shared_ptr<const std::vector<LayerError>>> layers;
  std::vector<std::pair<std::string, int>> series;
  std::vector<std::string> selected;
  friend bool operator==(const Drawn&, const Drawn&) = default;
};

Drawn drawn_of(const Snapshot& snapshot) {
  Drawn drawn;
  drawn.selected = snapshot.selected_layers;
  for (const SchemeView& each : snapshot.schemes) {
    if (!each.shown || (each.layers == nullptr && each.weights == nullptr)) continue;
    drawn.weights.push_back(each.weights);
    drawn.layers.push_back(each.layers);
    drawn.series.emplace_back(each.scheme.title, each.color);
  }
  return drawn;
}

LayerErrorPlot plot_of(const Drawn& drawn) {
  LayerErrorPlot plot;
  plot.selected = drawn.selected;
  for (std::size_t i = 0; i < drawn.series.size(); ++i) {
    LayerErrorSeries series{QString::fromStdString(drawn.series[i].first), drawn.series[i].second, {}, {}};
    if (drawn.layers[i] != nullptr) series.layers = *drawn.layers[i];
    if (drawn.weights[i] != nullptr) series.weights = weight_noise(*drawn.weights[i]);
    if (!series.layers.empty() || !series.weights.empty()) plot.series.push_back(std::move(series));
  }
  return plot;
}

class ErrorPanel : public Panel {
 public:
  ErrorPanel(Workbench& workbench, QWidget* parent)
      : Panel(workbench, parent),
        what_(new QComboBox(this)),
        images_(new QComboBox(this)),
        button_(new MeasureButton(
            workbench, "layers:", [this] { this->workbench().measure_layers(images_->currentData().toLongLong()); },
            this)),
        lines_(new PlotView("layer-error", tr("Error along the network"), this)),
        parts_(new PlotView("layer-noise", tr("Noise of each result's quantizer"), this)) {
    for (const qlonglong count : {8, 32, 128}) images_->addItem(tr("%1 images").arg(count), count);
    images_->setAccessibleName(tr("Images to measure on"));
    what_->addItems({tr("SQNR"), tr("Clipping and rounding")});
    what_->setAccessibleName(tr("What is shown of the errors"));
    auto* controls = new QHBoxLayout;
    controls->setContentsMargins(8, 6, 8, 0);
    controls->addWidget(what_);
    auto* label = new QLabel(tr("Errors of &results on"), this);
    label->setBuddy(images_);
    controls->addWidget(label);
    controls->addWidget(images_);
    controls->addWidget(button_);
    controls->addStretch(1);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addLayout(controls);
    rows->addWidget(lines_, 1);
    rows->addWidget(parts_, 1);
    connect(what_, &QComboBox::activated, this, [this] { show_chosen(); });
    for (PlotView* view : {lines_, parts_}) {
      connect(view, &PlotView::clicked, this, [this](double x, double) { select(x); });
    }
  }

 protected:
  void show_snapshot(const Snapshot& snapshot) override {
    button_->show(snapshot, snapshot.images == nullptr ? tr("Open images to measure on") : QString());
    if (snapshot.model == nullptr) return show_nothing(tr("Open a model to see where quantization hurts it."));
    Drawn drawn = drawn_of(snapshot);
    if (drawn.series.empty()) return show_nothing(tr("No scheme is shown. Check one in the list of schemes."));
    if (drawn == drawn_) return;
    drawn_ = std::move(drawn);
    draw_all();
  }

 private:
  void show_nothing(const QString& why) {
    drawn_ = {};
    for (PlotView* view : {lines_, parts_}) view->show_nothing(why);
    show_chosen();
  }

  void show_chosen() {
    lines_->setVisible(what_->currentIndex() == 0);
    parts_->setVisible(what_->currentIndex() == 1);
  }

  void draw_all() {
    LayerErrorPlot plot = plot_of(drawn_);
    std::vector<std::string> names = layer_names(plot);
    if (plot.series.empty())
      return show_nothing(tr("The shown schemes quantize no weights; measure to see the others."));
    const bool same = names == names_;
    names_ = std::move(names);
    if (plot.is_measured()) {
      parts_->show_plot([parts = LayerNoisePlot{plot}](PlotView& view) { draw(parts, view); }, same);
    } else {
      parts_->show_nothing(tr("Press Measure: clipping and rounding are known from images only."));
    }
    show_chosen();
    lines_->show_plot([plot = std::move(plot)](PlotView& view) { draw(plot, view); }, same);
  }

  void select(double x) {
    const auto i = std::lround(x);
    if (i >= 0 && i < std::ssize(names_)) workbench().select_layers({names_[static_cast<std::size_t>(i)]});
  }

  QComboBox* what_;
  QComboBox* images_;
  MeasureButton* button_;
  PlotView* lines_;
  PlotView* parts_;
  Drawn drawn_;
  std::vector<std::string> names_;
};

}  // namespace

const PanelKind error_panel = {
    "error", "Error", "How the error grows from layer to layer, and whether it is clipping or rounding.",
    PanelPlace::centre,
    [](Workbench& workbench, QWidget* parent) -> Panel* { return new ErrorPanel(workbench, parent); }};

}  // namespace qs
