// Operators that move or convert elements, by the reference loops.
#include "tests/support/op_cases.h"

#include <QtTest/QtTest>
#include <cmath>
#include <limits>

#include "core/engine/reference/reference.h"

using namespace qs;

namespace {

constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kFarBack = std::numeric_limits<std::int64_t>::min();

const Tensor kCount = s64({5}, {0, 1, 2, 3, 4});
const Tensor kTable = f32({2, 3}, {1, 2, 3, 4, 5, 6});

Tensor bytes(Shape shape, std::initializer_list<std::uint8_t> values) {
  return Tensor::from<std::uint8_t>(std::move(shape), values);
}

Tensor bf16(std::initializer_list<std::uint16_t> words) {
  Tensor tensor(DType::bf16, {static_cast<std::int64_t>(words.size())});
  std::copy(words.begin(), words.end(), static_cast<std::uint16_t*>(tensor.mutable_data()));
  return tensor;
}

Slice slice(std::int64_t begin, std::int64_t end, std::int64_t step = 1) {
  return {{0}, {begin}, {end}, {step}};
}

Pad pad(std::int64_t begin, std::int64_t end, Pad::Mode mode = Pad::Mode::constant, float value = 0) {
  return {{begin}, {end}, mode, value};
}

constexpr float kNotANumber = std::numeric_limits<float>::quiet_NaN();

}  // namespace

class TestReferenceLayout : public QObject {
  Q_OBJECT

 private slots:
  void joining_data() {
    op_table();
    expect("concat, first axis", Concat{0}, {f32({1, 2}, {1, 2}), f32({2, 2}, {3, 4, 5, 6})},
           {f32({3, 2}, {1, 2, 3, 4, 5, 6})});
    expect("concat, last axis", Concat{1}, {f32({2, 1}, {1, 2}), f32({2, 2}, {3, 4, 5, 6})},
           {f32({2, 3}, {1, 3, 4, 2, 5, 6})});
    expect("concat of one", Concat{0}, {kCount}, {kCount});
    expect("concat with nothing", Concat{0}, {s64({0}, {}), s64({2}, {7, 8})}, {s64({2}, {7, 8})});
    expect("split", Split{0, {2, 3}}, {kCount}, {s64({2}, {0, 1}), s64({3}, {2, 3, 4})});
    expect("split, last axis", Split{1, {1, 2}}, {kTable}, {f32({2, 1}, {1, 4}), f32({2, 2}, {2, 3, 5, 6})});
    expect("split off nothing", Split{0, {0, 5}}, {kCount}, {s64({0}, {}), kCount});
  }
  void joining() { QS_CHECK_ROW(); }

  void slicing_data() {
    op_table();
    expect("middle", slice(1, 3), {kCount}, {s64({2}, {1, 2})});
    expect("step 2", slice(0, kFar, 2), {kCount}, {s64({3}, {0, 2, 4})});
    expect("from the end", slice(-2, kFar), {kCount}, {s64({2}, {3, 4})});
    expect("begin before the start", slice(-100, 2), {kCount}, {s64({2}, {0, 1})});
    expect("backwards", slice(kFar, kFarBack, -1), {kCount}, {s64({5}, {4, 3, 2, 1, 0})});
    expect("backwards in steps of 2, without the end", slice(-1, 0, -2), {kCount}, {s64({2}, {4, 2})});
    expect("nothing", slice(3, 3), {kCount}, {s64({0}, {})});
    expect("nothing, behind the end", slice(100, 200), {kCount}, {s64({0}, {})});
    expect("two axes, listed in any order", Slice{{1, 0}, {0, 1}, {kFar, kFar}, {2, 1}}, {kTable},
           {f32({1, 2}, {4, 6})});
    expect("bytes", slice(1, 2), {bytes({3}, {7, 8, 9})}, {bytes({1}, {8})});
  }
  void slicing() { QS_CHECK_ROW(); }

  void arranging_data() {
    op_table();
    expect("transpose", Transpose{{1, 0}}, {kTable}, {f32({3, 2}, {1, 4, 2, 5, 3, 6})});
    expect("transpose three axes", Transpose{{2, 0, 1}}, {f32({1, 2, 3}, {1, 2, 3, 4, 5, 6})},
           {f32({3, 1, 2}, {1, 4, 2, 5, 3, 6})});
    expect("reshape", Reshape{{3, -1}}, {kTable}, {f32({3, 2}, {1, 2, 3, 4, 5, 6})});
    expect("reshape, 0 copies", Reshape{{0, 1, 3}}, {kTable}, {f32({2, 1, 3}, {1, 2, 3, 4, 5, 6})});
    expect("flatten", Flatten{1}, {f32({1, 2, 2}, {1, 2, 3, 4})}, {f32({1, 4}, {1, 2, 3, 4})});
    expect("flatten from 0", Flatten{0}, {kTable}, {f32({1, 6}, {1, 2, 3, 4, 5, 6})});
    expect("squeeze", Squeeze{{0, 2}}, {s64({1, 2, 1}, {1, 2})}, {s64({2}, {1, 2})});
    expect("unsqueeze", Unsqueeze{{0, 2}}, {s64({2}, {1, 2})}, {s64({1, 2, 1}, {1, 2})});
    expect("identity", Identity{}, {kCount}, {kCount});
  }
  void arranging() { QS_CHECK_ROW(); }

  void padding_data() {
    op_table();
    expect("constant", pad(1, 2, Pad::Mode::constant, 9), {kCount}, {s64({8}, {9, 0, 1, 2, 3, 4, 9, 9})});
    expect("zeros of bytes", pad(1, 0), {bytes({2}, {7, 8})}, {bytes({3}, {0, 7, 8})});
    expect("cut off and added", pad(-2, 1), {kCount}, {s64({4}, {2, 3, 4, 0})});
    expect("cut off on both sides", pad(-1, -1), {kCount}, {s64({3}, {1, 2, 3})});
    expect("reflect", pad(2, 1, Pad::Mode::reflect), {kCount}, {s64({8}, {2, 1, 0, 1, 2, 3, 4, 3})});
    expect("edge", pad(2, 1, Pad::Mode::edge), {kCount}, {s64({8}, {0, 0, 0, 1, 2, 3, 4, 4})});
    expect("two axes", Pad{{0, 1}, {1, 0}, Pad::Mode::constant, -1}, {f32({1, 2}, {1, 2})},
           {f32({2, 3}, {-1, 1, 2, -1, -1, -1})});
    expect("two axes reflect into the corner", Pad{{1, 1}, {0, 0}, Pad::Mode::reflect, 0}, {f32({2, 2}, {1, 2, 3, 4})},
           {f32({3, 3}, {4, 3, 4, 2, 1, 2, 4, 3, 4})});
  }
  void padding() { QS_CHECK_ROW(); }

  void casting_data() {
    op_table();
    expect("toward zero", Cast{DType::s64}, {f32({4}, {-1.7F, 2.9F, -0.5, 1e9F})}, {s64({4}, {-1, 2, 0, 1000000000})});
    expect("out of range", Cast{DType::s64}, {f32({3}, {1e30F, -1e30F, kNotANumber})}, {s64({3}, {kFar, kFarBack, 0})});
    expect("to bytes", Cast{DType::u8}, {f32({4}, {-3, 255, 256, 0.99F})}, {bytes({4}, {0, 255, 255, 0})});
    expect("integers keep their low bits", Cast{DType::s8}, {s64({3}, {300, -1, 128})},
           {Tensor::from<std::int8_t>({3}, {44, -1, -128})});
    expect("integers to real", Cast{DType::f32}, {s64({2}, {-3, 16777217})}, {f32({2}, {-3, 16777216})});
    expect("to bool", Cast{DType::boolean}, {f32({4}, {0, -0.0F, 0.3F, -2})},
           {Tensor::from<bool>({4}, {false, false, true, true})});
    expect("from bool", Cast{DType::f32}, {Tensor::from<bool>({2}, {false, true})}, {f32({2}, {0, 1})});
    // 1 + 2^-8 and 1 + 3 * 2^-8 lie between two numbers of 8 significant bits; the even one is taken.
    expect("to bf16, ties to even", Cast{DType::bf16}, {f32({3}, {1.00390625F, 1.01171875F, -2})},
           {bf16({0x3F80, 0x3F82, 0xC000})});
    expect("from bf16", Cast{DType::f32}, {bf16({0x3F82, 0xC000})}, {f32({2}, {1.015625F, -2})});
    expect("bf16 to integers", Cast{DType::s64}, {bf16({0xC040})}, {s64({1}, {-3})});
    expect("to itself", Cast{DType::s64}, {kCount}, {kCount});
  }
  void casting() { QS_CHECK_ROW(); }

  void refused_data() {
    op_table();
    refuse("concat of two types", Concat{0}, {kCount, f32({1}, {1})}, "s64 and f32");
    refuse("concat of shapes that differ elsewhere", Concat{0}, {kTable, f32({1, 2}, {1, 2})}, "");
    refuse("reshape to another size", Reshape{{4}}, {kTable}, "");
    refuse("cut off more than there is", pad(-3, -3), {kCount}, "");
    refuse("edge of nothing", pad(1, 1, Pad::Mode::edge), {s64({0}, {})}, "");
    refuse("transpose of another rank", Transpose{{0, 1, 2}}, {kTable}, "");
    refuse("split into more than there is", Split{0, {2, 4}}, {kCount}, "");
  }
  void refused() { QS_CHECK_ROW(); }

  void not_a_number_survives_bf16() {
    const Tensor x = f32({1}, {kNotANumber});
    const Tensor half = reference_op(Cast{DType::bf16}, {&x, 1})[0];
    QVERIFY(std::isnan(reference_op(Cast{DType::f32}, {&half, 1})[0].values<float>()[0]));
  }
};

QTEST_GUILESS_MAIN(TestReferenceLayout)
#include "test_reference_layout.moc"
