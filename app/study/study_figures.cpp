#include "app/study/study_figures.h"

#include <fmt/format.h>

#include <QString>
#include <filesystem>

#include "app/report/plot_application.h"
#include "app/study/study_claims.h"
#include "views/plots/series_style.h"

namespace qs {

SeedCurves study_curves(const StudyReport& report, const NetworkResults& network) {
  SeedCurves data;
  data.title =
      QObject::tr("%1: %2").arg(QString::fromStdString(report.study.title), QString::fromStdString(network.network));
  data.reading = QObject::tr(
                     "Images set aside from training that are right, by epoch: the mean of %1, in the band "
                     "from the worst to the best of them.")
                     .arg(counted(report.settings.seeds, QObject::tr("seed"), QObject::tr("seeds")));
  for (const StudyArm& arm : report.study.arms) {
    SeedCurve curve{QString::fromStdString(arm.title), static_cast<int>(data.curves.size()), {}};
    for (const ArmRun& run : arm_of(network, arm.id).runs) {
      curve.runs.emplace_back();
      for (const EpochRecord& record : run.curves) {
        if (record.validation_accuracy) curve.runs.back().push_back(*record.validation_accuracy);
      }
    }
    if (!epoch_spreads(curve).empty()) data.curves.push_back(std::move(curve));
  }
  return data;
}

std::vector<std::string> write_study_figures(const StudyReport& report) {
  std::vector<std::string> written;
  if (report.study.published) return written;
  const std::unique_ptr<QApplication> application = plot_application();
  for (const NetworkResults& network : report.networks) {
    const SeedCurves data = study_curves(report, network);
    if (data.curves.empty()) continue;
    PlotView view(QString::fromStdString(report.study.id), data.title);
    view.resize(900, 560);
    view.show_plot([data](PlotView& plot) { draw(data, plot); });
    const std::filesystem::path stem =
        std::filesystem::path(report.settings.folder) / fmt::format("{}-{}", report.study.id, network.network);
    for (const char* ending : {".csv", ".svg"}) {
      written.push_back(stem.string() + ending);
      view.save(QString::fromStdString(written.back()));
    }
  }
  return written;
}

}  // namespace qs
