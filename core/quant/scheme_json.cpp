#include <nlohmann/json.hpp>

#include "core/base/key_reading.h"
#include "core/base/key_writing.h"
#include "core/quant/scheme_keys.h"

namespace qs {

namespace {

constexpr const char* kFormat = "quantoscope.scheme";
constexpr int kVersion = 1;

}  // namespace

nlohmann::ordered_json to_json(const Scheme& scheme) {
  nlohmann::ordered_json json = {{"format", kFormat}, {"version", kVersion}};
  for_each_key(scheme, KeyWriter{json});
  return json;
}

Scheme scheme_from_json(const nlohmann::ordered_json& json) {
  const KeyPlace root{json, "scheme"};
  check_format(root, kFormat, kVersion);
  Scheme scheme;
  scheme.title.clear();  // not that of `float`
  read_keys(root, scheme, {"format", "version"});
  if (scheme.title.empty()) scheme.title = scheme.id;
  check(scheme);
  return scheme;
}

}  // namespace qs
