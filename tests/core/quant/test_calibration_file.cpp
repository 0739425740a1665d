// A calibration there and back, and what damage does.
#include <QtTest/QtTest>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/base/rng.h"
#include "core/quant/calibration_file.h"
#include "tests/support/table.h"

namespace qs {

namespace {

using nlohmann::json;

Calibration sample() {
  Calibration made;
  made.images = 5;
  made.batch = 3;
  made.seed = std::numeric_limits<std::uint64_t>::max();
  for (const char* name : {"conv", "relu", "zeros"}) {
    Tensor tensor(DType::f32, {3, 2, 5, 4});
    const std::span<float> values = tensor.mutable_values<float>();
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = std::string(name) == "zeros" ? 0 : random_unit(3, i) - (std::string(name) == "conv" ? 0.5F : 0);
    }
    observe(made.values[name], tensor, 3, name);
    observe(made.values[name], tensor, 2, name);
  }
  observe(made.values["vector"], Tensor::from<float>({3}, {1e-40F, -0.0F, 3}), 3, "vector");
  made.values["never seen"] = {};
  made.outputs["scores"] = Tensor::from<float>({5, 2}, {0, 1, 2, 3, 4, 5, 6, -7, 8, 9e9F});
  return made;
}

bool same(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && std::equal(a.values<float>().begin(), a.values<float>().end(),
                                              b.values<float>().begin(), b.values<float>().end());
}

bool same(const ValueStatistics& a, const ValueStatistics& b) {
  return a.batches == b.batches && a.histogram == b.histogram && a.sum == b.sum &&
         a.sum_of_squares == b.sum_of_squares && a.channel_sum == b.channel_sum && a.channel_range == b.channel_range &&
         a.count_per_channel == b.count_per_channel;
}

/// Reads; an `Error` that blames the input is fine, anything else is not.
bool survives(std::span<const std::uint8_t> bytes) {
  try {
    static_cast<void>(calibration_from_bytes(bytes));
    return true;
  } catch (const Error& error) {
    return error.code() == ErrorCode::bad_input;
  } catch (...) {
    return false;
  }
}

}  // namespace

class TestCalibrationFile : public QObject {
  Q_OBJECT

 private slots:
  void comes_back_to_the_bit() {
    const Calibration saved = sample();
    const std::vector<std::uint8_t> bytes = to_bytes(saved);
    const Calibration found = calibration_from_bytes(bytes);
    QCOMPARE(found.images, saved.images);
    QCOMPARE(found.batch, saved.batch);
    QCOMPARE(found.seed, saved.seed);
    QCOMPARE(found.values.size(), saved.values.size());
    for (const auto& [name, statistics] : saved.values) QVERIFY2(same(found.at(name), statistics), name.c_str());
    QCOMPARE(found.outputs.size(), std::size_t{1});
    QVERIFY(same(found.outputs.at("scores"), saved.outputs.at("scores")));
    QVERIFY(to_bytes(found) == bytes);
    QVERIFY(calibration_from_bytes(to_bytes({})).values.empty());
  }

  void every_truncation_is_refused() {
    const std::vector<std::uint8_t> bytes = to_bytes(sample());
    const std::size_t step = bytes.size() / 700;
    for (std::size_t length = 0; length < bytes.size(); length += length < 600 ? 1 : step) {
      QS_CONTAINS(refusal_of([&] { static_cast<void>(calibration_from_bytes(std::span(bytes).first(length))); }),
                  "damaged calibration");
    }
    std::vector<std::uint8_t> longer = bytes;
    longer.push_back(0);
    QS_CONTAINS(refusal_of([&] { static_cast<void>(calibration_from_bytes(longer)); }), "damaged calibration");
  }

  void flipped_bits_never_crash() {
    const std::vector<std::uint8_t> bytes = to_bytes(sample());
    for (std::size_t n = 0; n < 4000; ++n) {
      std::vector<std::uint8_t> damaged = bytes;
      const std::size_t at = n < 2400 ? n / 8 : random_bits(1, n) % bytes.size();
      damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ (1U << (n % 8)));
      QVERIFY2(survives(damaged), std::to_string(at).c_str());
    }
  }

  void random_bytes_never_crash() {
    for (std::uint64_t n = 0; n < 2000; ++n) {
      std::vector<std::uint8_t> bytes(random_bits(2, n) % 200);
      for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(random_bits(n, i));
      QVERIFY(survives(bytes));
    }
  }

  void endless_nesting_and_huge_lengths_are_refused() {
    const std::vector<std::vector<std::uint8_t>> hostile = {
        std::vector<std::uint8_t>(10000000, 0x81),                                // arrays of one array
        std::vector<std::uint8_t>(10000000, 0x9f),                                // of unknown length
        {0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},                   // 2^63 elements
        {0xa1, 0x61, 'a', 0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},  // 2^63 bytes
        {0x5a, 0xff, 0xff, 0xff, 0xff, 0x00},
        {0xf6},
        {0x80},
        {0xa0},
    };
    for (const std::vector<std::uint8_t>& bytes : hostile) {
      QS_CONTAINS(refusal_of([&] { static_cast<void>(calibration_from_bytes(bytes)); }), "damaged calibration");
    }
  }

  void refuses_what_does_not_fit_data() {
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QByteArray>("value");  // CBOR
    QTest::addColumn<QString>("words");
    const auto row = [](const char* pointer, const json& value, const char* words) {
      const std::vector<std::uint8_t> bytes = json::to_cbor(value);
      QTest::addRow("%s: %s", pointer, words)
          << pointer << QByteArray(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes)) << words;
    };
    const auto floats = [](std::vector<float> values) {
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(values.data());
      return json::binary({bytes, bytes + 4 * values.size()});
    };
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    row("/format", "something.else", "another format");
    row("/version", 2, "this program reads version 1");
    row("/version", "1", "no whole number");
    row("/images", -1, "negative");
    row("/images", 1e3, "no whole number");
    row("/images", std::uint64_t{1} << 63, "no whole number");
    row("/seed", -1, "seed");
    row("/values", json::array(), "object");
    row("/outputs", 7, "object");
    row("/values/conv", nullptr, "object");
    row("/values/conv/sum", kNaN, "no number");
    row("/values/conv/sum", "0", "no number");
    row("/values/conv/sum_of_squares", -1.0, "negative");
    row("/values/conv/batches", json::array({1, 2}), "no byte string");
    row("/values/conv/batches", json::binary({1, 2, 3}), "no byte string");
    row("/values/conv/batches", floats({1}), "half a range");
    row("/values/conv/batches", floats({0.1F, -0.1F}), "ends before it starts");
    row("/values/conv/batches", floats({0, 100}), "beyond the histogram");
    row("/values/conv/batches", floats({0, std::numeric_limits<float>::infinity()}), "NaN or infinity");
    row("/values/conv/channel_range", floats({0, 0}), "do not fit");
    row("/values/conv/channel_sum", json::binary({}), "do not fit");
    row("/values/conv/count_per_channel", 99, "do not fit");
    row("/values/conv/count_per_channel", std::numeric_limits<std::int64_t>::max(), "overflow");
    row("/values/conv/histogram/width", 0.3, "width");
    row("/values/conv/histogram/counts", json::binary({}), "number of bins");
    row("/values/conv/histogram/range", floats({0, 0, 1, 1}), "one range");
    row("/outputs/scores/shape", json::binary({5, 0, 0, 0, 0, 0, 0, 0}), "shape");
    row("/outputs/scores/shape", json::binary(std::vector<std::uint8_t>(800, 255)), "");
    row("/outputs/scores/values", floats({1, 2}), "shape");
  }
  void refuses_what_does_not_fit() {
    QFETCH(QString, pointer);
    QFETCH(QByteArray, value);
    QFETCH(QString, words);
    json root = json::from_cbor(to_bytes(sample()));
    root[json::json_pointer(pointer.toStdString())] = json::from_cbor(value.begin(), value.end());
    const std::vector<std::uint8_t> bytes = json::to_cbor(root);
    QS_CONTAINS(refusal_of([&] { static_cast<void>(calibration_from_bytes(bytes)); }), words.toStdString());
    QVERIFY(survives(bytes));
    // And without it.
    json& parent = root[json::json_pointer(pointer.toStdString()).parent_pointer()];
    if (parent.is_object() && !pointer.endsWith("conv")) {
      parent.erase(json::json_pointer(pointer.toStdString()).back());
      QS_CONTAINS(refusal_of([&] { static_cast<void>(calibration_from_bytes(json::to_cbor(root))); }), "missing");
    }
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestCalibrationFile)
#include "test_calibration_file.moc"
