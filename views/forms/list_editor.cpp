#include "views/forms/list_editor.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QVBoxLayout>
#include <algorithm>

#include "views/forms/choice_editors.h"

namespace qs {

namespace {

constexpr int kRowsSeen = 6;

QToolButton* arrow(Qt::ArrowType type, const QString& tip, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setArrowType(type);
  button->setToolTip(tip);
  button->setAccessibleName(tip);
  button->setAutoRaise(true);
  return button;
}

}  // namespace

ListEditor::ListEditor(const Field& field, QWidget* parent)
    : FieldEditor(parent),
      choices_(field.choices),
      list_(new QListWidget(this)),
      up_(arrow(Qt::UpArrow, tr("Earlier (Alt+Up)"), this)),
      down_(arrow(Qt::DownArrow, tr("Later (Alt+Down)"), this)) {
  list_->setDragDropMode(QAbstractItemView::InternalMove);
  list_->setDefaultDropAction(Qt::MoveAction);
  list_->setAccessibleName(text(field.key.title));
  list_->setToolTip(tr("Those that are ticked run from top to bottom. Drag, or press Alt+Up or Alt+Down, to reorder."));
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->installEventFilter(this);
  auto* buttons = new QVBoxLayout;
  buttons->setSpacing(0);
  buttons->addWidget(up_);
  buttons->addWidget(down_);
  buttons->addStretch();
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(2);
  row->addWidget(list_, 1);
  row->addLayout(buttons);
  setFocusProxy(list_);
  connect(list_, &QListWidget::itemChanged, this, &ListEditor::changed);
  // Rows are inserted and filled before the old ones go: look when all is over.
  connect(list_->model(), &QAbstractItemModel::rowsRemoved, this, &ListEditor::changed, Qt::QueuedConnection);
  connect(list_->model(), &QAbstractItemModel::rowsMoved, this, &ListEditor::changed);
  connect(up_, &QToolButton::clicked, this, [this] { move_current(-1); });
  connect(down_, &QToolButton::clicked, this, [this] { move_current(1); });
  ListEditor::set_value(field.value);
  list_->setFixedHeight(list_->sizeHintForRow(0) * std::min(kRowsSeen, list_->count()) + 2 * list_->frameWidth());
}

void ListEditor::add(const Choice& choice, bool checked) {
  auto* item = new QListWidgetItem(text(choice.title), list_);
  item->setData(Qt::UserRole, text(choice.id));
  item->setToolTip(text(choice.summary));
  item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable | Qt::ItemIsDragEnabled);
  item->setCheckState(checked ? Qt::Checked : Qt::Unchecked);
}

void ListEditor::set_value(const FieldValue& value) {
  if (value == shown_ && list_->count() > 0) return;  // the order of those not ticked stays
  shown_ = value;
  filling_ = true;
  const QString current =
      list_->currentItem() == nullptr ? QString() : list_->currentItem()->data(Qt::UserRole).toString();
  list_->clear();
  const auto& chosen = std::get<std::vector<std::string>>(value);
  for (const std::string& id : chosen) {
    const auto known =
        std::find_if(choices_.begin(), choices_.end(), [&](const Choice& each) { return each.id == id; });
    if (known != choices_.end()) add(*known, true);
  }
  for (const Choice& each : choices_) {
    if (std::find(chosen.begin(), chosen.end(), each.id) == chosen.end()) add(each, false);
  }
  for (int i = 0; i < list_->count(); ++i) {
    if (list_->item(i)->data(Qt::UserRole).toString() == current) list_->setCurrentRow(i);
  }
  filling_ = false;
}

FieldValue ListEditor::value() const {
  std::vector<std::string> chosen;
  for (int i = 0; i < list_->count(); ++i) {
    const QListWidgetItem* item = list_->item(i);
    if (item->checkState() == Qt::Checked) chosen.push_back(item->data(Qt::UserRole).toString().toStdString());
  }
  return chosen;
}

QString ListEditor::details() const {
  const QListWidgetItem* item = list_->currentItem();
  return item == nullptr ? QString() : choice_details(choices_, item->data(Qt::UserRole).toString().toStdString());
}

void ListEditor::changed() {
  if (filling_ || value() == shown_) return;
  shown_ = value();
  emit edited();
}

void ListEditor::move_current(int step) {
  const int from = list_->currentRow();
  const int to = from + step;
  if (from < 0 || to < 0 || to >= list_->count()) return;
  filling_ = true;
  QListWidgetItem* item = list_->takeItem(from);
  list_->insertItem(to, item);
  list_->setCurrentRow(to);
  filling_ = false;
  changed();
}

bool ListEditor::eventFilter(QObject* object, QEvent* event) {
  if (object != list_ || event->type() != QEvent::KeyPress) return FieldEditor::eventFilter(object, event);
  const auto* key = static_cast<QKeyEvent*>(event);
  const int step = key->key() == Qt::Key_Up ? -1 : key->key() == Qt::Key_Down ? 1 : 0;
  if (step == 0 || !key->modifiers().testFlag(Qt::AltModifier)) return FieldEditor::eventFilter(object, event);
  move_current(step);
  return true;
}

}  // namespace qs
