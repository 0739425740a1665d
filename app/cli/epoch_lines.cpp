#include "app/cli/epoch_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace qs {

namespace {

constexpr int kPlaces = 21;
constexpr char kTraining = '.';
constexpr char kAverage = 'a';
constexpr char kValidation = 'o';

std::string curves(const EpochRecord& record) {
  std::string places(kPlaces, ' ');
  const auto put = [&](const std::optional<double>& fraction, char mark) {
    if (!fraction) return;
    places[static_cast<std::size_t>(std::lround(std::clamp(*fraction, 0.0, 1.0) * (kPlaces - 1)))] = mark;
  };
  put(record.train_accuracy, kTraining);
  put(record.average_accuracy, kAverage);
  put(record.validation_accuracy, kValidation);
  return places;
}

}  // namespace

std::string percent(const std::optional<double>& fraction) {
  return fraction ? fmt::format("{:.2f} %", 100 * *fraction) : std::string();
}

std::string epoch_titles() {
  return fmt::format("epoch    loss  right ({})  valid. ({})  average ({})     rate    time  0 %{:{}}100 %", kTraining,
                     kValidation, kAverage, "", kPlaces - 6);
}

std::string epoch_line(const EpochRecord& record) {
  return fmt::format("{:5}  {:6.4f}  {:>9}  {:>10}  {:>11}  {:7.5f}  {:>6}  |{}|", record.epoch, record.train_loss,
                     percent(record.train_accuracy), percent(record.validation_accuracy),
                     percent(record.average_accuracy), record.learning_rate, fmt::format("{:.0f} s", record.seconds),
                     curves(record));
}

}  // namespace qs
