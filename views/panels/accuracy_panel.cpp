// Plot 3 in the window: the chosen experiments as bars, and against what they cost.
#include <QComboBox>
#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>
#include <map>

#include "views/panels/panels.h"
#include "views/plots/pareto.h"

namespace qs {

namespace {

/// The chosen experiments by their runs. Holds the reports, so that what is drawn later may point to them.
struct Chosen {
  std::vector<std::shared_ptr<const EvaluationReport>> reports;
  std::vector<std::vector<std::size_t>> variants;
  std::map<std::string, int> colors;

  friend bool operator==(const Chosen&, const Chosen&) = default;

  [[nodiscard]] std::vector<AccuracySource> sources() const {
    std::vector<AccuracySource> all;
    for (std::size_t i = 0; i < reports.size(); ++i) all.push_back({reports[i].get(), variants[i]});
    return all;
  }
  [[nodiscard]] SchemeColor color() const {
    return [colors = colors](const std::string& id) {
      const auto found = colors.find(id);
      return found != colors.end() ? found->second : 0;
    };
  }
};

/// Schemes that are in the workbench have its colors, others those after them.
Chosen chosen_of(const Snapshot& snapshot) {
  Chosen chosen;
  int next = 0;
  for (const SchemeView& scheme : snapshot.schemes) {
    chosen.colors[scheme.scheme.id] = scheme.color;
    next = std::max(next, scheme.color + 1);
  }
  for (const ChosenExperiment& each : chosen_experiments(snapshot)) {
    if (chosen.reports.empty() || chosen.reports.back() != each.run->report) {
      chosen.reports.push_back(each.run->report);
      chosen.variants.emplace_back();
    }
    chosen.variants.back().push_back(each.id.variant);
    if (each.id.variant > 0 && chosen.colors.emplace(each.variant->scheme, next).second) ++next;
  }
  return chosen;
}

constexpr int kLeastLetters = 8;  // boxes may become narrower than their longest words

class AccuracyPanel : public Panel {
 public:
  AccuracyPanel(Workbench& workbench, QWidget* parent)
      : Panel(workbench, parent),
        measure_(new QComboBox(this)),
        cost_(new QComboBox(this)),
        which_(new QComboBox(this)),
        bars_(new PlotView("accuracy", tr("Accuracy"), this)),
        pareto_(new PlotView("pareto", tr("Accuracy against cost"), this)) {
    for (const AccuracyMeasure each : {AccuracyMeasure::top1, AccuracyMeasure::top5, AccuracyMeasure::agreement}) {
      measure_->addItem(title_of(each), static_cast<int>(each));
    }
    for (const ParetoCost each : {ParetoCost::latency, ParetoCost::size, ParetoCost::bit_operations}) {
      cost_->addItem(title_of(each), static_cast<int>(each));
    }
    which_->addItems({tr("as bars"), tr("against cost")});
    which_->setAccessibleName(tr("Which plot is shown"));
    connect(which_, &QComboBox::activated, this, [this] { show_one_or_both(); });
    measure_->setAccessibleName(tr("What is compared"));
    cost_->setAccessibleName(tr("Cost on the horizontal axis"));
    for (QComboBox* box : {measure_, cost_}) {
      box->setMinimumContentsLength(kLeastLetters);
      connect(box, &QComboBox::activated, this, [this] { draw_chosen(); });
    }
    lay_out();
  }

 protected:
  void resizeEvent(QResizeEvent* event) override {
    Panel::resizeEvent(event);
    show_one_or_both();
  }

  void show_snapshot(const Snapshot& snapshot) override {
    Chosen chosen = chosen_of(snapshot);
    if (drawn_ && chosen == chosen_) return;
    chosen_ = std::move(chosen);
    no_model_ = snapshot.model == nullptr;
    drawn_ = true;
    draw_chosen();
  }

 private:
  void lay_out() {
    auto* controls = new QHBoxLayout;
    controls->setContentsMargins(8, 6, 8, 0);
    const auto add = [&](const QString& text, QComboBox* box) {
      auto* label = new QLabel(text, this);
      label->setBuddy(box);
      controls->addWidget(label);
      controls->addWidget(box);
      return label;
    };
    add(tr("&Compare"), measure_);
    controls->addWidget(which_);
    cost_label_ = add(tr("&against"), cost_);
    controls->addStretch(1);
    auto* both = new QSplitter(Qt::Horizontal, this);
    both->addWidget(bars_);
    both->addWidget(pareto_);
    both->setChildrenCollapsible(true);
    both->setSizes({560, 340});
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addLayout(controls);
    rows->addWidget(both, 1);
  }

  /// Both plots side by side where there is room for both.
  void show_one_or_both() {
    constexpr int kRoomForBoth = 760;
    const bool both = width() >= kRoomForBoth;
    which_->setVisible(!both);
    bars_->setVisible(both || which_->currentIndex() == 0);
    pareto_->setVisible(both || which_->currentIndex() == 1);
    cost_->setVisible(!pareto_->isHidden());
    cost_label_->setVisible(!pareto_->isHidden());
  }

  void show_nothing(const QString& why) {
    bars_->show_nothing(why);
    pareto_->show_nothing(tr("Nothing to compare yet."));
  }

  void draw_chosen() {
    if (chosen_.reports.empty()) {
      return show_nothing(no_model_
                              ? tr("Open a model and images, then run schemes over them to compare their accuracy.")
                              : tr("Run schemes over images (Experiments) to compare their accuracy."));
    }
    const auto measure = static_cast<AccuracyMeasure>(measure_->currentData().toInt());
    const auto cost = static_cast<ParetoCost>(cost_->currentData().toInt());
    AccuracyPlot bars = accuracy_plot(chosen_.sources(), measure, chosen_.color());
    if (bars.groups.empty()) {
      return show_nothing(
          tr("These images have no labels, so nobody knows who is right. Compare the agreement with "
             "float instead."));
    }
    ParetoPlot pareto = pareto_plot(chosen_.sources(), cost, measure, chosen_.color());
    bars_->show_plot([bars = std::move(bars)](PlotView& view) { draw(bars, view); }, true);
    if (pareto.points.empty()) return pareto_->show_nothing(tr("This cost was not measured in these runs."));
    const bool same_axis = cost == drawn_cost_;
    drawn_cost_ = cost;
    pareto_->show_plot([pareto = std::move(pareto)](PlotView& view) { draw(pareto, view); }, same_axis);
  }

  QComboBox* measure_;
  QComboBox* cost_;
  QLabel* cost_label_ = nullptr;
  QComboBox* which_;
  PlotView* bars_;
  PlotView* pareto_;
  Chosen chosen_;
  ParetoCost drawn_cost_ = ParetoCost::latency;
  bool no_model_ = true;
  bool drawn_ = false;
};

}  // namespace

const PanelKind accuracy_panel = {
    "accuracy", "Accuracy", "How often each scheme is right, whether it differs from float, and what it costs.",
    PanelPlace::centre,
    [](Workbench& workbench, QWidget* parent) -> Panel* { return new AccuracyPanel(workbench, parent); }};

}  // namespace qs
