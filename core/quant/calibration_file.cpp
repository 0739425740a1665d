#include "core/quant/calibration_file.h"

#include <nlohmann/json.hpp>

#include "core/base/cbor.h"
#include "core/base/checked.h"

namespace qs {

namespace {

using nlohmann::json;

constexpr std::string_view kFormat = "quantoscope.calibration";
constexpr int kVersion = 1;
constexpr std::string_view kDamaged = "damaged calibration";

json range_blob(std::span<const Range> ranges) {
  std::vector<float> ends;
  for (const Range range : ranges) ends.insert(ends.end(), {range.min, range.max});
  return cbor_blob<float>(ends);
}

json histogram_json(const Histogram& histogram) {
  const Range range = histogram.range();
  return {{"width", histogram.width()},
          {"first", histogram.first()},
          {"counts", cbor_blob(histogram.counts())},
          {"zeros", histogram.zeros()},
          {"range", range_blob({&range, 1})}};
}

json value_json(const ValueStatistics& statistics) {
  return {{"batches", range_blob(statistics.batches)},
          {"histogram", histogram_json(statistics.histogram)},
          {"sum", statistics.sum},
          {"sum_of_squares", statistics.sum_of_squares},
          {"channel_sum", cbor_blob<double>(statistics.channel_sum)},
          {"channel_range", range_blob(statistics.channel_range)},
          {"count_per_channel", statistics.count_per_channel}};
}

void require(bool holds, std::string_view what) {
  if (!holds) bad_input("{}", what);
}

std::vector<Range> ranges(const json& object, const char* key) {
  const std::vector<float> ends = cbor_numbers<float>(object, key);
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
  return Histogram::restored(cbor_finite(object, "width"), cbor_whole(object, "first"),
                             cbor_numbers<std::int64_t>(object, "counts"), cbor_whole(object, "zeros"), range.front());
}

ValueStatistics value_from(const json& object) {
  ValueStatistics made;
  made.batches = ranges(object, "batches");
  made.histogram = histogram_from(cbor_member(object, "histogram"));
  made.sum = cbor_finite(object, "sum");
  made.sum_of_squares = cbor_finite(object, "sum_of_squares");
  made.channel_sum = cbor_numbers<double>(object, "channel_sum");
  made.channel_range = ranges(object, "channel_range");
  made.count_per_channel = cbor_whole(object, "count_per_channel");

  require(made.sum_of_squares >= 0, "a negative sum of squares");
  require(made.channel_sum.size() == made.channel_range.size(), "channels that do not fit one another");
  const Range all = made.histogram.range();
  const auto inside = [&](Range range) { return range.min >= all.min && range.max <= all.max; };
  require(std::all_of(made.batches.begin(), made.batches.end(), inside), "a batch beyond the histogram");
  require(std::all_of(made.channel_range.begin(), made.channel_range.end(), inside), "a channel beyond the histogram");
  const std::int64_t seen =
      checked_multiply(made.count_per_channel, std::ssize(made.channel_sum), "the number of values");
  require(seen == (made.channel_sum.empty() ? 0 : made.histogram.total()), "counts that do not fit one another");
  return made;
}

json output_json(const Tensor& tensor) {
  return {{"shape", cbor_blob<std::int64_t>(tensor.shape().dims())}, {"values", cbor_blob(tensor.values<float>())}};
}

Tensor output_from(const json& object, std::int64_t images) {
  const Shape shape(cbor_numbers<std::int64_t>(object, "shape"));
  const std::vector<float> values = cbor_numbers<float>(object, "values");
  require(shape.rank() > 0 && shape[0] == images && shape.elements() == std::ssize(values), "an output's shape");
  return Tensor::from<float>(shape, std::span<const float>(values));
}

Calibration calibration_from(const json& root) {
  Calibration made;
  made.images = cbor_whole(root, "images");
  made.batch = cbor_whole(root, "batch");
  require(made.images >= 0 && made.batch >= 0, "a negative number of images");
  const json& seed = cbor_member(root, "seed");
  require(seed.is_number_unsigned(), "its seed");
  made.seed = seed.get<std::uint64_t>();
  const json& values = cbor_member(root, "values");
  const json& outputs = cbor_member(root, "outputs");
  require(values.is_object() && outputs.is_object(), "something else where an object belongs");
  for (const auto& [name, value] : values.items()) made.values[name] = value_from(value);
  for (const auto& [name, output] : outputs.items()) made.outputs[name] = output_from(output, made.images);
  return made;
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
  const json root = with_context(kDamaged, [&] {
    json parsed = cbor_from_bytes(bytes);
    require(cbor_member(parsed, "format") == kFormat, "another format");
    return parsed;
  });
  const std::int64_t version = with_context(kDamaged, [&] { return cbor_whole(root, "version"); });
  if (version != kVersion) {
    bad_input("this calibration has version {}, this program reads version {}", version, kVersion);
  }
  return with_context(kDamaged, [&] { return calibration_from(root); });
}

}  // namespace qs
