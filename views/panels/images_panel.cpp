// Plot 6 in the window: the images of a chosen experiment, those first that quantization did most harm to.
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSplitter>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

#include "views/models/image_model.h"
#include "views/models/plain_text.h"
#include "views/panels/panels.h"
#include "views/plots/logits.h"

namespace qs {

namespace {

constexpr int kPictureSide = 128;  // as fetched; rows show less
constexpr int kRowPicture = 76;
constexpr int kBothBeside = 860;  // pixels

class ImagesPanel : public Panel {
 public:
  ImagesPanel(Workbench& workbench, QWidget* parent)
      : Panel(workbench, parent),
        experiment_(new QComboBox(this)),
        filter_(new QComboBox(this)),
        search_(new QLineEdit(this)),
        count_(new QLabel(this)),
        nothing_(new QLabel(this)),
        model_(new ImageModel(this)),
        table_(new QTableView(this)),
        picture_(new QLabel(this)),
        logits_(new PlotView("logits", tr("Outputs for an image"), this)),
        fetch_(new QTimer(this)) {
    make_controls();
    make_table();
    lay_out();
    fetch_->setSingleShot(true);
    fetch_->setInterval(60);  // until scrolling rests
    connect(fetch_, &QTimer::timeout, this, [this] { fetch_pictures(); });
    connect(&workbench, &Workbench::thumbnail, this, [this](const QString& name, const QImage& image) {
      model_->set_picture(name, image);
      if (name == current_name()) show_picture();
    });
  }

 protected:
  void show_snapshot(const Snapshot& snapshot) override {
    const std::shared_ptr<const OpenImages> images = snapshot.images;
    if (images != images_) model_->forget_pictures();
    images_ = images;
    model_open_ = snapshot.model;
    chosen_.clear();
    for (const ChosenExperiment& each : chosen_experiments(snapshot)) {
      if (each.id.variant > 0) chosen_.push_back(each.id);
    }
    fill_experiments(snapshot);
    show_experiment(snapshot);
  }

  void resizeEvent(QResizeEvent* event) override {
    Panel::resizeEvent(event);
    arrange();
    fetch_->start();
  }

 private:
  void make_controls() {
    experiment_->setAccessibleName(tr("Experiment"));
    experiment_->setToolTip(tr("The experiment that is compared with float on each image"));
    experiment_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    experiment_->setMinimumContentsLength(16);
    experiment_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    filter_->setAccessibleName(tr("Which images"));
    filter_->addItem(tr("Top-1 flipped"), static_cast<int>(AnswerFilter::flipped));
    filter_->addItem(tr("Became wrong"), static_cast<int>(AnswerFilter::became_wrong));
    filter_->addItem(tr("Became right"), static_cast<int>(AnswerFilter::became_right));
    filter_->addItem(tr("All images"), static_cast<int>(AnswerFilter::all));
    search_->setPlaceholderText(tr("Search name or class"));
    search_->setAccessibleName(search_->placeholderText());
    search_->setClearButtonEnabled(true);
    search_->setMinimumWidth(110);
    count_->setTextFormat(Qt::PlainText);
    connect(experiment_, &QComboBox::activated, this, [this] { show_experiment(workbench().now()); });
    connect(filter_, &QComboBox::activated, this, [this] { ask(); });
    connect(search_, &QLineEdit::textChanged, this, [this] { ask(); });
  }

  void make_table() {
    table_->setModel(model_);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setIconSize({kRowPicture, kRowPicture});
    table_->setTabKeyNavigation(false);
    table_->setWordWrap(false);
    table_->setTextElideMode(Qt::ElideMiddle);
    table_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table_->verticalHeader()->setDefaultSectionSize(std::max(kRowPicture, 5 * fontMetrics().lineSpacing()) + 8);
    table_->setAccessibleName(tr("Images, worst first"));
    QHeaderView* header = table_->horizontalHeader();
    header->setStretchLastSection(true);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setTextElideMode(Qt::ElideRight);
    header->resizeSection(ImageModel::kPicture, 180);
    header->resizeSection(ImageModel::kReference, 145);
    header->resizeSection(ImageModel::kCandidate, 145);
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { show_current(); });
    connect(table_->verticalScrollBar(), &QScrollBar::valueChanged, fetch_, qOverload<>(&QTimer::start));
  }

  void lay_out() {
    auto* controls = new QHBoxLayout;
    controls->setContentsMargins(8, 6, 8, 0);
    for (QWidget* each : std::initializer_list<QWidget*>{experiment_, filter_, search_}) controls->addWidget(each);
    controls->addStretch(1);
    controls->addWidget(count_);
    auto* detail = new QWidget(this);
    detail_ = new QBoxLayout(QBoxLayout::TopToBottom, detail);
    detail_->setContentsMargins(0, 0, 0, 0);
    picture_->setAlignment(Qt::AlignCenter);
    picture_->setMinimumSize(kPictureSide, kPictureSide);
    picture_->setAccessibleName(tr("Picture of the selected image"));
    detail_->addWidget(picture_);
    detail_->addWidget(logits_, 1);
    both_ = new QSplitter(Qt::Horizontal, this);
    both_->addWidget(table_);
    both_->addWidget(detail);
    both_->setSizes({640, 260});
    nothing_->setAlignment(Qt::AlignCenter);
    nothing_->setWordWrap(true);
    nothing_->setMargin(24);
    nothing_->setTextFormat(Qt::PlainText);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addLayout(controls);
    rows->addWidget(nothing_, 1);
    rows->addWidget(both_, 1);
  }

  /// What is told of one image stands beside the table where that leaves the table its columns, else below it.
  void arrange() {
    const bool beside = width() >= kBothBeside;
    if (beside == (both_->orientation() == Qt::Horizontal)) return;
    both_->setOrientation(beside ? Qt::Horizontal : Qt::Vertical);
    detail_->setDirection(beside ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    beside ? both_->setSizes({640, 260}) : both_->setSizes({220, 240});
  }

  /// Keeps the experiment that was looked at, while it is among the chosen ones.
  void fill_experiments(const Snapshot& snapshot) {
    QStringList titles;
    for (const ChosenExperiment& each : chosen_experiments(snapshot)) {
      if (each.id.variant == 0) continue;
      const std::string& title = each.variant->details ? each.variant->details->scheme.title : each.variant->scheme;
      titles << tr("Run %1: %2").arg(each.id.run).arg(plain_text(title));
    }
    QStringList before;
    for (int i = 0; i < experiment_->count(); ++i) before << experiment_->itemText(i);
    if (titles == before) return;
    const QString looked_at = experiment_->currentText();
    experiment_->clear();
    experiment_->addItems(titles);
    experiment_->setCurrentIndex(static_cast<int>(std::max<qsizetype>(0, titles.indexOf(looked_at))));
  }

  void show_experiment(const Snapshot& snapshot) {
    const int at = experiment_->currentIndex();
    const bool any = at >= 0 && at < std::ssize(chosen_);
    both_->setVisible(any);
    nothing_->setVisible(!any);
    for (QWidget* each : std::initializer_list<QWidget*>{experiment_, filter_, search_, count_}) each->setEnabled(any);
    if (!any) {
      report_ = nullptr;
      count_->clear();
      nothing_->setText(snapshot.model == nullptr
                            ? tr("Open a model and images, then run a scheme over them to see which images suffer.")
                            : tr("Run a scheme over images (Experiments) to see which of them suffer."));
      return;
    }
    const ExperimentId id = chosen_[static_cast<std::size_t>(at)];
    std::shared_ptr<const EvaluationReport> report;
    for (const auto& run : snapshot.runs) {
      if (run->id == id.run) report = run->report;
    }
    color_ = 0;
    for (const SchemeView& scheme : snapshot.schemes) {
      if (scheme.scheme.id == report->variants[id.variant].scheme) color_ = scheme.color;
    }
    if (report == report_ && id.variant == variant_) return;
    report_ = std::move(report);
    variant_ = id.variant;
    ask();
  }

  /// The rows are found on the analysis lane: a data set may have 50 000 images.
  void ask() {
    if (report_ == nullptr) return;
    ImageTable table{
        .report = report_, .variant = variant_, .scheme = scheme_title(), .class_names = {}, .answers = {}};
    const bool is_open = model_open_ != nullptr && model_open_->report.sha256 == report_->model.sha256;
    table.class_names =
        shown_class_names(is_open ? model_open_->class_names : std::vector<std::string>(), report_->model.classes);
    const AnswerQuestion question{.variant = variant_,
                                  .filter = static_cast<AnswerFilter>(filter_->currentData().toInt()),
                                  .text = search_->text().trimmed()};
    workbench().compute<ImageTable>(
        this, "images",
        [table = std::move(table), question](const Progress&) {
          ImageTable filled = table;
          filled.answers = image_answers(filled.report->evaluation, question, filled.class_names);
          return filled;
        },
        [this](const ImageTable& filled) { show_rows(filled); });
  }

  void show_rows(const ImageTable& table) {
    const QString name = current_name();
    model_->show(table);
    const auto images = static_cast<qlonglong>(table.report->evaluation.images.size());
    count_->setText(tr("%1 of %2 images").arg(model_->rowCount()).arg(images));
    const int row = std::max(0, model_->row_of(name));
    if (model_->rowCount() > 0) table_->setCurrentIndex(model_->index(row, 0));
    show_current();
    fetch_->start();
  }

  [[nodiscard]] QString scheme_title() const {
    const VariantReport& variant = report_->variants[variant_];
    return plain_text(variant.details ? variant.details->scheme.title : variant.scheme);
  }

  [[nodiscard]] QString current_name() const { return model_->image_name(table_->currentIndex().row()); }

  void show_current() {
    show_picture();
    const int row = table_->currentIndex().row();
    if (row < 0 || row >= model_->rowCount()) {
      const bool known = report_ != nullptr && !report_->evaluation.images.empty();
      return logits_->show_nothing(known ? tr("No image fits the filter.")
                                         : tr("The answers to single images are not known for this run."));
    }
    const ImageTable& table = model_->table();
    const std::size_t image = table.answers[static_cast<std::size_t>(row)].image;
    const Evaluation& evaluation = table.report->evaluation;
    LogitPlot plot{.image = current_name(),
                   .scheme = table.scheme,
                   .color = color_,
                   .probabilities = table.report->model.probabilities,
                   .label = evaluation.images[image].label,
                   .class_names = table.class_names,
                   .reference = evaluation.results.front().predictions[image],
                   .candidate = evaluation.results[table.variant].predictions[image]};
    logits_->show_plot([plot = std::move(plot)](PlotView& view) { draw(plot, view); });
  }

  void show_picture() {
    const QImage image = model_->picture(current_name());
    image.isNull() ? picture_->clear() : picture_->setPixmap(QPixmap::fromImage(image));
  }

  /// Asks for the pictures in sight that are not there yet.
  void fetch_pictures() {
    if (images_ == nullptr || !table_->isVisible()) return;
    const int first = std::max(0, table_->rowAt(0));
    const int last = table_->rowAt(table_->viewport()->height() - 1);
    const int end = last < 0 ? model_->rowCount() - 1 : last;
    std::vector<std::string> names;
    for (int row = first; row <= end; ++row) {
      const QString name = model_->image_name(row);
      if (!model_->has_picture(name)) names.push_back(name.toStdString());
    }
    if (!names.empty()) workbench().request_thumbnails(names, kPictureSide);
  }

  QComboBox* experiment_;
  QComboBox* filter_;
  QLineEdit* search_;
  QLabel* count_;
  QLabel* nothing_;
  ImageModel* model_;
  QTableView* table_;
  QSplitter* both_ = nullptr;
  QBoxLayout* detail_ = nullptr;
  QLabel* picture_;
  PlotView* logits_;
  QTimer* fetch_;
  std::shared_ptr<const OpenImages> images_;
  std::shared_ptr<const OpenModel> model_open_;
  std::vector<ExperimentId> chosen_;
  std::shared_ptr<const EvaluationReport> report_;
  std::size_t variant_ = 1;
  int color_ = 0;
};

}  // namespace

const PanelKind images_panel = {
    "images", "Images", "What float and a scheme answer to each image, worst first.", PanelPlace::centre,
    [](Workbench& workbench, QWidget* parent) -> Panel* { return new ImagesPanel(workbench, parent); }};

}  // namespace qs
