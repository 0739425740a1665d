#include "app/store/training_json.h"

#include <array>
#include <nlohmann/json.hpp>

#include "app/run/epoch_record_reading.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

/// States that last. All others are one or the other once the program has ended.
constexpr std::string_view kDone = "done";
constexpr std::string_view kFailed = "failed";
constexpr std::string_view kStopped = "stopped";

std::string_view lasting(TrainingState state) {
  if (state == TrainingState::done) return kDone;
  return state == TrainingState::failed ? kFailed : kStopped;
}

TrainingState state_of(const JsonPlace& place) {
  const std::string text = place.text();
  if (text == kDone) return TrainingState::done;
  if (text == kFailed) return TrainingState::failed;
  if (text == kStopped) return TrainingState::stopped;
  place.refuse("done, failed or stopped");
}

Json request_json(const TrainingRequest& request) {
  Json json = {
      {"recipe", to_json(request.recipe)}, {"images", request.images}, {"model", request.model}, {"out", request.out}};
  if (request.limit) json["limit"] = *request.limit;
  return json;
}

TrainingRequest read_request(const JsonPlace& place) {
  TrainingRequest request{.recipe = recipe_from_json(place.at("recipe").json()),
                          .images = place.at("images").text(),
                          .model = place.at("model").text(),
                          .out = place.at("out").text(),
                          .limit = {}};
  if (place.has("limit")) request.limit = place.at("limit").whole(1);
  return request;
}

}  // namespace

Json to_json(const TrainingView& training) {
  Json json = {{"request", request_json(training.request)},
               {"state", lasting(training.state)},
               {"fraction", training.fraction},
               {"message", training.message},
               {"training", training.training},
               {"validation", training.validation}};
  json["epochs"] = Json::array();
  for (const EpochRecord& record : training.curves) json["epochs"].push_back(to_json(record));
  json["losses"] = Json::array();
  for (const LossPoint& point : training.losses) json["losses"].push_back({point.epoch, point.loss});
  if (training.float_accuracy) json["float_accuracy"] = *training.float_accuracy;
  if (training.twin_accuracy) json["twin_accuracy"] = *training.twin_accuracy;
  if (training.scheme) json["scheme"] = to_json(*training.scheme);
  return json;
}

TrainingView training_from_json(const Json& json) {
  const JsonPlace place(json);
  TrainingView training{.request = read_request(place.at("request")),
                        .state = state_of(place.at("state")),
                        .fraction = place.at("fraction").number(),
                        .stage = {},
                        .message = place.at("message").text(),
                        .training = place.at("training").whole(),
                        .validation = place.at("validation").whole(),
                        .curves = {},
                        .losses = {},
                        .float_accuracy = number_if_there(place, "float_accuracy"),
                        .twin_accuracy = number_if_there(place, "twin_accuracy"),
                        .scheme = {}};
  for (const JsonPlace& epoch : place.at("epochs").elements()) training.curves.push_back(read_epoch_record(epoch));
  for (const JsonPlace& point : place.at("losses").elements()) {
    const std::vector<JsonPlace> pair = point.elements();
    if (pair.size() != 2) point.refuse("an epoch and a loss");
    training.losses.push_back({pair[0].number(), pair[1].number()});
  }
  if (place.has("scheme")) training.scheme = scheme_from_json(place.at("scheme").json());
  return training;
}

}  // namespace qs
