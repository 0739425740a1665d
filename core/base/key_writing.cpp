#include "core/base/key_writing.h"

namespace qs {

using Json = nlohmann::ordered_json;

Json written(bool value) {
  return value;
}

Json written(double value) {
  return value;
}

Json written(const std::string& text) {
  return text;
}

Json written(const std::vector<std::string>& list) {
  return list;
}

Json written(const MethodChoice& choice) {
  return {{"id", choice.id}, {"settings", choice.settings.empty() ? Json::object() : Json(choice.settings)}};
}

}  // namespace qs
