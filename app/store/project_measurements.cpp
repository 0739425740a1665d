// Measurements of single schemes, found again by what they depend on.
#include <nlohmann/json.hpp>

#include "app/run/scheme_report.h"
#include "app/run/scheme_report_reading.h"
#include "app/store/database.h"
#include "app/store/json_text.h"
#include "app/store/latency_json.h"
#include "app/store/project.h"
#include "core/base/error.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

/// The scheme but for its words, so that a renamed one is the same.
QString scheme_key(const Scheme& scheme) {
  Json json = to_json(scheme);
  for (const char* words : {"id", "title", "summary"}) json.erase(words);
  return stored_text(json);
}

/// What `read` makes of the JSON; nothing where that is empty or not what it should be.
template <class Read>
auto read_kept(const std::string& text, Read read) -> std::optional<decltype(read(Json()))> {
  if (text.empty()) return std::nullopt;
  try {
    return read(parse_json(text));
  } catch (const Error&) {
    return std::nullopt;  // it is measured anew
  }
}

}  // namespace

void Project::keep(const char* kind, const MeasurementKey& key, const std::string& json) {
  const QByteArray value = qCompress(QByteArray::fromStdString(json));
  database_->transaction([&] {
    database_->run("INSERT OR REPLACE INTO measurement VALUES (?, ?, ?, ?, ?)",
                   {kind, QString::fromStdString(key.model_sha256), QString::fromStdString(key.conditions),
                    scheme_key(key.scheme), value});
    database_->run(
        "DELETE FROM measurement WHERE kind = ? AND rowid NOT IN "
        "(SELECT rowid FROM measurement WHERE kind = ? ORDER BY rowid DESC LIMIT ?)",
        {kind, kind, kMostMeasurements});
  });
}

std::string Project::kept(const char* kind, const MeasurementKey& key) const {
  const QVariant value = database_->value(
      "SELECT value FROM measurement WHERE kind = ? AND model = ? AND conditions = ? AND scheme = ?",
      {kind, QString::fromStdString(key.model_sha256), QString::fromStdString(key.conditions), scheme_key(key.scheme)});
  return value.isValid() ? qUncompress(value.toByteArray()).toStdString() : std::string();
}

void Project::keep_layers(const MeasurementKey& key, const std::vector<LayerError>& layers) {
  Json list = Json::array();
  for (const LayerError& layer : layers) list.push_back(to_json(layer));
  keep("layers", key, stored_text(list).toStdString());
}

std::optional<std::vector<LayerError>> Project::kept_layers(const MeasurementKey& key) const {
  return read_kept(kept("layers", key), [](const Json& json) {
    std::vector<LayerError> layers;
    for (const JsonPlace& each : JsonPlace(json).elements()) layers.push_back(read_layer_error(each));
    return layers;
  });
}

void Project::keep_sensitivity(const MeasurementKey& key, const Sensitivity& sensitivity) {
  keep("sensitivity", key, stored_text(to_json(sensitivity)).toStdString());
}

std::optional<Sensitivity> Project::kept_sensitivity(const MeasurementKey& key) const {
  return read_kept(kept("sensitivity", key), [](const Json& json) { return read_sensitivity(JsonPlace(json)); });
}

void Project::keep_latency(const MeasurementKey& key, const BenchResult& latency) {
  keep("latency", key, stored_text(latency_json(latency)).toStdString());
}

std::string Project::newest_latency_conditions(const std::string& model_sha256) const {
  const QVariant value = database_->value(
      "SELECT conditions FROM measurement WHERE kind = 'latency' AND model = ? AND scheme = ? "
      "ORDER BY rowid DESC LIMIT 1",
      {QString::fromStdString(model_sha256), scheme_key(float_network())});
  return value.toString().toStdString();
}

std::optional<BenchResult> Project::kept_latency(const MeasurementKey& key) const {
  return read_kept(kept("latency", key), [](const Json& json) { return latency_from_json(json); });
}

}  // namespace qs
