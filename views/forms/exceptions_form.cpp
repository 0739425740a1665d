#include "views/forms/exceptions_form.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

#include "views/forms/choice_editors.h"
#include "views/theme.h"

namespace qs {

namespace {

enum Column { kPattern, kSays, kMatches, kColumns };
constexpr int kListHeight = 96;

QToolButton* button(const QString& words, const QString& tip, QWidget* parent) {
  auto* made = new QToolButton(parent);
  made->setText(words);
  made->setToolTip(tip);
  made->setAccessibleName(tip);
  made->setAutoRaise(true);
  return made;
}

}  // namespace

ExceptionsForm::ExceptionsForm(QWidget* parent)
    : QWidget(parent),
      list_(new QTreeWidget(this)),
      remove_(button(tr("Remove"), tr("Remove the exception (Del)"), this)),
      target_(new QLabel(this)),
      problem_(new QLabel(this)) {
  list_->setHeaderLabels({tr("Layers"), tr("Exception"), tr("Match")});
  list_->headerItem()->setToolTip(kMatches, tr("How many layers of the model the pattern matches"));
  list_->setRootIsDecorated(false);
  list_->setUniformRowHeights(true);
  list_->setFixedHeight(kListHeight);
  list_->setAccessibleName(tr("Exceptions for single layers"));
  list_->setToolTip(
      tr("The first exception that matches a layer counts. Double click or F2 changes the pattern: * is any text, ? "
         "any character."));
  list_->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
  list_->header()->setStretchLastSection(false);
  list_->header()->setSectionResizeMode(kPattern, QHeaderView::Interactive);
  list_->header()->setSectionResizeMode(kSays, QHeaderView::Stretch);
  list_->header()->setSectionResizeMode(kMatches, QHeaderView::ResizeToContents);
  list_->installEventFilter(this);
  for (QLabel* label : {target_, problem_}) {
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
  }
  problem_->hide();
  auto* below = new QHBoxLayout;
  below->addWidget(target_, 1);
  below->addWidget(remove_, 0, Qt::AlignTop);
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(2);
  all->addWidget(list_);
  all->addLayout(below);
  all->addWidget(problem_);
  const std::string anything = "*";
  for (const ExceptionField& each : exception_fields(scheme_, {&anything, 1})) {
    auto* row = new FieldRow(each.field, make_optional_editor(each.field, each.otherwise, nullptr), this);
    rows_.push_back(row);
    all->addWidget(row);
    connect(row, &FieldRow::edited, this, [this, row](const FieldValue& value) {
      replace(with_exception(scheme_, patterns(), row->field().path, value),
              tr("Exception: %1").arg(text(row->field().key.title)));
    });
  }
  connect(list_, &QTreeWidget::currentItemChanged, this, [this] {
    if (!filling_) show_target();
  });
  connect(list_, &QTreeWidget::itemChanged, this, [this](QTreeWidgetItem* item, int column) {
    if (!filling_ && column == kPattern) rename(list_->indexOfTopLevelItem(item) - 1, item->text(kPattern));
  });
  connect(remove_, &QToolButton::clicked, this, &ExceptionsForm::remove_current);
  fill_list();
  show_target();
}

std::vector<std::string> ExceptionsForm::patterns() const {
  const int row = list_->indexOfTopLevelItem(list_->currentItem());
  if (row <= 0 || row > static_cast<int>(scheme_.layers.size())) return selected_;
  return {scheme_.layers[static_cast<std::size_t>(row - 1)].pattern};
}

FieldRow* ExceptionsForm::row(const std::string& path) const {
  for (FieldRow* each : rows_) {
    if (each->field().path == path) return each;
  }
  return nullptr;
}

void ExceptionsForm::show_scheme(const Scheme& scheme) {
  const bool same_list = scheme.layers == scheme_.layers;
  scheme_ = scheme;
  if (!same_list) fill_list();
  show_target();
}

void ExceptionsForm::show_layers(const std::vector<std::string>& names, const std::vector<std::string>& selected) {
  if (names == names_ && selected == selected_) return;
  const bool other_layers = selected != selected_;
  names_ = names;
  selected_ = selected;
  fill_list();
  if (other_layers) list_->setCurrentItem(list_->topLevelItem(0));
  show_target();
}

void ExceptionsForm::show_problem(const QString& problem) {
  problem_->setText(problem.isEmpty() ? QString() : QString::fromUtf8("⚠ ") + problem);
  problem_->setVisible(!problem.isEmpty());
  QPalette bad = palette();
  bad.setColor(QPalette::WindowText, theme_for(palette()).bad);
  problem_->setPalette(bad);
}

void ExceptionsForm::fill_list() {
  filling_ = true;
  const int before = std::max(0, list_->indexOfTopLevelItem(list_->currentItem()));
  list_->clear();
  auto* selected = new QTreeWidgetItem(
      list_, {tr("Selected layers"), selected_.empty() ? tr("none") : QString(), QString::number(selected_.size())});
  QFont italic = list_->font();
  italic.setItalic(true);
  selected->setFont(kPattern, italic);
  for (const LayerOverride& each : scheme_.layers) {
    auto* item =
        new QTreeWidgetItem(list_, {QString::fromStdString(each.pattern), QString::fromStdString(text_of(each)),
                                    QString::number(matching_layers(each.pattern, names_))});
    item->setFlags(item->flags() | Qt::ItemIsEditable);
    item->setToolTip(kSays, item->text(kSays).toHtmlEscaped());
    item->setToolTip(kPattern, item->text(kPattern).toHtmlEscaped());
  }
  for (int i = 0; i < list_->topLevelItemCount(); ++i)
    list_->topLevelItem(i)->setTextAlignment(kMatches, Qt::AlignRight);
  list_->setCurrentItem(list_->topLevelItem(std::min(before, list_->topLevelItemCount() - 1)));
  filling_ = false;
}

void ExceptionsForm::show_target() {
  const bool of_selection = list_->indexOfTopLevelItem(list_->currentItem()) <= 0;
  const std::vector<std::string> about = patterns();
  remove_->setEnabled(!of_selection);
  if (about.empty()) {
    target_->setText(tr("Select layers in the model table to make exceptions for them."));
  } else if (of_selection) {
    target_->setText(about.size() == 1 ? tr("For %1:").arg(QString::fromStdString(about.front()))
                                       : tr("For %1 and %n more:", nullptr, static_cast<int>(about.size()) - 1)
                                             .arg(QString::fromStdString(about.front())));
  } else {
    target_->setText(tr("For layers called %1:").arg(QString::fromStdString(about.front())));
  }
  const std::string anything = "*";
  const auto fields = exception_fields(scheme_, about.empty() ? std::span(&anything, 1) : std::span(about));
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    Field unset = fields[i].field;
    unset.value = std::monostate{};
    rows_[i]->editor().set_otherwise(fields[i].otherwise);
    rows_[i]->show_field(about.empty() ? unset : fields[i].field, unset);
    rows_[i]->setEnabled(!about.empty());
  }
}

void ExceptionsForm::replace(const Scheme& changed, const QString& what) {
  if (changed == scheme_) return;
  show_scheme(changed);
  emit edited(changed, what);
}

void ExceptionsForm::rename(int index, const QString& pattern) {
  if (index < 0 || index >= static_cast<int>(scheme_.layers.size())) return;
  Scheme changed = scheme_;
  changed.layers[static_cast<std::size_t>(index)].pattern = pattern.toStdString();
  // Not now: the editor of the list is still open.
  QMetaObject::invokeMethod(
      this, [this, changed] { replace(changed, tr("Exception: Layers")); }, Qt::QueuedConnection);
}

void ExceptionsForm::remove_current() {
  const int index = list_->indexOfTopLevelItem(list_->currentItem()) - 1;
  if (index < 0 || index >= static_cast<int>(scheme_.layers.size())) return;
  Scheme changed = scheme_;
  changed.layers.erase(changed.layers.begin() + index);
  replace(changed, tr("Remove exception"));
}

bool ExceptionsForm::eventFilter(QObject* object, QEvent* event) {
  if (object != list_ || event->type() != QEvent::KeyPress) return QWidget::eventFilter(object, event);
  if (static_cast<QKeyEvent*>(event)->key() != Qt::Key_Delete) return QWidget::eventFilter(object, event);
  remove_current();
  return true;
}

}  // namespace qs
