// The layers of the network as a table: what they are, and what the current scheme does to them.
#include <QActionGroup>
#include <QComboBox>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QShortcut>
#include <QStackedLayout>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/models/model_facts.h"
#include "views/models/plain_text.h"
#include "views/panels/layer_color_chooser.h"
#include "views/panels/layer_tree.h"
#include "views/panels/panels.h"

namespace qs {

namespace {

constexpr double kLimitsDb[] = {40, 30, 20, 10};

QLabel* plain_label(QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setTextFormat(Qt::PlainText);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  return label;
}

QToolButton* menu_button(const QString& text, const QString& tip, QMenu* menu, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setText(text);
  button->setToolTip(tip);
  button->setAccessibleName(tip);
  button->setMenu(menu);
  button->setPopupMode(QToolButton::InstantPopup);
  button->setFocusPolicy(Qt::StrongFocus);
  return button;
}

class ModelPanel : public Panel {
 public:
  ModelPanel(Workbench& workbench, QWidget* parent)
      : Panel(workbench, parent),
        layers_(new LayerModel(this)),
        filter_(new LayerFilter(*layers_, this)),
        tree_(new LayerTree(*layers_, *filter_, this)),
        colors_(new LayerColorChooser(this)) {
    make_head();
    make_controls();
    lay_out();
    connect(tree_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] { send_selection(); });
    connect(colors_, &LayerColorChooser::chosen, this, [this](const std::string& column) {
      tree_->show_column(column);
      this->workbench().set_color_by(column);
    });
  }

 protected:
  void show_snapshot(const Snapshot& snapshot) override {
    stack_->setCurrentIndex(snapshot.model == nullptr ? 0 : 1);
    LayerSources sources = layer_sources(snapshot, sources_);
    const bool is_new = sources.model != sources_.model;
    const bool is_changed = sources != sources_;
    sources_ = std::move(sources);
    updating_ = true;
    if (is_changed) layers_->show(layer_rows(sources_));
    if (is_changed || snapshot.color_by != color_by_) show_colors(snapshot.color_by);
    if (is_changed && sources_.model != nullptr) show_facts(is_new);
    tree_->select_groups(snapshot.selected_layers);
    updating_ = false;
  }

  void changeEvent(QEvent* event) override {
    Panel::changeEvent(event);
    if (event->type() != QEvent::PaletteChange || updating_) return;
    updating_ = true;
    show_colors(color_by_);
    updating_ = false;
  }

 private:
  void make_head() {
    name_ = plain_label(this);
    QFont bold = name_->font();
    bold.setBold(true);
    name_->setFont(bold);
    facts_ = plain_label(this);
    notes_ = plain_label(this);
    notes_->hide();
    notes_button_ = new QToolButton(this);
    notes_button_->setCheckable(true);
    notes_button_->setAutoRaise(true);
    notes_button_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    notes_button_->setArrowType(Qt::RightArrow);
    notes_button_->setFocusPolicy(Qt::StrongFocus);
    notes_button_->setToolTip(tr("What was done to the model, or ignored, when it was read"));
    connect(notes_button_, &QToolButton::toggled, this, [this](bool is_open) {
      notes_->setVisible(is_open);
      notes_button_->setArrowType(is_open ? Qt::DownArrow : Qt::RightArrow);
    });
    totals_ = plain_label(this);
  }

  void make_controls() {
    search_ = new QLineEdit(this);
    search_->setPlaceholderText(tr("Find layers"));
    search_->setToolTip(tr("Shows layers whose name or type holds these words (Ctrl+F)"));
    search_->setAccessibleName(tr("Find layers"));
    search_->setClearButtonEnabled(true);
    connect(search_, &QLineEdit::textChanged, this,
            [this](const QString& text) { refilter([&] { filter_->set_text(text); }); });
    connect(search_, &QLineEdit::returnPressed, this, [this] { tree_->setFocus(Qt::OtherFocusReason); });
    auto* find = new QShortcut(QKeySequence::Find, this);
    find->setContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, this, [this] {
      search_->setFocus(Qt::ShortcutFocusReason);
      search_->selectAll();
    });
    worst_first_ = new QToolButton(this);
    worst_first_->setText(tr("&Worst first"));
    worst_first_->setToolTip(tr("Sorts by the column that colors the layers, worst first; again: as in the network"));
    worst_first_->setCheckable(true);
    worst_first_->setFocusPolicy(Qt::StrongFocus);
    connect(worst_first_, &QToolButton::clicked, this,
            [this](bool is_on) { tree_->sort_worst_first(is_on ? find_layer_column(color_by_) : nullptr); });
    connect(tree_->header(), &QHeaderView::sectionClicked, this, [this] { worst_first_->setChecked(false); });
  }

  QMenu* make_filter_menu() {
    auto* menu = new QMenu(this);
    QAction* quantizable = menu->addAction(tr("Only &quantizable layers"));
    quantizable->setCheckable(true);
    connect(quantizable, &QAction::toggled, this,
            [this](bool only) { refilter([&] { filter_->set_only_quantizable(only); }); });
    menu->addSeparator();
    auto* limits = new QActionGroup(menu);
    const auto add_limit = [&](const QString& text, std::optional<double> limit) {
      QAction* choice = limits->addAction(menu->addAction(text));
      choice->setCheckable(true);
      choice->setChecked(!limit);
      connect(choice, &QAction::triggered, this, [this, limit] {
        below_ = limit;
        refilter([&] { set_limit(); });
      });
    };
    add_limit(tr("&Any SQNR"), std::nullopt);
    for (const double limit : kLimitsDb) add_limit(tr("Only worse than %1 dB").arg(limit), limit);
    return menu;
  }

  void lay_out() {
    auto* search_row = new QHBoxLayout;
    search_row->addWidget(search_, 1);
    search_row->addWidget(menu_button(tr("Fi&lter"), tr("Which layers are shown"), make_filter_menu(), this));
    search_row->addWidget(menu_button(tr("Col&umns"), tr("Which columns are shown"), tree_->column_menu(), this));
    search_row->addWidget(worst_first_);
    auto* page = new QWidget(this);
    auto* rows = new QVBoxLayout(page);
    rows->setContentsMargins(8, 6, 8, 6);
    rows->setSpacing(6);
    rows->addWidget(name_);
    rows->addWidget(facts_);
    rows->addWidget(notes_button_);
    rows->addWidget(notes_);
    rows->addLayout(search_row);
    rows->addWidget(colors_);
    rows->addWidget(tree_, 1);
    rows->addWidget(totals_);
    auto* nothing = new QLabel(tr("Open a model to see its layers."), this);
    nothing->setAlignment(Qt::AlignCenter);
    nothing->setWordWrap(true);
    stack_ = new QStackedLayout(this);
    stack_->addWidget(nothing);
    stack_->addWidget(page);
  }

  void show_facts(bool is_new_model) {
    const OpenModel& model = *sources_.model;
    name_->setText(plain_text(model.report.name));
    name_->setToolTip(plain_tool_tip(plain_text(model.report.path)));
    facts_->setText(model_facts(sources_).join(QStringLiteral(" · ")));
    const QStringList notes = model_notes(model);
    notes_button_->setVisible(!notes.isEmpty());
    notes_button_->setText(notes.size() == 1 ? tr("1 note on the file") : tr("%1 notes on the file").arg(notes.size()));
    notes_->setText(notes.join('\n'));
    if (is_new_model) notes_button_->setChecked(false);
    show_totals();
  }

  void show_totals() {
    const auto shown = static_cast<std::size_t>(filter_->rowCount());
    if (sources_.model != nullptr) totals_->setText(layer_totals(sources_, layers_->rows(), shown).join(" · "));
  }

  void show_colors(const std::string& column) {
    const bool is_other = column != color_by_;
    color_by_ = column;
    const Theme theme = theme_for(palette());
    layers_->color_by(column, theme);
    colors_->show(column, layers_->rows(), theme);
    if (!is_other) return;
    set_limit();
    if (worst_first_->isChecked()) tree_->sort_worst_first(find_layer_column(column));
  }

  /// The limit is about the column that colors, where that is in dB.
  void set_limit() {
    const LayerColumn* column = find_layer_column(color_by_);
    const bool is_db = column != nullptr && std::string_view(column->unit) == "dB";
    filter_->set_below(is_db ? column->id : "weight_sqnr_min", below_);
  }

  /// Rows that a filter hides are not deselected by their user.
  template <class Change>
  void refilter(Change change) {
    updating_ = true;
    change();
    tree_->select_groups(workbench().now().selected_layers);
    updating_ = false;
    show_totals();
  }

  void send_selection() {
    if (updating_) return;
    const std::vector<std::string> names = tree_->selected_groups();
    if (!names.empty()) {
      if (names != workbench().now().selected_layers) workbench().select_layers(names);
      return;
    }
    QTimer::singleShot(0, this, [this] {  // something is always selected, and not while the view is at it
      updating_ = true;
      tree_->select_groups(workbench().now().selected_layers);
      updating_ = false;
    });
  }

  LayerModel* layers_;
  LayerFilter* filter_;
  LayerTree* tree_;
  LayerColorChooser* colors_;
  QStackedLayout* stack_ = nullptr;
  QLabel* name_ = nullptr;
  QLabel* facts_ = nullptr;
  QToolButton* notes_button_ = nullptr;
  QLabel* notes_ = nullptr;
  QLabel* totals_ = nullptr;
  QLineEdit* search_ = nullptr;
  QToolButton* worst_first_ = nullptr;
  LayerSources sources_;
  std::string color_by_;
  std::optional<double> below_;
  bool updating_ = false;
};

}  // namespace

const PanelKind model_panel = {
    "model", "Model", "The layers of the network and what the current scheme does to each.", PanelPlace::left,
    [](Workbench& workbench, QWidget* parent) -> Panel* { return new ModelPanel(workbench, parent); }};

}  // namespace qs
