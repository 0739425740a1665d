// The guided diagnosis: questions in order, each with its answer, the numbers it rests on and what can be done next.
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QTableWidget>
#include <QVBoxLayout>

#include "views/panels/panels.h"
#include "views/theme.h"

namespace qs {

namespace {

QString text(const std::string& string) {
  return QString::fromStdString(string);
}

QLabel* wrapped(QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setWordWrap(true);
  label->setTextFormat(Qt::PlainText);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  return label;
}

void set_color(QLabel& label, const QColor& color) {
  QPalette palette = label.palette();
  palette.setColor(QPalette::WindowText, color);
  label.setPalette(palette);
}

/// One question.
class StepCard : public QFrame {
 public:
  StepCard(Workbench& workbench, std::string id, QWidget* parent)
      : QFrame(parent),
        workbench_(workbench),
        id_(std::move(id)),
        question_(wrapped(this)),
        why_(wrapped(this)),
        verdict_(wrapped(this)),
        bar_(new QProgressBar(this)),
        table_(new QTableWidget(this)),
        ask_(new QPushButton(this)),
        actions_(new QVBoxLayout) {
    setFrameShape(QFrame::StyledPanel);
    QFont bold = question_->font();
    bold.setBold(true);
    question_->setFont(bold);
    bar_->setTextVisible(false);
    bar_->setMaximumHeight(6);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->verticalHeader()->hide();
    table_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table_->setWordWrap(false);  // what is cut is in the tooltip
    table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    table_->setSelectionMode(QAbstractItemView::ContiguousSelection);
    auto* head = new QHBoxLayout;
    head->addWidget(question_, 1);
    head->addWidget(ask_, 0, Qt::AlignTop);
    auto* rows = new QVBoxLayout(this);
    rows->addLayout(head);
    rows->addWidget(why_);
    rows->addWidget(bar_);
    rows->addWidget(verdict_);
    rows->addWidget(table_);
    rows->addLayout(actions_);
    connect(ask_, &QPushButton::clicked, this, [this] {
      if (running_) {
        workbench_.cancel("guide:" + id_);
      } else {
        workbench_.diagnose(id_);
      }
    });
  }

  void show_step(const GuideStepView& step, int number, bool possible) {
    running_ = step.state == GuideState::running;
    question_->setText(QString("%1.  %2").arg(number).arg(text(step.question)));
    why_->setText(text(step.why));
    why_->setToolTip(text(step.citation));
    const Theme theme = theme_for(palette());
    set_color(*why_, theme.weak_text);
    ask_->setText(running_ ? tr("Cancel") : step.state == GuideState::done ? tr("Ask again") : tr("Find out"));
    ask_->setAccessibleName(tr("%1: %2").arg(ask_->text(), text(step.question)));
    ask_->setEnabled(possible);
    bar_->setVisible(running_);
    bar_->setRange(0, step.fraction < 0 ? 0 : 1000);
    if (step.fraction >= 0) bar_->setValue(static_cast<int>(step.fraction * 1000));
    const bool done = step.state == GuideState::done;
    const bool failed = step.state == GuideState::failed;
    verdict_->setVisible(done || failed);
    table_->setVisible(done && !step.verdict.numbers.rows.empty());
    if (failed) {
      verdict_->setText(tr("This could not be answered: %1").arg(text(step.message)));
      set_color(*verdict_, theme.bad);
    }
    if (done) show_verdict(step.verdict, theme);
    if (!done) clear_actions();
  }

 private:
  void show_verdict(const GuideVerdict& verdict, const Theme& theme) {
    // A word besides the color, for those who see none.
    const QString word = verdict.judgement == GuideJudgement::fine   ? tr("Fine.")
                         : verdict.judgement == GuideJudgement::look ? tr("Note.")
                                                                     : tr("Trouble.");
    verdict_->setText(QString("%1  %2").arg(word, text(verdict.sentence)));
    set_color(*verdict_, verdict.judgement == GuideJudgement::fine      ? theme.good
                         : verdict.judgement == GuideJudgement::trouble ? theme.bad
                                                                        : theme.text);
    show_numbers(verdict.numbers);
    clear_actions();
    for (const GuideAction& action : verdict.actions) {
      auto* button = new QPushButton(text(action.label), this);
      connect(button, &QPushButton::clicked, this, [this, action] { workbench_.act(action); });
      actions_->addWidget(button, 0, Qt::AlignLeft);
    }
  }

  void show_numbers(const NumberTable& numbers) {
    table_->setColumnCount(static_cast<int>(numbers.columns.size()));
    table_->setRowCount(static_cast<int>(numbers.rows.size()));
    for (int c = 0; c < table_->columnCount(); ++c) {
      table_->setHorizontalHeaderItem(c, new QTableWidgetItem(text(numbers.columns[static_cast<std::size_t>(c)])));
      for (int r = 0; r < table_->rowCount(); ++r) {
        const auto& row = numbers.rows[static_cast<std::size_t>(r)];
        auto* item = new QTableWidgetItem(text(row[static_cast<std::size_t>(c)]));
        item->setToolTip(QStringLiteral("<p>%1</p>").arg(item->text().toHtmlEscaped()));
        if (c > 0) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        table_->setItem(r, c, item);
      }
    }
    QHeaderView& header = *table_->horizontalHeader();
    header.setSectionResizeMode(QHeaderView::ResizeToContents);
    if (table_->columnCount() > 0) header.setSectionResizeMode(0, QHeaderView::Stretch);
    header.setDefaultAlignment(Qt::AlignLeft | Qt::AlignBottom | static_cast<Qt::Alignment>(Qt::TextWordWrap));
    int height = header.sizeHint().height() + 2 * table_->frameWidth();
    for (int r = 0; r < table_->rowCount(); ++r) height += table_->rowHeight(r);
    table_->setFixedHeight(height);
  }

  void clear_actions() {
    while (QLayoutItem* item = actions_->takeAt(0)) {
      if (item->widget() != nullptr) item->widget()->deleteLater();
      delete item;
    }
  }

  Workbench& workbench_;
  std::string id_;
  bool running_ = false;
  QLabel* question_;
  QLabel* why_;
  QLabel* verdict_;
  QProgressBar* bar_;
  QTableWidget* table_;
  QPushButton* ask_;
  QVBoxLayout* actions_;
};

class GuidePanel : public Panel {
 public:
  GuidePanel(Workbench& bench, QWidget* parent)
      : Panel(bench, parent), subject_(wrapped(this)), all_(new QPushButton(tr("Find out &all"), this)) {
    auto* content = new QWidget;
    cards_ = new QVBoxLayout(content);
    cards_->setSpacing(8);
    auto* scroll = new QScrollArea;
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(8, 6, 8, 0);
    head->addWidget(subject_, 1);
    head->addWidget(all_);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addLayout(head);
    rows->addWidget(scroll, 1);
    all_->setToolTip(tr("Answer all questions in order; takes about a minute"));
    connect(all_, &QPushButton::clicked, this, [this] {
      asking_ = true;
      ask_next(workbench().now());
    });
  }

 protected:
  void show_snapshot(const Snapshot& snapshot) override {
    const bool possible = snapshot.current() != nullptr && snapshot.images != nullptr;
    subject_->setText(!snapshot.current() ? tr("Open a model to ask what quantization does to it.")
                      : !possible ? tr("The questions are answered by running the network: open images (Ctrl+I).")
                                  : tr("What is wrong with \"%1\"?").arg(text(snapshot.current()->scheme.title)));
    all_->setEnabled(possible);
    if (snapshot.guide.size() != steps_.size()) rebuild(snapshot);
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const GuideStepView& step = snapshot.guide[i];
      if (!drawn_[i] || step.state != drawn_[i]->state || step.fraction != drawn_[i]->fraction ||
          possible != possible_) {
        steps_[i]->show_step(step, static_cast<int>(i) + 1, possible);
      }
      drawn_[i] = step;
    }
    possible_ = possible;
    if (asking_) ask_next(snapshot);
  }

 private:
  void rebuild(const Snapshot& snapshot) {
    for (StepCard* card : steps_) card->deleteLater();
    steps_.clear();
    while (QLayoutItem* item = cards_->takeAt(0)) delete item;
    for (const GuideStepView& step : snapshot.guide) {
      steps_.push_back(new StepCard(workbench(), step.id, this));
      cards_->addWidget(steps_.back());
    }
    cards_->addStretch(1);
    drawn_.assign(steps_.size(), std::nullopt);
  }

  /// One after the other, since later questions use earlier answers.
  void ask_next(const Snapshot& snapshot) {
    for (const GuideStepView& step : snapshot.guide) {
      if (step.state == GuideState::running) return;
      if (step.state == GuideState::failed) break;
      if (step.state == GuideState::open) {
        // Stopped by the user: a step that had been running is open again.
        if (step.id == asked_) break;
        asked_ = step.id;
        workbench().diagnose(step.id);
        return;
      }
    }
    asking_ = false;
    asked_.clear();
  }

  QLabel* subject_;
  QPushButton* all_;
  QVBoxLayout* cards_ = nullptr;
  std::vector<StepCard*> steps_;
  std::vector<std::optional<GuideStepView>> drawn_;
  bool possible_ = false;
  bool asking_ = false;
  std::string asked_;
};

}  // namespace

const PanelKind guide_panel = {
    "diagnosis", "Diagnosis", "What is wrong with the current scheme, found out step by step, and what would help.",
    PanelPlace::centre,
    [](Workbench& workbench, QWidget* parent) -> Panel* { return new GuidePanel(workbench, parent); }};

}  // namespace qs
