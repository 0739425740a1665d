// Plot 1 in the window: the selected layers under all shown schemes.
#include <QVBoxLayout>

#include "views/panels/panels.h"
#include "views/plots/sqnr_histogram.h"

namespace qs {

namespace {

class SqnrPanel : public Panel {
 public:
  SqnrPanel(Workbench& workbench, QWidget* parent)
      : Panel(workbench, parent), view_(new PlotView("sqnr-histogram", tr("SQNR of output channels"), this)) {
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addWidget(view_);
  }

 protected:
  void show_snapshot(const Snapshot& snapshot) override {
    if (snapshot.model == nullptr) return view_->show_nothing(tr("Open a model to see what a scheme does to it."));
    SqnrHistogramPlot shown;
    for (const SchemeView& scheme : snapshot.schemes) {
      if (!scheme.shown || scheme.weights == nullptr) continue;
      SqnrSeries series{QString::fromStdString(scheme.scheme.title), scheme.color, {}, scheme.scheme.weights.bits};
      for (const WeightSqnr& layer : *scheme.weights) {
        if (layer.layer == snapshot.selected_layers.front()) series.channels = layer.channels;
      }
      shown.series.push_back(std::move(series));
    }
    if (shown.series.empty()) return view_->show_nothing(tr("No scheme is shown."));
    shown.subject = QString::fromStdString(snapshot.selected_layers.front());
    view_->show_plot([shown](PlotView& view) { draw(shown, view); }, true);
  }

 private:
  PlotView* view_;
};

}  // namespace

const PanelKind sqnr_panel = {
    "sqnr", "SQNR", "How much signal over noise each channel's weights keep under the shown schemes.",
    PanelPlace::centre,
    [](Workbench& workbench, QWidget* parent) -> Panel* { return new SqnrPanel(workbench, parent); }};

}  // namespace qs
