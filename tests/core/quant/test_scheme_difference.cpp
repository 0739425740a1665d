// Schemes side by side.
#include "core/quant/scheme_difference.h"

#include <QtTest/QtTest>
#include <algorithm>

namespace qs {

class TestSchemeDifference : public QObject {
  Q_OBJECT

 private slots:
  void a_scheme_differs_in_nothing_from_itself() {
    for (const Scheme& scheme : preset_schemes()) QVERIFY(differences(scheme, scheme).empty());
  }

  void names_are_no_difference() {
    Scheme other = find_scheme("w8a8-channel-sym");
    other.id = "other";
    other.title = "Another";
    QVERIFY(differences(find_scheme("w8a8-channel-sym"), other).empty());
  }

  void each_difference_has_a_row() {
    Scheme other = find_scheme("w8a8-channel-sym");
    other.weights.bits = 4;
    other.activations.range = {"percentile", {{"percentile", 99.5}}};
    other.layers = {{.pattern = "conv*",
                     .keep_float = true,
                     .weight_bits = 6,
                     .activation_bits = {},
                     .weight_range = {},
                     .activation_range = {}}};
    const std::vector<SchemeRow> rows = differences(find_scheme("w8a8-channel-sym"), other);
    QCOMPARE(rows.size(), std::size_t{3});
    QCOMPARE(rows[0].key, std::string("weights.bits"));
    QCOMPARE(rows[0].title, std::string("weights: bits"));
    QCOMPARE(rows[0].values, (std::vector<std::string>{"8", "4"}));
    QCOMPARE(rows[1].key, std::string("activations.range"));
    QCOMPARE(rows[1].values[1], std::string("percentile, percentile 99.5"));
    QCOMPARE(rows[2].key, std::string("layers"));
    QCOMPARE(rows[2].values, (std::vector<std::string>{"none", "conv*: keep_float yes weight_bits 6"}));
  }

  // Whether weights that stay float would have had 8 or 4 bits makes no difference.
  void what_is_not_quantized_has_no_choices() {
    Scheme first = find_scheme("w8-channel-sym");
    QVERIFY(!first.activations.quantized);
    Scheme second = first;
    second.activations.bits = 4;
    QVERIFY(differences(first, second).empty());
    const std::vector<SchemeRow> rows = side_by_side(std::vector<Scheme>{first});
    const auto bits =
        std::find_if(rows.begin(), rows.end(), [](const SchemeRow& row) { return row.key == "activations.bits"; });
    QVERIFY(bits != rows.end() && bits->values.front().empty());
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestSchemeDifference)
#include "test_scheme_difference.moc"
