#include "views/start_page.h"

#include <QCommandLinkButton>
#include <QFileInfo>
#include <QLabel>
#include <QListWidget>
#include <QVBoxLayout>

namespace qs {

namespace {

constexpr int kColumnWidth = 560;

QCommandLinkButton* choice(const QString& title, const QString& what, QVBoxLayout& rows) {
  auto* button = new QCommandLinkButton(title, what);
  button->setIcon({});
  rows.addWidget(button);
  return button;
}

}  // namespace

StartPage::StartPage(QWidget* parent) : QWidget(parent), recent_(new QListWidget), recent_title_(new QLabel) {
  auto* column = new QWidget;
  column->setFixedWidth(kColumnWidth);
  auto* rows = new QVBoxLayout(column);
  rows->setSpacing(4);
  auto* title = new QLabel(tr("Quantoscope"));
  QFont large = title->font();
  large.setPointSizeF(large.pointSizeF() * 2);
  large.setBold(true);
  title->setFont(large);
  auto* subtitle =
      new QLabel(tr("See what quantization does to a neural network: layer by layer, channel by channel, "
                    "image by image."));
  subtitle->setWordWrap(true);
  rows->addStretch(1);
  rows->addWidget(title);
  rows->addWidget(subtitle);
  rows->addSpacing(16);
  auto* example = choice(tr("&Explore the built-in example"),
                         tr("A small network and 2,000 images that come with the program: move a slider and see what "
                            "it does to layers, channels and answers."),
                         *rows);
  QFont bold = example->font();
  bold.setBold(true);
  example->setFont(bold);
  example->setFocus();  // Return is enough
  connect(example, &QAbstractButton::clicked, this, &StartPage::example_wanted);
  connect(choice(tr("Open a &model…"),
                 tr("An image classifier in ONNX. Its weights are analyzed at once; no image is needed."), *rows),
          &QAbstractButton::clicked, this, &StartPage::open_model_wanted);
  connect(choice(tr("Open &images…"),
                 tr("A folder or an archive of images: measures accuracy and what activations are like."), *rows),
          &QAbstractButton::clicked, this, &StartPage::open_images_wanted);
  connect(choice(tr("Open a &project…"), tr("A model, its images, schemes and all results, as you left them."), *rows),
          &QAbstractButton::clicked, this, &StartPage::open_project_wanted);
  rows->addSpacing(12);
  recent_title_->setText(tr("&Recent"));
  recent_title_->setBuddy(recent_);
  rows->addWidget(recent_title_);
  recent_->setMaximumHeight(150);
  recent_->setAccessibleName(tr("Recent models and projects"));
  rows->addWidget(recent_);
  auto* hint =
      new QLabel(tr("Models, image folders, archives, schemes and projects can also be dropped onto this window."));
  hint->setEnabled(false);
  hint->setWordWrap(true);
  rows->addWidget(hint);
  rows->addStretch(2);
  auto* centred = new QHBoxLayout(this);
  centred->addStretch(1);
  centred->addWidget(column);
  centred->addStretch(1);
  connect(recent_, &QListWidget::itemActivated, this,
          [this](QListWidgetItem* item) { emit recent_chosen(item->data(Qt::UserRole).toString()); });
  connect(recent_, &QListWidget::itemClicked, this,
          [this](QListWidgetItem* item) { emit recent_chosen(item->data(Qt::UserRole).toString()); });
  show_recent({});
}

void StartPage::show_recent(const QStringList& paths) {
  recent_->clear();
  for (const QString& path : paths) {
    const QFileInfo file(path);
    auto* item = new QListWidgetItem(QString("%1    %2").arg(file.fileName(), file.path()), recent_);
    item->setData(Qt::UserRole, path);
    item->setToolTip(path);
    if (!file.exists()) {
      item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
      item->setText(tr("%1    (gone)").arg(item->text()));
    }
  }
  recent_->setVisible(!paths.isEmpty());
  recent_title_->setVisible(!paths.isEmpty());
}

}  // namespace qs
