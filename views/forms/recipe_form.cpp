#include "views/forms/recipe_form.h"

#include <QScrollBar>
#include <algorithm>
#include <set>

#include "views/forms/choice_editors.h"

namespace qs {

namespace {

constexpr const char* kWidestTitle = "BatchNorm momentum";  // so that editors stand below each other

const std::vector<std::string>& open_sections() {
  static const std::vector<std::string> kOpen = {"Training", "Optimiser", "Quantization", "Averages"};  // and first
  return kOpen;
}

/// What has a row.
std::vector<Field> shown_fields(const Recipe& recipe) {
  std::set<std::string> without = {"Name"};  // given when it is saved
  if (recipe.start == Start::model) without.merge(std::set<std::string>{"Network", "Input"});
  std::vector<Field> fields = fields_of(recipe);
  std::erase_if(fields, [&](const Field& each) { return without.contains(each.section); });
  const auto rank = [](const Field& field) {
    return std::find(open_sections().begin(), open_sections().end(), field.section) - open_sections().begin();
  };
  std::stable_sort(fields.begin(), fields.end(), [&](const Field& a, const Field& b) { return rank(a) < rank(b); });
  return fields;
}

/// Words stand in lists: side by side they are wider than the form.
FieldEditor* editor_for(const Field& field) {
  return field.kind == FieldKind::choice ? new ComboEditor(field, nullptr) : make_editor(field, nullptr);
}

bool same_keys(const std::vector<FieldRow*>& rows, const std::vector<Field>& fields) {
  return std::equal(rows.begin(), rows.end(), fields.begin(), fields.end(),
                    [](const FieldRow* row, const Field& field) { return row->field().path == field.path; });
}

}  // namespace

RecipeForm::RecipeForm(QWidget* parent) : QWidget(parent), scroll_(new QScrollArea(this)), problem_(new QLabel(this)) {
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll_->setFocusPolicy(Qt::NoFocus);
  problem_->setWordWrap(true);
  problem_->setTextFormat(Qt::PlainText);
  problem_->hide();
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(4);
  all->addWidget(problem_);
  all->addWidget(scroll_, 1);
}

void RecipeForm::make_rows(const std::vector<Field>& fields) {
  sections_.clear();
  rows_.clear();
  auto* inside = new QWidget;
  auto* layout = new QVBoxLayout(inside);
  layout->setContentsMargins(4, 0, 4, 4);
  layout->setSpacing(2);
  for (const Field& field : fields) {
    QPointer<Section>& section = sections_[field.section];
    if (section == nullptr) {
      const auto& open = open_sections();
      const bool is_open = std::find(open.begin(), open.end(), field.section) != open.end();
      section = new Section(QString::fromStdString(field.section), is_open, inside);
      layout->addWidget(section);
    }
    auto* row = new FieldRow(field, editor_for(field), inside);
    row->set_label_width(fontMetrics().horizontalAdvance(kWidestTitle));
    section->rows().addWidget(row);
    rows_.push_back(row);
    connect(row, &FieldRow::edited, this, [this, path = field.path](const FieldValue& value) { change(path, value); });
  }
  layout->addStretch(1);
  if (QWidget* old = scroll_->takeWidget()) old->deleteLater();  // it may hold what the user is just clicking
  scroll_->setWidget(inside);
  scroll_->setMinimumWidth(inside->minimumSizeHint().width() + scroll_->verticalScrollBar()->sizeHint().width());
}

void RecipeForm::show_recipe(const Recipe& recipe, const Recipe& origin) {
  recipe_ = recipe;
  origin_ = origin;
  const std::vector<Field> fields = shown_fields(recipe);
  if (!same_keys(rows_, fields)) make_rows(fields);
  const std::vector<Field> usual = fields_of(origin);
  std::map<std::string, int> changes;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto same =
        std::find_if(usual.begin(), usual.end(), [&](const Field& f) { return f.path == fields[i].path; });
    rows_[i]->show_field(fields[i], same == usual.end() ? fields[i] : *same);
    if (rows_[i]->is_changed()) ++changes[fields[i].section];
  }
  for (const auto& [title, section] : sections_) {
    section->set_note(changes[title] == 0 ? QString() : tr("%1 changed").arg(changes[title]));
  }
  show_problem();
}

FieldRow* RecipeForm::row(const std::string& path) const {
  for (FieldRow* each : rows_) {
    if (each->field().path == path) return each;
  }
  return nullptr;
}

void RecipeForm::change(const std::string& path, const FieldValue& value) {
  Recipe changed = recipe_;
  set_field(changed, path, value);
  if (changed == recipe_) return;
  show_recipe(changed, origin_);
  emit edited(changed);
}

/// Beside the key that is wrong where it is known, on top otherwise.
void RecipeForm::show_problem() {
  const std::optional<SchemeProblem> problem = problem_of(recipe_);
  bool placed = !problem.has_value();
  for (FieldRow* each : rows_) {
    const bool here = problem && problem->path == each->field().path;
    each->show_problem(here ? QString::fromStdString(problem->text) : QString());
    if (!here) continue;
    sections_[each->field().section]->open();
    placed = true;
  }
  problem_->setText(placed ? QString() : QString::fromUtf8("⚠ ") + QString::fromStdString(problem->text));
  problem_->setVisible(!placed);
}

}  // namespace qs
