#include "views/forms/scheme_form.h"

#include <QApplication>

#include "views/forms/choice_editors.h"

namespace qs {

namespace {

constexpr int kHelpHeight = 92;

FieldRow* row_around(QWidget* widget) {
  for (; widget != nullptr; widget = widget->parentWidget()) {
    if (auto* row = qobject_cast<FieldRow*>(widget)) return row;
  }
  return nullptr;
}

QString what_of(const Field& field) {
  return QString("%1: %2").arg(QString::fromStdString(field.section), text(field.key.title));
}

}  // namespace

SchemeForm::SchemeForm(QWidget* parent)
    : QWidget(parent),
      scroll_(new QScrollArea(this)),
      exceptions_(new ExceptionsForm),
      problem_(new QLabel(this)),
      help_(new QLabel(this)) {
  auto* inside = new QWidget;
  rows_ = new QVBoxLayout(inside);
  rows_->setContentsMargins(4, 0, 4, 4);
  rows_->setSpacing(2);
  scroll_->setWidget(inside);
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll_->setFocusPolicy(Qt::NoFocus);
  problem_->setWordWrap(true);
  problem_->setTextFormat(Qt::PlainText);
  problem_->setMargin(4);
  problem_->hide();
  help_->setWordWrap(true);
  help_->setTextFormat(Qt::RichText);
  help_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  help_->setMargin(6);
  help_->setText(tr("Every setting is explained here when it has the focus."));
  auto* help_scroll = new QScrollArea(this);  // long citations scroll; the form above does not jump
  help_scroll->setWidget(help_);
  help_scroll->setWidgetResizable(true);
  help_scroll->setFixedHeight(kHelpHeight);
  help_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  help_scroll->setFocusPolicy(Qt::NoFocus);
  help_scroll->setFrameShape(QFrame::StyledPanel);
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(4);
  all->addWidget(problem_);
  all->addWidget(scroll_, 1);
  all->addWidget(help_scroll);
  make_rows();
  connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
    FieldRow* row = row_around(now);
    if (row == nullptr || !isAncestorOf(row)) return;
    helped_ = row;
    scroll_->ensureWidgetVisible(row, 0, 8);
    show_help();
  });
}

Section& SchemeForm::section(const std::string& title, bool open) {
  Section*& found = sections_[title];
  if (found == nullptr) {
    found = new Section(QString::fromStdString(title), open, this);
    rows_->addWidget(found);
  }
  return *found;
}

void SchemeForm::make_rows() {
  for (const Field& field : fields_of(scheme_)) {
    // Open are the parts that can be switched off: what quantization is about.
    Section& around = section(field.section, field.key.governs);
    auto* row = new FieldRow(field, make_editor(field, nullptr), this);
    around.rows().addWidget(row);
    fields_.push_back(row);
    connect(row, &FieldRow::edited, this, [this, row](const FieldValue& value) { change(*row, value); });
  }
  section(tr("Single layers").toStdString(), false).rows().addWidget(exceptions_);
  connect(exceptions_, &ExceptionsForm::edited, this, [this](const Scheme& changed, const QString& what) {
    scheme_ = changed;
    show_problem({});
    emit edited(changed, what);
  });
  rows_->addStretch(1);
}

FieldRow* SchemeForm::row(const std::string& path) const {
  for (FieldRow* each : fields_) {
    if (each->field().path == path) return each;
  }
  return nullptr;
}

void SchemeForm::change(const FieldRow& row, const FieldValue& value) {
  Scheme changed = scheme_;
  set_field(changed, row.field().path, value);
  if (changed == scheme_) return;
  const QString what = what_of(row.field());
  show_scheme(changed, origin_);
  emit edited(changed, what);
}

void SchemeForm::show_scheme(const Scheme& scheme, const Scheme& origin, const QString& problem) {
  scheme_ = scheme;
  origin_ = origin;
  const std::vector<Field> now = fields_of(scheme);
  std::vector<Field> usual = fields_of(origin);
  std::map<std::string, int> changes;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (now[i].kind == FieldKind::text) usual[i].value = now[i].value;  // a name is not changed from another's
    fields_[i]->show_field(now[i], usual[i]);
    if (fields_[i]->is_changed()) ++changes[now[i].section];
  }
  for (const auto& [title, section] : sections_) {
    const int count = changes[title];
    section->set_note(count == 0 ? QString() : tr("%1 changed").arg(count));
  }
  exceptions_->show_scheme(scheme);
  if (!scheme.layers.empty()) {
    sections_[tr("Single layers").toStdString()]->set_note(
        scheme.layers.size() == 1 ? tr("1 exception") : tr("%1 exceptions").arg(scheme.layers.size()));
  }
  show_what_counts();
  show_problem(problem);
  show_help();
}

void SchemeForm::show_layers(const std::vector<std::string>& names, const std::vector<std::string>& selected) {
  exceptions_->show_layers(names, selected);
}

/// What does nothing while its part is switched off is greyed.
void SchemeForm::show_what_counts() {
  std::map<std::string, bool> off;
  for (const FieldRow* row : fields_) {
    if (row->field().key.governs) off[row->field().section] = !std::get<bool>(row->field().value);
  }
  for (FieldRow* row : fields_) row->setEnabled(row->field().key.governs || !off[row->field().section]);
}

/// Beside the key that is wrong where it is known, on top otherwise.
void SchemeForm::show_problem(const QString& known) {
  std::optional<SchemeProblem> problem = problem_of(scheme_);
  if (!problem && !known.isEmpty()) problem = problem_from(scheme_, known.toStdString());
  const QString words = problem ? QString::fromStdString(problem->text) : QString();
  bool placed = words.isEmpty();
  for (FieldRow* row : fields_) {
    const bool here = problem && problem->path == row->field().path;
    row->show_problem(here ? words : QString());
    if (!here) continue;
    sections_[row->field().section]->open();
    placed = true;
  }
  const bool of_layer = problem && problem->path.starts_with("layers");
  exceptions_->show_problem(of_layer ? words : QString());
  if (of_layer) sections_[tr("Single layers").toStdString()]->open();
  placed = placed || of_layer;
  problem_->setText(placed ? QString() : QString::fromUtf8("⚠ ") + words);
  problem_->setVisible(!placed);
}

void SchemeForm::show_help() {
  if (helped_ != nullptr) help_->setText(helped_->help());
}

}  // namespace qs
