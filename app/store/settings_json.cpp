#include "app/store/settings_json.h"

#include <limits>

#include "app/run/json_reading.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

/// Reading and writing walk this one list.
void for_each_setting(auto& settings, auto&& visit) {
  visit("model", settings.model);
  visit("images", settings.images);
  visit("labels", settings.labels);
  visit("layout", settings.layout);
  visit("limit", settings.limit);
  visit("batch", settings.batch);
  visit("threads", settings.threads);
  visit("isa", settings.isa);
  visit("preprocessing", settings.preprocessing);
  visit("input_size", settings.input_size);
  visit("schemes", settings.schemes);
  visit("backend", settings.backend);
  visit("calibration_images", settings.calibration_images);
  visit("calibration", settings.calibration);
  visit("layer_images", settings.layer_images);
  visit("sensitivity", settings.sensitivity);
  visit("stability", settings.stability);
  visit("no_cache", settings.no_cache);
}

struct Writer {
  Json& json;
  void operator()(const char* key, const auto& value) const { json[key] = value; }
  void operator()(const char* key, const std::optional<std::int64_t>& value) const {
    if (value) json[key] = *value;
  }
};

struct Reader {
  const JsonPlace& place;
  void operator()(const char* key, auto& value) const {
    if (place.has(key)) read(place.at(key), value);
  }
  static void read(const JsonPlace& from, std::string& value) { value = from.text(); }
  static void read(const JsonPlace& from, bool& value) { value = from.boolean(); }
  static void read(const JsonPlace& from, std::int64_t& value) { value = from.whole(); }
  static void read(const JsonPlace& from, std::optional<std::int64_t>& value) { value = from.whole(); }
  static void read(const JsonPlace& from, int& value) {
    value = static_cast<int>(from.whole(0, std::numeric_limits<int>::max()));
  }
  static void read(const JsonPlace& from, std::vector<std::string>& value) { value = from.texts(); }
};

}  // namespace

nlohmann::ordered_json to_json(const EvaluationSettings& settings) {
  Json json = Json::object();
  for_each_setting(settings, Writer{json});
  return json;
}

EvaluationSettings settings_from_json(const nlohmann::ordered_json& json) {
  const JsonPlace place(json);
  EvaluationSettings settings;
  for_each_setting(settings, Reader{place});
  return settings;
}

}  // namespace qs
