// The network drawn: what feeds what, colored like the table of layers.
#include <QFileDialog>
#include <QLabel>
#include <QStackedLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/base/error.h"
#include "views/models/layer_rows.h"
#include "views/models/plain_text.h"
#include "views/panels/graph_view.h"
#include "views/panels/layer_color_chooser.h"
#include "views/panels/panels.h"

namespace qs {

namespace {

constexpr double kZoomStep = 1.25;
constexpr int kChooserWidth = 460;

class GraphPanel : public Panel {
 public:
  GraphPanel(Workbench& workbench, QWidget* parent)
      : Panel(workbench, parent),
        view_(new GraphView(this)),
        colors_(new LayerColorChooser(this)),
        title_(new QLabel(this)),
        message_(new QLabel(this)) {
    title_->setTextFormat(Qt::PlainText);
    title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    QFont bold = title_->font();
    bold.setBold(true);
    title_->setFont(bold);
    message_->setTextFormat(Qt::PlainText);
    message_->setWordWrap(true);
    message_->setAlignment(Qt::AlignCenter);
    message_->setMargin(24);
    lay_out_widgets();
    connect(view_, &GraphView::selected, this,
            [this](const std::vector<std::string>& names) { this->workbench().select_layers(names); });
    connect(colors_, &LayerColorChooser::chosen, this,
            [this](const std::string& column) { this->workbench().set_color_by(column); });
  }

 protected:
  void show_snapshot(const Snapshot& snapshot) override {
    LayerSources sources = layer_sources(snapshot, sources_);
    const bool is_changed = sources != sources_;
    const bool is_other_graph = sources.graph() != sources_.graph() || sources.residual() != sources_.residual();
    sources_ = std::move(sources);
    if (sources_.model == nullptr) {
      graph_ = {};
      return show_message(tr("Open a model to see its graph."));
    }
    if (is_changed) rows_ = layer_rows(sources_);
    if (is_changed || snapshot.color_by != color_by_) show_layers(snapshot.color_by);
    if (is_other_graph) show_graph(layer_graph(*sources_.graph(), sources_.residual()));
    view_->select_layers(snapshot.selected_layers);
  }

  void changeEvent(QEvent* event) override {
    Panel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) show_layers(color_by_);
  }

 private:
  QToolButton* button(const QString& text, const QString& tip, const std::function<void()>& act) {
    auto* made = new QToolButton(this);
    made->setText(text);
    made->setToolTip(tip);
    made->setAccessibleName(tip);
    made->setAutoRaise(true);
    made->setFocusPolicy(Qt::StrongFocus);
    connect(made, &QToolButton::clicked, this, act);
    return made;
  }

  void lay_out_widgets() {
    tools_ = new QWidget(this);
    auto* row = new QHBoxLayout(tools_);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    row->addWidget(title_, 1);
    row->addWidget(button(QStringLiteral("−"), tr("Smaller (−)"), [this] { view_->zoom(1 / kZoomStep); }));
    row->addWidget(button(QStringLiteral("+"), tr("Larger (+)"), [this] { view_->zoom(kZoomStep); }));
    row->addWidget(button(tr("Fit"), tr("Show the whole network (0)"), [this] { view_->fit(); }));
    row->addWidget(button(tr("Export…"), tr("Save as SVG, PDF or PNG"), [this] { export_as(); }));
    auto* reading = new QLabel(tr("Data flows downwards; each box is a layer with what is fused into it. Arrow keys go "
                                  "along the arrows, the wheel zooms, dragging moves."),
                               this);
    reading->setWordWrap(true);
    auto* page = new QWidget(this);
    auto* page_rows = new QVBoxLayout(page);
    page_rows->setContentsMargins(0, 0, 0, 0);
    page_rows->setSpacing(4);
    colors_->setMaximumWidth(kChooserWidth);
    page_rows->addWidget(colors_);
    page_rows->addWidget(view_, 1);
    page_rows->addWidget(reading);
    stack_ = new QStackedLayout;
    stack_->addWidget(message_);
    stack_->addWidget(page);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(8, 4, 8, 6);
    rows->setSpacing(4);
    rows->addWidget(tools_);
    rows->addLayout(stack_, 1);
    show_message(tr("Open a model to see its graph."));
  }

  void show_message(const QString& message) {
    message_->setText(message);
    stack_->setCurrentIndex(0);
    tools_->setVisible(false);
  }

  void show_layers(const std::string& column) {
    color_by_ = column;
    const Theme theme = theme_for(palette());
    view_->show_layers(rows_, find_layer_column(column), theme);
    colors_->show(column, rows_, theme);
  }

  /// Another scheme's passes mostly leave the same boxes, which then stay where they are.
  void show_graph(LayerGraph graph) {
    if (graph == graph_) return;
    graph_ = std::move(graph);
    title_->setText(tr("Graph of %1").arg(plain_text(sources_.model->report.name)));
    const std::string obstacle = why_not_drawn(graph_.boxes.size(), graph_.edges);
    if (!obstacle.empty()) {
      return show_message(tr("%1. The Model panel lists all layers.").arg(QString::fromStdString(obstacle)));
    }
    show_message(tr("Laying out the network…"));
    workbench().compute<GraphLayout>(
        this, "graph_layout",
        [drawn = graph_](const Progress& progress) {
          std::vector<QSizeF> sizes;
          for (const LayerGraph::Box& box : drawn.boxes) sizes.push_back(GraphView::box_size(box));
          return lay_out(sizes, drawn.edges, progress);
        },
        [this, drawn = graph_](const GraphLayout& drawing) {
          if (!(drawn == graph_)) return;
          tools_->setVisible(true);
          stack_->setCurrentIndex(1);
          show_layout(drawing);
        });
  }

  void show_layout(const GraphLayout& drawing) {
    layout()->activate();  // the view's size, which decides how large the network is shown
    view_->show(graph_, drawing);
    view_->select_layers(workbench().now().selected_layers);
  }

  void export_as() {
    auto* dialog = new QFileDialog(this, tr("Export the graph"), QStringLiteral("graph.svg"),
                                   tr("SVG picture (*.svg);;PDF (*.pdf);;PNG picture (*.png)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
      try {
        view_->save(path);
      } catch (const Error& error) {
        workbench().tell(QString::fromStdString(error.what()));
      }
    });
    dialog->open();
  }

  GraphView* view_;
  LayerColorChooser* colors_;
  QLabel* title_;
  QLabel* message_;
  QWidget* tools_ = nullptr;
  QStackedLayout* stack_ = nullptr;
  LayerSources sources_;
  std::vector<LayerRow> rows_;
  LayerGraph graph_;
  std::string color_by_;
};

}  // namespace

const PanelKind graph_panel = {
    "graph", "Graph", "The network drawn, its layers colored by what the current scheme does to them.",
    PanelPlace::centre,
    [](Workbench& workbench, QWidget* parent) -> Panel* { return new GraphPanel(workbench, parent); }};

}  // namespace qs
