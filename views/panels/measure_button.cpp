#include "views/panels/measure_button.h"

#include <algorithm>

#include "views/models/plain_text.h"

namespace qs {

MeasureButton::MeasureButton(Workbench& workbench, std::string activity, std::function<void()> measure, QWidget* parent)
    : QPushButton(parent), workbench_(workbench), activity_(std::move(activity)), measure_(std::move(measure)) {
  setText(tr("&Measure"));
  // The button keeps its place while its words change.
  setMinimumWidth(fontMetrics().horizontalAdvance(tr("Stop (100 %)")) + 32);
  connect(this, &QPushButton::clicked, this, [this] { running_.empty() ? measure_() : workbench_.cancel(running_); });
}

void MeasureButton::show(const Snapshot& snapshot, const QString& why_not) {
  const auto found = std::find_if(snapshot.activities.begin(), snapshot.activities.end(),
                                  [&](const Activity& each) { return each.key.starts_with(activity_); });
  const bool runs = found != snapshot.activities.end();
  running_ = runs ? found->key : std::string();
  setText(!runs                  ? tr("&Measure")
          : found->fraction >= 0 ? tr("Stop (%1 %)").arg(static_cast<int>(100 * found->fraction))
                                 : tr("Stop"));
  setEnabled(runs || why_not.isEmpty());
  setToolTip(runs ? plain_tool_tip(plain_text(found->title)) : plain_tool_tip(why_not));
}

}  // namespace qs
