#include "core/base/json_file.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "core/base/error.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

Json parse(std::istream& file) {
  std::vector<std::set<std::string>> seen;
  const auto look = [&seen](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) seen.emplace_back();
    if (event == Json::parse_event_t::object_end) seen.pop_back();
    if (event == Json::parse_event_t::key && !seen.back().insert(parsed.get<std::string>()).second) {
      bad_input("the key {} is given twice", parsed.get<std::string>());
    }
    return true;
  };
  try {
    return Json::parse(file, look);
  } catch (const Json::parse_error& error) {
    bad_input("no JSON, as byte {} shows", error.byte);
  } catch (const Json::exception&) {
    bad_input("no JSON that can be read");  // a number beyond all measure
  }
}

}  // namespace

Json json_from_file(const std::string& path, std::string_view noun) {
  constexpr std::uintmax_t kLargest = 1U << 20U;
  std::error_code failure;
  const std::uintmax_t bytes = std::filesystem::file_size(path, failure);
  if (failure) bad_input("cannot be read: {}", failure.message());
  if (bytes > kLargest) bad_input("has {} bytes, which no {} has", bytes, noun);
  std::ifstream file(path, std::ios::binary);
  if (!file) bad_input("cannot be read");
  return parse(file);
}

}  // namespace qs
