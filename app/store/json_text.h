// JSON as it stands in a project's tables.
#pragma once

#include <QString>
#include <nlohmann/json.hpp>

namespace qs {

/// Bytes of names that are no UTF-8 become replacement characters.
[[nodiscard]] inline QString stored_text(const nlohmann::ordered_json& json) {
  return QString::fromStdString(json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace qs
