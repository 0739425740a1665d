#include "core/base/cbor.h"

#include <bit>

namespace qs {

namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "the byte strings are little-endian");

/// Looks no deeper than our files go: the parser recurses, and hostile bytes nest without end.
class DepthLimit : public nlohmann::json_sax<json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override { return ++depth_ <= kDeepest; }
  bool end_object() override { return --depth_ >= 0; }
  bool start_array(std::size_t) override { return ++depth_ <= kDeepest; }
  bool end_array() override { return --depth_ >= 0; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  static constexpr int kDeepest = 8;
  int depth_ = 0;
};

}  // namespace

json cbor_from_bytes(std::span<const std::uint8_t> bytes) {
  try {
    DepthLimit limit;
    if (json::sax_parse(bytes.begin(), bytes.end(), &limit, json::input_format_t::cbor)) {
      return json::from_cbor(bytes.begin(), bytes.end());
    }
  } catch (const json::exception&) {
    bad_input("this is no CBOR");
  }
  bad_input("this is no CBOR");
}

const json& cbor_member(const json& object, const char* key) {
  if (!object.is_object()) bad_input("something else where an object belongs");
  const auto found = object.find(key);
  if (found == object.end()) bad_input("\"{}\" is missing", key);
  return *found;
}

std::int64_t cbor_whole(const json& object, const char* key) {
  const json& found = cbor_member(object, key);
  const bool fits =
      found.is_number_integer() && (!found.is_number_unsigned() || found.get<std::uint64_t>() <= INT64_MAX);
  if (!fits) bad_input("\"{}\" is no whole number", key);
  return found.get<std::int64_t>();
}

double cbor_finite(const json& object, const char* key) {
  const json& found = cbor_member(object, key);
  if (!found.is_number() || !std::isfinite(found.get<double>())) bad_input("\"{}\" is no number", key);
  return found.get<double>();
}

std::string cbor_text(const json& object, const char* key) {
  const json& found = cbor_member(object, key);
  if (!found.is_string()) bad_input("\"{}\" is no text", key);
  return found.get<std::string>();
}

const std::vector<std::uint8_t>& cbor_bytes(const json& object, const char* key) {
  const json& found = cbor_member(object, key);
  if (!found.is_binary()) bad_input("\"{}\" is no byte string", key);
  return found.get_binary();
}

}  // namespace qs
