#include "views/forms/scheme_comparison.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QPushButton>
#include <QVBoxLayout>

namespace qs {

SchemeComparison::SchemeComparison(QWidget* parent)
    : QDialog(parent), words_(new QLabel(this)), table_(new QTableWidget(this)) {
  setWindowTitle(tr("Compare schemes"));
  words_->setWordWrap(true);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setAlternatingRowColors(true);
  table_->verticalHeader()->hide();
  table_->setAccessibleName(tr("Settings in which the shown schemes differ"));
  table_->setWordWrap(true);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
  auto* copy_button = buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
  copy_button->setToolTip(tr("Copy the table as text with tabs, for a spreadsheet"));
  auto* rows = new QVBoxLayout(this);
  rows->addWidget(words_);
  rows->addWidget(table_, 1);
  rows->addWidget(buttons);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(copy_button, &QPushButton::clicked, this, &SchemeComparison::copy);
  resize(640, 320);
}

void SchemeComparison::show_schemes(const std::vector<Scheme>& schemes) {
  const std::vector<Difference> found = differences(schemes);
  words_->setText(schemes.size() < 2 ? tr("Tick two or more schemes in the list to compare them.")
                  : found.empty()    ? tr("The shown schemes have the same settings.")
                                     : tr("Settings in which the shown schemes differ; all others are the same."));
  table_->clear();
  table_->setColumnCount(static_cast<int>(schemes.size()) + 1);
  table_->setRowCount(static_cast<int>(found.size()));
  QStringList headings{tr("Setting")};
  for (const Scheme& each : schemes) headings << QString::fromStdString(each.id);  // titles are long
  table_->setHorizontalHeaderLabels(headings);
  for (std::size_t i = 0; i < schemes.size(); ++i) {
    const QString title = QString::fromStdString(schemes[i].title).toHtmlEscaped();
    table_->horizontalHeaderItem(static_cast<int>(i) + 1)->setToolTip(title);
  }
  for (int row = 0; row < table_->rowCount(); ++row) {
    const Difference& each = found[static_cast<std::size_t>(row)];
    table_->setItem(row, 0, new QTableWidgetItem(QString::fromStdString(each.section + ": " + each.title)));
    for (int column = 1; column < table_->columnCount(); ++column) {
      const QString value = QString::fromStdString(each.values[static_cast<std::size_t>(column - 1)]);
      table_->setItem(row, column, new QTableWidgetItem(value));
    }
  }
  table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::Alignment(Qt::TextWordWrap));
  table_->resizeRowsToContents();
}

void SchemeComparison::copy() const {
  QStringList lines;
  for (int row = -1; row < table_->rowCount(); ++row) {
    QStringList cells;
    for (int column = 0; column < table_->columnCount(); ++column) {
      const QTableWidgetItem* item = row < 0 ? table_->horizontalHeaderItem(column) : table_->item(row, column);
      cells << (item == nullptr ? QString() : item->text());
    }
    lines << cells.join('\t');
  }
  QGuiApplication::clipboard()->setText(lines.join('\n'));
}

}  // namespace qs
