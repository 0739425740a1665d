// Where to clip: noise as a function of the ends of the range, split into clipping and rounding, and what each range
// estimator chooses. spec/methods.md section 3 (Nagel et al. 2021, arXiv:2106.08295, section 3.1).
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/progress.h"
#include "core/quant/activation_encodings.h"

namespace qs {

/// Mean over all values of the squared error: of those within the range that the grid covers (and half a step beyond),
/// and of those outside.
struct RangeNoise {
  double rounding = 0;
  double clipping = 0;
  [[nodiscard]] double total() const { return rounding + clipping; }
};

/// What a range is to be found for: a layer's weights, or what it puts out.
///
/// Where each channel has a scale of its own, ranges are in parts of each channel's own: 1 is its largest value, -1 its
/// smallest (symmetric grids: its largest magnitude, both). The same part is then meant for all channels.
class RangeSubject {
 public:
  /// `weights`: finite f32 [channels, values each]; one channel: one range for all. Of more than `kMostValues` every
  /// n-th is looked at. `trained`: what training with quantization left for them.
  static RangeSubject of_weights(Tensor weights, const Grid& grid, MethodChoice choice,
                                 std::optional<Encoding> trained = std::nullopt);
  /// Noise takes values to be spread evenly within each bin of their histogram. What `question` refers to must outlive
  /// this.
  static RangeSubject of_activation(ActivationQuestion question);
  static constexpr std::int64_t kMostValues = 1 << 22;

  [[nodiscard]] const Grid& grid() const { return grid_; }
  [[nodiscard]] const MethodChoice& choice() const { return choice_; }
  [[nodiscard]] bool relative() const { return units_.size() > 1; }
  [[nodiscard]] Range seen() const;
  [[nodiscard]] double power() const;  ///< mean square of the values
  /// The range the grid has where `range` is asked for: with 0, and alike on both sides for signed symmetric grids.
  [[nodiscard]] Range on_grid(Range range) const;
  [[nodiscard]] RangeNoise noise(Range range) const;

  /// Shares (0 to 1) of the values in `bins` intervals of one width from the smallest to the largest value (with 0).
  [[nodiscard]] std::vector<double> shares(int bins) const;

  struct Answer {
    std::string_view obstacle;  ///< why there is none; then the rest does not count
    Range range;                ///< relative: the median over the channels of each end
    RangeNoise noise;           ///< with each channel's own range
  };
  [[nodiscard]] Answer ask(const RangeEstimator& estimator, const std::map<std::string, double>& settings) const;

 private:
  /// Of one channel: what 1 and -1 stand for.
  struct Unit {
    double low = 1;
    double high = 1;
  };
  [[nodiscard]] Range real(Range range, std::size_t channel) const;
  [[nodiscard]] std::span<const float> values(std::size_t channel) const;
  [[nodiscard]] RangeNoise channel_noise(ScaleZeroPoint encoding, std::size_t channel) const;  ///< sums

  Grid grid_;
  MethodChoice choice_;
  std::variant<Tensor, ActivationQuestion> data_;
  std::optional<Encoding> trained_;  ///< of weights
  std::vector<Unit> units_;
  std::vector<Range> ranges_;  ///< of each channel, exact
};

/// What noise would be with one end of the range moved there: the upper one above 0, the lower one below.
struct SweepPoint {
  double at = 0;
  RangeNoise noise;
};

struct RangeSweep {
  Grid grid;
  bool relative = false;
  double power = 0;                ///< mean square of the values: noise / power is 1 / SQNR
  Range seen;                      ///< with 0
  Range current;                   ///< on the grid, by the scheme's estimator, or min-max where that cannot answer
  RangeNoise noise;                ///< with it
  std::vector<SweepPoint> points;  ///< by place
  std::vector<double> shares;      ///< see `RangeSubject::shares`
};

/// `steps` places on each side on which there are values, and some beyond. Cost: a nanosecond or two for each value and
/// place; a histogram counts as 20,000 values.
[[nodiscard]] RangeSweep range_sweep(const RangeSubject& subject, int steps, int bins, const Progress& progress = {});

/// What an estimator says.
struct RangeChoice {
  std::string id;
  std::string title;
  std::map<std::string, double> settings;
  bool current = false;  ///< it is the scheme's
  std::string obstacle;  ///< why it cannot answer; mostly empty
  Range range;           ///< on the grid
  RangeNoise noise;
};

/// All estimators with their defaults, the scheme's with its settings. Those set by hand only where the scheme's is
/// one.
[[nodiscard]] std::vector<RangeChoice> range_choices(const RangeSubject& subject, const Progress& progress = {});

}  // namespace qs
