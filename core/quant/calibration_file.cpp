#include "core/quant/calibration_file.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/base/checked.h"

namespace qs {

namespace {

using nlohmann::json;

constexpr std::string_view kFormat = "quantoscope.calibration";
constexpr int kVersion = 1;
static_assert(std::endian::native == std::endian::little, "the byte strings are little-endian");

template <class T>
json blob(std::span<const T> values) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(values.data());
  return json::binary({bytes, bytes + values.size_bytes()});
}

json range_blob(std::span<const Range> ranges) {
  std::vector<float> ends;
  for (const Range range : ranges) ends.insert(ends.end(), {range.min, range.max});
  return blob<float>(ends);
}

json histogram_json(const Histogram& histogram) {
  const Range range = histogram.range();
  return {{"width", histogram.width()},
          {"first", histogram.first()},
          {"counts", blob(histogram.counts())},
          {"zeros", histogram.zeros()},
          {"range", range_blob({&range, 1})}};
}

json value_json(const ValueStatistics& statistics) {
  return {{"batches", range_blob(statistics.batches)},
          {"histogram", histogram_json(statistics.histogram)},
          {"sum", statistics.sum},
          {"sum_of_squares", statistics.sum_of_squares},
          {"channel_sum", blob<double>(statistics.channel_sum)},
          {"channel_range", range_blob(statistics.channel_range)},
          {"count_per_channel", statistics.count_per_channel}};
}

[[noreturn]] void damaged(std::string_view what) {
  bad_input("damaged calibration: {}", what);
}

void require(bool holds, std::string_view what) {
  if (!holds) damaged(what);
}

/// Looks no deeper than a calibration goes: the parser recurses, and hostile bytes nest without end.
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

const json& member(const json& object, const char* key) {
  require(object.is_object(), "something else where an object belongs");
  const auto found = object.find(key);
  if (found == object.end()) damaged(fmt::format("\"{}\" is missing", key));
  return *found;
}

std::int64_t whole(const json& object, const char* key) {
  const json& found = member(object, key);
  const bool fits =
      found.is_number_integer() && (!found.is_number_unsigned() || found.get<std::uint64_t>() <= INT64_MAX);
  if (!fits) damaged(fmt::format("\"{}\" is no whole number", key));
  return found.get<std::int64_t>();
}

double finite(const json& object, const char* key) {
  const json& found = member(object, key);
  if (!found.is_number() || !std::isfinite(found.get<double>())) damaged(fmt::format("\"{}\" is no number", key));
  return found.get<double>();
}

template <class T>
std::vector<T> numbers(const json& object, const char* key) {
  const json& found = member(object, key);
  const bool fits = found.is_binary() && found.get_binary().size() % sizeof(T) == 0;
  if (!fits) damaged(fmt::format("\"{}\" is no byte string of whole numbers' length", key));
  const auto& bytes = found.get_binary();
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  if constexpr (std::is_floating_point_v<T>) {
    for (const T value : values) {
      if (!std::isfinite(value)) damaged(fmt::format("\"{}\" holds NaN or infinity", key));
    }
  }
  return values;
}

std::vector<Range> ranges(const json& object, const char* key) {
  const std::vector<float> ends = numbers<float>(object, key);
  require(ends.size() % 2 == 0, "half a range");
  std::vector<Range> made;
  for (std::size_t i = 0; i < ends.size(); i += 2) {
    require(ends[i] <= ends[i + 1], "a range that ends before it starts");
    made.push_back({ends[i], ends[i + 1]});
  }
  return made;
}

Histogram histogram_from(const json& object) {
  const std::vector<Range> range = ranges(object, "range");
  require(range.size() == 1, "a histogram needs one range");
  return Histogram::restored(finite(object, "width"), whole(object, "first"), numbers<std::int64_t>(object, "counts"),
                             whole(object, "zeros"), range.front());
}

ValueStatistics value_from(const json& object) {
  ValueStatistics made;
  made.batches = ranges(object, "batches");
  made.histogram = histogram_from(member(object, "histogram"));
  made.sum = finite(object, "sum");
  made.sum_of_squares = finite(object, "sum_of_squares");
  made.channel_sum = numbers<double>(object, "channel_sum");
  made.channel_range = ranges(object, "channel_range");
  made.count_per_channel = whole(object, "count_per_channel");

  require(made.sum_of_squares >= 0, "a negative sum of squares");
  require(made.channel_sum.size() == made.channel_range.size(), "channels that do not fit one another");
  const Range all = made.histogram.range();
  const auto inside = [&](Range range) { return range.min >= all.min && range.max <= all.max; };
  require(std::all_of(made.batches.begin(), made.batches.end(), inside), "a batch beyond the histogram");
  require(std::all_of(made.channel_range.begin(), made.channel_range.end(), inside), "a channel beyond the histogram");
  const std::int64_t seen =
      checked_multiply(made.count_per_channel, std::ssize(made.channel_sum), "damaged calibration: its counts");
  require(seen == (made.channel_sum.empty() ? 0 : made.histogram.total()), "counts that do not fit one another");
  return made;
}

json output_json(const Tensor& tensor) {
  return {{"shape", blob<std::int64_t>(tensor.shape().dims())}, {"values", blob(tensor.values<float>())}};
}

Tensor output_from(const json& object, std::int64_t images) {
  const Shape shape(numbers<std::int64_t>(object, "shape"));
  const std::vector<float> values = numbers<float>(object, "values");
  require(shape.rank() > 0 && shape[0] == images && shape.elements() == std::ssize(values), "an output's shape");
  return Tensor::from<float>(shape, std::span<const float>(values));
}

json parsed(std::span<const std::uint8_t> bytes) {
  try {
    DepthLimit limit;
    require(json::sax_parse(bytes.begin(), bytes.end(), &limit, json::input_format_t::cbor), "this is no CBOR");
    return json::from_cbor(bytes.begin(), bytes.end());
  } catch (const json::exception&) {
    damaged("this is no CBOR");
  }
}

}  // namespace

std::vector<std::uint8_t> to_bytes(const Calibration& calibration) {
  json values = json::object();
  for (const auto& [name, statistics] : calibration.values) values[name] = value_json(statistics);
  json outputs = json::object();
  for (const auto& [name, tensor] : calibration.outputs) outputs[name] = output_json(tensor);
  return json::to_cbor({{"format", kFormat},
                        {"version", kVersion},
                        {"images", calibration.images},
                        {"batch", calibration.batch},
                        {"seed", calibration.seed},
                        {"values", std::move(values)},
                        {"outputs", std::move(outputs)}});
}

Calibration calibration_from_bytes(std::span<const std::uint8_t> bytes) {
  const json root = parsed(bytes);
  require(member(root, "format") == kFormat, "another format");
  if (whole(root, "version") != kVersion) {
    bad_input("this calibration has version {}, this program reads version {}", whole(root, "version"), kVersion);
  }
  Calibration made;
  made.images = whole(root, "images");
  made.batch = whole(root, "batch");
  require(made.images >= 0 && made.batch >= 0, "a negative number of images");
  const json& seed = member(root, "seed");
  require(seed.is_number_unsigned(), "its seed");
  made.seed = seed.get<std::uint64_t>();
  const json& values = member(root, "values");
  const json& outputs = member(root, "outputs");
  require(values.is_object() && outputs.is_object(), "something else where an object belongs");
  for (const auto& [name, value] : values.items()) made.values[name] = value_from(value);
  for (const auto& [name, output] : outputs.items()) made.outputs[name] = output_from(output, made.images);
  return made;
}

}  // namespace qs
