#include "app/run/epoch_record_reading.h"

namespace qs {

std::optional<double> number_if_there(const JsonPlace& place, std::string_view key) {
  return place.has(key) ? std::optional(place.at(key).number()) : std::nullopt;
}

EpochRecord read_epoch_record(const JsonPlace& place) {
  return {.epoch = static_cast<int>(place.at("epoch").whole(1, 1 << 30)),
          .train_loss = place.at("train_loss").number(),
          .train_accuracy = place.at("train_accuracy").number(),
          .validation_loss = number_if_there(place, "validation_loss"),
          .validation_accuracy = number_if_there(place, "validation_accuracy"),
          .average_accuracy = number_if_there(place, "average_accuracy"),
          .learning_rate = place.at("learning_rate").number(),
          .seconds = place.at("seconds").number()};
}

}  // namespace qs
