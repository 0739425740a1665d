#include "app/run/json_reading.h"

#include "core/base/error.h"

namespace qs {

JsonPlace JsonPlace::at(std::string_view key) const {
  std::string path = path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
  if (!json_->is_object()) refuse("an object");
  const auto found = json_->find(std::string(key));
  if (found == json_->end()) bad_input("{} is missing", path);
  return {*found, std::move(path)};
}

bool JsonPlace::has(std::string_view key) const {
  if (!json_->is_object()) refuse("an object");
  const auto found = json_->find(std::string(key));
  return found != json_->end() && !found->is_null();
}

std::vector<JsonPlace> JsonPlace::elements() const {
  if (!json_->is_array()) refuse("a list");
  std::vector<JsonPlace> all;
  all.reserve(json_->size());
  for (const Json& each : *json_) all.push_back(JsonPlace(each, fmt::format("{}[{}]", path_, all.size())));
  return all;
}

std::string JsonPlace::text() const {
  if (!json_->is_string()) refuse("a text");
  return json_->get<std::string>();
}

bool JsonPlace::boolean() const {
  if (!json_->is_boolean()) refuse("true or false");
  return json_->get<bool>();
}

double JsonPlace::number() const {
  if (!json_->is_number()) refuse("a number");
  return json_->get<double>();
}

std::int64_t JsonPlace::whole(std::int64_t least, std::int64_t most) const {
  const bool fits = json_->is_number_integer() &&
                    (!json_->is_number_unsigned() ||
                     json_->get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()}) &&
                    json_->get<std::int64_t>() >= least && json_->get<std::int64_t>() <= most;
  if (!fits) {
    const bool is_bounded = most < std::numeric_limits<std::int64_t>::max();
    refuse(is_bounded ? fmt::format("a whole number from {} to {}", least, most)
                      : fmt::format("a whole number of at least {}", least));
  }
  return json_->get<std::int64_t>();
}

std::uint64_t JsonPlace::unsigned_whole() const {
  if (!json_->is_number_unsigned()) refuse("a whole number of at least 0");
  return json_->get<std::uint64_t>();
}

std::vector<std::string> JsonPlace::texts() const {
  std::vector<std::string> all;
  for (const JsonPlace& each : elements()) all.push_back(each.text());
  return all;
}

void JsonPlace::refuse(std::string_view allowed) const {
  constexpr std::size_t kLongest = 60;
  std::string shown = json_->is_object() ? "an object" : "a list";
  if (!json_->is_structured()) shown = json_->dump(-1, ' ', false, Json::error_handler_t::replace);
  if (shown.size() > kLongest) shown = "a long text";
  bad_input("{} must be {}, but is {}", path_.empty() ? "the document" : path_, allowed, shown);
}

nlohmann::ordered_json parse_json(std::string_view text) {
  try {
    return nlohmann::ordered_json::parse(text);
  } catch (const nlohmann::json::exception& error) {
    bad_input("this is no JSON: {}", error.what());
  }
}

}  // namespace qs
