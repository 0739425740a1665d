#include "app/cli/activation_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/run/scheme_text.h"
#include "app/run/table.h"
#include "core/model/printable.h"

namespace qs {

namespace {

constexpr std::size_t kNameWidth = 32;
constexpr std::size_t kWorst = 8;

std::string range_text(Range range) {
  return fmt::format("{:.3g} to {:.3g}", range.min, range.max);
}

std::string share_text(double share) {
  return share == 0 ? "-" : fmt::format("{:.2g} %", 100 * share);
}

std::vector<std::string> row(const ActivationSqnr& value) {
  const Grid& grid = value.encoding.grid;
  const double noise = value.total().noise;
  return {printable(value.layer.empty() ? value.value : value.layer),
          std::to_string(grid.bits),
          range_text(value.seen),
          range_text(covered(value.encoding.channels[0], grid)),
          decibel_text(sqnr_db(value.total())),
          share_text(value.clipped_share),
          noise == 0 ? "-" : share_text(value.clipping.noise / noise)};
}

std::string scheme_table(const SchemeAnalysis& scheme, bool details) {
  std::vector<const ActivationSqnr*> values;
  for (const ActivationSqnr& value : scheme.activations) values.push_back(&value);
  std::stable_sort(values.begin(), values.end(), [](const ActivationSqnr* left, const ActivationSqnr* right) {
    return sqnr_db(left->total()) < sqnr_db(right->total());
  });
  const std::size_t shown = details ? values.size() : std::min(kWorst, values.size());
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < shown; ++i) rows.push_back(row(*values[i]));
  std::string text = table_text({{"result of", Align::left, kNameWidth},
                                 {"bits", Align::right},
                                 {"seen", Align::right, 18},
                                 {"covered", Align::right, 18},
                                 {"dB", Align::right},
                                 {"clipped", Align::right},
                                 {"of noise", Align::right}},
                                rows);
  if (shown < values.size()) text += fmt::format("... and {} more\n", values.size() - shown);
  for (const LayerRemark& remark : scheme.remarks) {
    text += entry_text("", fmt::format("{}: {}", printable(remark.layer), printable(remark.text)));
  }
  return text;
}

constexpr const char* kReading =
    "\nEstimated from the calibration's histograms, each value by itself. \"clipped\" is the part of the\n"
    "numbers that lie outside the covered range, \"of noise\" what they contribute to the noise: where it\n"
    "is most of it a wider range helps, where it is next to nothing a narrower one may.\n";

}  // namespace

std::string activations_text(const AnalysisReport& report) {
  std::string text;
  const SchemeAnalysis* before = nullptr;
  for (const SchemeAnalysis& scheme : report.schemes) {
    if (scheme.calibrated_with == 0) continue;
    text += fmt::format("\nActivations under {} ({}), from {} images", scheme.scheme.id,
                        words(scheme.scheme.activations), scheme.calibrated_with);
    const bool same = before != nullptr && before->scheme.activations == scheme.scheme.activations &&
                      before->calibrated_with == scheme.calibrated_with &&
                      before->scheme.layers == scheme.scheme.layers;
    text += same ? fmt::format(": as under {}\n", before->scheme.id)
                 : ", worst first:\n" + scheme_table(scheme, report.details);
    if (!same) before = &scheme;
  }
  return text.empty() ? text : text + kReading;
}

}  // namespace qs
