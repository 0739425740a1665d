// The JSON Schema of schemes, from the list of keys that reading and writing use.
#include "core/base/key_schema.h"
#include "core/quant/scheme_keys.h"

namespace qs {

nlohmann::ordered_json scheme_schema() {
  nlohmann::ordered_json schema = document_schema(Scheme{}, "Quantization scheme", "quantoscope.scheme", 1);
  schema["properties"]["layers"]["items"]["required"] = {"pattern"};
  return schema;
}

}  // namespace qs
