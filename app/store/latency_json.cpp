#include "app/store/latency_json.h"

#include "app/run/json_reading.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

BenchLayer read_layer(const JsonPlace& place) {
  BenchLayer layer;
  layer.name = place.at("name").text();
  layer.kernel = place.at("kernel").text();
  layer.reason = place.at("reason").text();
  layer.seconds = place.at("seconds").number();
  if (place.has("chain_seconds")) layer.chain = place.at("chain_seconds").number();
  return layer;
}

}  // namespace

nlohmann::ordered_json latency_json(const BenchResult& result) {
  Json layers = Json::array();
  for (const BenchLayer& layer : result.layers) {
    layers.push_back({{"name", layer.name},
                      {"kernel", layer.kernel},
                      {"reason", layer.reason},
                      {"seconds", layer.seconds},
                      {"chain_seconds", layer.chain ? Json(*layer.chain) : Json(nullptr)}});
  }
  return {{"scheme", result.scheme},
          {"backend", result.backend},
          {"batch", result.batch},
          {"seconds", result.seconds},
          {"chain_seconds", result.chain_seconds},
          {"left_out_of_chain", result.left_out_of_chain},
          {"weight_bytes", result.weight_bytes},
          {"activation_bytes", result.activation_bytes},
          {"layers", layers}};
}

BenchResult latency_from_json(const nlohmann::ordered_json& json) {
  const JsonPlace place(json);
  BenchResult result;
  result.scheme = place.at("scheme").text();
  result.backend = place.at("backend").text();
  if (place.has("batch")) result.batch = place.at("batch").whole();
  result.seconds = place.at("seconds").number();
  result.chain_seconds = place.at("chain_seconds").number();
  result.left_out_of_chain = place.at("left_out_of_chain").texts();
  result.weight_bytes = place.at("weight_bytes").unsigned_whole();
  result.activation_bytes = place.at("activation_bytes").unsigned_whole();
  for (const JsonPlace& layer : place.at("layers").elements()) result.layers.push_back(read_layer(layer));
  return result;
}

}  // namespace qs
