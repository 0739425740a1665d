#include "views/panels/experiment_controls.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

#include "core/engine/executable.h"
#include "views/plots/series_style.h"

namespace qs {

namespace {

constexpr std::int64_t kLimits[] = {100, 500};

QLabel* label_for(const QString& text, QWidget* buddy, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setBuddy(buddy);
  return label;
}

}  // namespace

std::vector<std::string> schemes_to_run(const Snapshot& snapshot) {
  std::vector<std::string> ids;
  for (const SchemeView& each : snapshot.schemes) {
    if (each.shown && each.problem.empty() && !each.scheme.is_float()) ids.push_back(each.scheme.id);
  }
  return ids;
}

QString why_not_run(const Snapshot& snapshot) {
  if (snapshot.model == nullptr) return QObject::tr("Open a model to run it.");
  if (snapshot.images == nullptr) return QObject::tr("Open images: accuracy is measured on them.");
  if (schemes_to_run(snapshot).empty()) return QObject::tr("Show a scheme to compare it with float.");
  return {};
}

ExperimentControls::ExperimentControls(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      run_(new QPushButton(tr("&Run shown schemes"), this)),
      limit_(new QComboBox(this)),
      backend_(new QComboBox(this)),
      hint_(new QLabel(this)) {
  make_choices();
  run_->setToolTip(tr("Runs float and all shown schemes over the images, and counts how often they are right."));
  hint_->setTextFormat(Qt::PlainText);
  hint_->setForegroundRole(QPalette::PlaceholderText);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(run_);
  row->addWidget(label_for(tr("&on"), limit_, this));
  row->addWidget(limit_);
  row->addWidget(label_for(tr("&with"), backend_, this));
  row->addWidget(backend_);
  row->addSpacing(8);
  row->addWidget(hint_, 1);
  connect(run_, &QPushButton::clicked, this, &ExperimentControls::run);
  connect(backend_, &QComboBox::activated, this,
          [this] { workbench_.set_backend(backend_->currentData().toString().toStdString()); });
}

void ExperimentControls::make_choices() {
  for (std::int64_t limit : kLimits) limit_->addItem(tr("%1 images").arg(limit), QVariant::fromValue(limit));
  limit_->addItem(tr("all images"), QVariant::fromValue(std::int64_t{0}));
  limit_->setCurrentIndex(limit_->count() - 1);
  limit_->setSizeAdjustPolicy(QComboBox::AdjustToContents);  // how many "all" are is known later
  limit_->setAccessibleName(tr("Number of images"));
  limit_->setToolTip(tr("Fewer images are chosen evenly from all; intervals are wider then."));
  for (const Backend* each : backends()) {
    if (each->compile_quantized == nullptr) continue;
    backend_->addItem(QString::fromUtf8(each->title.data(), std::ssize(each->title)),
                      QString::fromUtf8(each->id.data(), std::ssize(each->id)));
    backend_->setItemData(backend_->count() - 1, QString::fromUtf8(each->summary.data(), std::ssize(each->summary)),
                          Qt::ToolTipRole);
  }
  backend_->setAccessibleName(tr("Backend"));
}

void ExperimentControls::run() {
  workbench_.run(schemes_to_run(workbench_.now()), limit_->currentData().value<std::int64_t>());
}

void ExperimentControls::show_snapshot(const Snapshot& snapshot) {
  const QString why_not = why_not_run(snapshot);
  run_->setEnabled(why_not.isEmpty());
  const auto count = static_cast<std::int64_t>(schemes_to_run(snapshot).size());
  hint_->setText(why_not.isEmpty() ? tr("Float and %1").arg(counted(count, tr("scheme"), tr("schemes"))) : why_not);
  const QString all =
      snapshot.images == nullptr ? tr("all images") : tr("all %1 images").arg(snapshot.images->dataset.entries.size());
  if (limit_->itemText(limit_->count() - 1) != all) limit_->setItemText(limit_->count() - 1, all);
  const int place = backend_->findData(QString::fromStdString(snapshot.backend));
  if (place >= 0 && place != backend_->currentIndex()) backend_->setCurrentIndex(place);
  backend_->setToolTip(backend_->currentData(Qt::ToolTipRole).toString());
}

}  // namespace qs
