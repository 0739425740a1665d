#include "views/panels/training_setup.h"

#include <QComboBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSpinBox>
#include <QToolButton>

#include "datasets/builtin_datasets.h"
#include "views/theme.h"

namespace qs {

namespace {

constexpr const char* kFirstRecipe = "qat_w8a8_per_tensor";  // where per-tensor quantization hurts, it heals most
constexpr int kLeastLetters = 12;                            // boxes may become narrower than their longest words
constexpr int kMostImages = 10'000'000;

QToolButton* tool_button(const QString& text, const QString& tip, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setText(text);
  button->setToolTip(tip);
  button->setAccessibleName(tip);
  return button;
}

void set_text(QLineEdit& line, const std::string& text) {
  const QString words = QString::fromStdString(text);
  if (line.text() != words) line.setText(words);
}

/// The choice that has this recipe's id; -1: none.
int place_of(const QComboBox& recipes, const std::string& id) {
  return recipes.findData(QString::fromStdString(id));
}

void add_part(QComboBox& recipes, const QString& prefix, Start start) {
  for (const Recipe& each : preset_recipes()) {
    if (each.start != start) continue;
    recipes.addItem(prefix + QString::fromStdString(each.title), QString::fromStdString(each.id));
    recipes.setItemData(recipes.count() - 1, QString::fromStdString(each.summary), Qt::ToolTipRole);
  }
}

}  // namespace

TrainingSetup::TrainingSetup(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      recipes_(new QComboBox(this)),
      more_(tool_button(QString::fromUtf8("⋯"), tr("Open or save the recipe as a file"), this)),
      schemes_(new QComboBox(this)),
      images_(new QLineEdit(this)),
      images_menu_(tool_button(QString::fromUtf8("…"), tr("Choose images to train with"), this)),
      limit_(new QSpinBox(this)),
      out_(new QLineEdit(this)),
      out_button_(tool_button(QString::fromUtf8("…"), tr("Choose where the trained model goes"), this)),
      remark_(new QLabel(this)),
      form_(new RecipeForm(this)) {
  remark_->setWordWrap(true);
  remark_->setTextFormat(Qt::PlainText);
  make_recipes();
  make_menus();
  lay_out();
  use_recipe(find_recipe(kFirstRecipe));
  connect(form_, &RecipeForm::edited, this, &TrainingSetup::edit);
  connect(schemes_, &QComboBox::activated, this, [this](int place) {
    Recipe changed = recipe_;
    if (!changed.quantization) return;
    changed.quantization->scheme.scheme = choices_.at(static_cast<std::size_t>(place));
    edit(changed);
  });
  connect(images_, &QLineEdit::textEdited, this, [this] {
    images_chosen_ = !images_->text().isEmpty();
    emit changed();
  });
  connect(limit_, &QSpinBox::valueChanged, this, &TrainingSetup::changed);
  connect(out_, &QLineEdit::textEdited, this, [this] {
    out_chosen_ = !out_->text().isEmpty();
    emit changed();
  });
}

void TrainingSetup::make_recipes() {
  add_part(*recipes_, {}, Start::model);
  recipes_->insertSeparator(recipes_->count());
  add_part(*recipes_, tr("From scratch: "), Start::scratch);
  recipes_->setAccessibleName(tr("Recipe"));
  connect(recipes_, &QComboBox::activated, this,
          [this] { use_recipe(find_recipe(recipes_->currentData().toString().toStdString())); });
}

void TrainingSetup::make_menus() {
  auto* files = new QMenu(this);
  files->addAction(tr("&Open recipe…"), this, &TrainingSetup::load_recipe);
  files->addAction(tr("&Save recipe as…"), this, &TrainingSetup::save_recipe);
  more_->setMenu(files);
  auto* sources = new QMenu(this);
  sources->addAction(tr("&Folder…"), this, [this] { choose_images(true); });
  sources->addAction(tr("&Archive…"), this, [this] { choose_images(false); });
  for (const BuiltinDataset& each : builtin_datasets()) {
    const QString name = QString::fromUtf8(each.name.data(), std::ssize(each.name));
    sources->addAction(QString::fromUtf8(each.title.data(), std::ssize(each.title)), this, [this, name] {
      images_->setText(name);
      images_chosen_ = true;
      emit changed();
    });
  }
  sources->addAction(tr("Those that go with the &open images"), this, [this] {
    images_chosen_ = false;
    emit changed();
  });
  images_menu_->setMenu(sources);
  for (QToolButton* each : {more_, images_menu_}) each->setPopupMode(QToolButton::InstantPopup);
  connect(out_button_, &QToolButton::clicked, this, &TrainingSetup::choose_out);
}

void TrainingSetup::lay_out() {
  auto* grid = new QGridLayout;
  grid->setContentsMargins(4, 0, 4, 0);
  grid->setHorizontalSpacing(4);
  grid->setVerticalSpacing(3);
  int row = 0;
  const auto add = [&](const QString& text, QWidget* editor, QWidget* button) {
    auto* label = new QLabel(text, this);
    label->setBuddy(editor);
    grid->addWidget(label, row, 0);
    grid->addWidget(editor, row, 1);
    if (button != nullptr) grid->addWidget(button, row, 2);
    ++row;
    return label;
  };
  add(tr("&Recipe"), recipes_, more_);
  scheme_label_ = add(tr("S&cheme"), schemes_, nullptr);
  add(tr("&Images"), images_, images_menu_);
  add(tr("At &most"), limit_, nullptr);
  add(tr("&Write"), out_, out_button_);
  grid->setColumnStretch(1, 1);
  for (QComboBox* box : {recipes_, schemes_}) {
    box->setMinimumContentsLength(kLeastLetters);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  }
  schemes_->setAccessibleName(tr("Scheme to train for"));
  schemes_->setToolTip(tr("What the network is trained for: schemes of the workbench first, then all presets."));
  images_->setAccessibleName(tr("Images to train with"));
  images_->setPlaceholderText(tr("Folder, archive or built-in"));
  limit_->setRange(0, kMostImages);
  limit_->setSingleStep(1000);
  limit_->setSpecialValueText(tr("all images"));
  limit_->setSuffix(tr(" images"));
  limit_->setGroupSeparatorShown(true);
  limit_->setAccessibleName(tr("How many images to train with at most"));
  limit_->setToolTip(
      tr("So many of the images, spread evenly over the classes; the part for validation comes off them."));
  out_->setAccessibleName(tr("File of the trained model"));
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(4, 4, 4, 4);
  rows->setSpacing(4);
  rows->addLayout(grid);
  rows->addWidget(remark_);
  rows->addWidget(form_, 1);
}

void TrainingSetup::use_recipe(const Recipe& recipe) {
  origin_ = recipe;
  if (place_of(*recipes_, recipe.id) < 0) {
    recipes_->addItem(QString::fromStdString(recipe.title), QString::fromStdString(recipe.id));
  }
  recipes_->setCurrentIndex(place_of(*recipes_, recipe.id));
  recipes_->setToolTip(QString::fromStdString(recipe.summary));
  edit(recipe);
}

void TrainingSetup::edit(const Recipe& recipe) {
  recipe_ = recipe;
  form_->show_recipe(recipe_, origin_);
  emit changed();
}

void TrainingSetup::show_schemes(const Snapshot& snapshot) {
  const bool quantizes = recipe_.quantization.has_value();
  schemes_->setVisible(quantizes);
  scheme_label_->setVisible(quantizes);
  if (!quantizes) return;
  std::vector<Scheme> choices = {recipe_.quantization->scheme.scheme};
  const auto add = [&](const Scheme& scheme) {
    const bool known = std::find(choices.begin(), choices.end(), scheme) != choices.end();
    if (!known && !scheme.is_float()) choices.push_back(scheme);
  };
  for (const SchemeView& each : snapshot.schemes) {
    if (each.problem.empty()) add(each.scheme);
  }
  for (const Scheme& each : preset_schemes()) add(each);
  if (choices == choices_) return;
  choices_ = std::move(choices);
  schemes_->clear();
  for (const Scheme& each : choices_) {
    schemes_->addItem(QString::fromStdString(each.title));
    schemes_->setItemData(schemes_->count() - 1, QString::fromStdString(each.summary), Qt::ToolTipRole);
  }
  schemes_->setCurrentIndex(0);
}

void TrainingSetup::show_snapshot(const Snapshot& snapshot) {
  show_schemes(snapshot);
  if (!images_chosen_) set_text(*images_, snapshot.images ? training_images_for(snapshot.images->path) : "");
  if (!out_chosen_) set_text(*out_, default_trained_model(snapshot, recipe_));
  for (QLineEdit* each : {images_, out_}) each->setToolTip(each->text());
  show_remark();
}

void TrainingSetup::show_remark() {
  const Snapshot& now = workbench_.now();
  const bool same = now.images != nullptr && images_->text().toStdString() == now.images->path;
  remark_->setVisible(same);
  remark_->setText(QString::fromUtf8("⚠ ") +
                   tr("Trains on the images that are open: measured on them again, the result will look too good."));
  QPalette palette = this->palette();
  palette.setColor(QPalette::WindowText, theme_for(palette).bad);
  remark_->setPalette(palette);
}

TrainingRequest TrainingSetup::request() const {
  const Snapshot& now = workbench_.now();
  const bool from_model = recipe_.start == Start::model && now.model != nullptr;
  return {.recipe = recipe_,
          .images = images_->text().toStdString(),
          .model = from_model ? now.model->report.path : std::string(),
          .out = out_->text().toStdString(),
          .limit = limit_->value() > 0 ? std::optional<std::int64_t>(limit_->value()) : std::nullopt};
}

QString TrainingSetup::why_not() const {
  if (recipe_.start == Start::model && workbench_.now().model == nullptr) {
    return tr("Open a model to fine-tune it, or choose a recipe that begins from scratch.");
  }
  if (images_->text().isEmpty()) return tr("Open images, or choose those to train with.");
  if (!out_->text().endsWith(".onnx")) return tr("Say where the trained model goes: a file ending in .onnx.");
  if (problem_of(recipe_)) return tr("The recipe is impossible as it is: see its settings.");
  return {};
}

void TrainingSetup::choose_images(bool folder) {
  const QString path =
      folder ? QFileDialog::getExistingDirectory(this, tr("Images to train with"))
             : QFileDialog::getOpenFileName(this, tr("Images to train with"), {},
                                            tr("Archives (*.tar *.tar.gz *.tgz *.tar.xz *.tar.zst *.tar.bz2 *.zip)"));
  if (path.isEmpty()) return;
  images_->setText(path);
  images_chosen_ = true;
  emit changed();
}

void TrainingSetup::choose_out() {
  const QString path =
      QFileDialog::getSaveFileName(this, tr("Write the trained model to"), out_->text(), tr("ONNX models (*.onnx)"));
  if (path.isEmpty()) return;
  out_->setText(path.endsWith(".onnx") ? path : path + ".onnx");
  out_chosen_ = true;
  emit changed();
}

void TrainingSetup::load_recipe() {
  const QString path = QFileDialog::getOpenFileName(this, tr("Open a recipe"), {}, tr("Recipes (*.json)"));
  if (path.isEmpty()) return;
  try {
    use_recipe(find_recipe(path.toStdString()));
  } catch (const Error& error) {
    workbench_.tell(error.what());
  }
}

void TrainingSetup::save_recipe() {
  const QString path = QFileDialog::getSaveFileName(
      this, tr("Save the recipe"), QString::fromStdString(recipe_.id) + ".json", tr("Recipes (*.json)"));
  if (path.isEmpty()) return;
  try {
    qs::save_recipe(recipe_, path.toStdString());
    workbench_.tell(tr("Saved as %1.").arg(path), false);
  } catch (const Error& error) {
    workbench_.tell(error.what());
  }
}

}  // namespace qs
