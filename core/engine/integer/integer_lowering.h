// From a quantized graph to int8 primitives. `IntegerLowering` knows every value's encoding; the functions below say,
// operator by operator, how integers are computed from integers.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "core/engine/program/lowering.h"
#include "core/quant/quantized_graph.h"

namespace qs {

/// Values with an encoding are stored as u8 or s8 with channels last; the others as f32. A group that cannot be
/// computed in integers is lowered to f32, and its result is encoded afterwards where the graph says so.
class IntegerLowering final : public Lowering {
 public:
  /// `graph` is that of `quantized`, at the batch that is compiled for, with dequantized weights. Both must outlive
  /// this.
  IntegerLowering(const QuantizedGraph& quantized, const Graph& graph, std::vector<std::string>& reasons);

  [[nodiscard]] const QuantizedGraph& quantized() const { return quantized_; }
  [[nodiscard]] const Encoding* encoding(ValueId id) const { return quantized_.encoding(id); }
  /// Weights of the group's node; null when they stay float.
  [[nodiscard]] const QuantizedWeights* weights() const;

  /// An encoded value as integers, channels last.
  [[nodiscard]] Located encoded(ValueId value);
  /// The same with `begin` and `end` pixels of real 0 around it (one number per spatial axis), for kernels that pad
  /// with the integer 0: a copy into memory whose border is written once.
  [[nodiscard]] Located padded(ValueId value, const std::vector<std::int64_t>& begin,
                               const std::vector<std::int64_t>& end);
  /// A fresh place for the group's result as its encoding says.
  Located encoded_result(std::size_t output = 0);
  [[nodiscard]] dnnl::memory::desc encoded_desc(ValueId value) const;

  /// Sums over each window of a value, kept for further layers that read it through the same window.
  using WindowKey = std::tuple<ValueId, std::vector<std::int64_t>, std::int64_t>;
  [[nodiscard]] std::map<WindowKey, Located>& window_sums() { return window_sums_; }

  /// Says why the group is computed in float; for the table of layers.
  void explain(std::string reason);

 protected:
  void lower_group() override;
  [[nodiscard]] Located converted(ValueId value, const Located& source, const dnnl::memory::desc& wanted) override;

 private:
  void encode_inputs();
  void encode_results();
  /// Encodes images of few channels straight into `to` (channels last, perhaps inside a border); false for others.
  [[nodiscard]] bool add_image_encoding(const Located& source, const Encoding& encoding, const Located& to);
  /// Copies to another layout, quantizing or dequantizing where the types ask for it. Clamps to the type only.
  void add_reorder(const Located& from, const Encoding& encoding, const Located& to);
  [[nodiscard]] Located quantized_copy(const Located& source, const Encoding& encoding,
                                       const dnnl::memory::desc& wanted);

  const QuantizedGraph& quantized_;
  std::vector<std::string>& reasons_;
  std::map<WindowKey, Located> window_sums_;
};

/// Rows by channels: elements of [N, C, spatial...] with channels last.
[[nodiscard]] dnnl::memory::desc channels_last(const dnnl::memory::dims& dims, dnnl::memory::data_type type);

/// The integer type that holds a grid of up to 8 bits.
[[nodiscard]] dnnl::memory::data_type integer_type(const Grid& grid);

/// Whether every integer of the type is on the grid, so that the kernels' saturation is all the clamping there is to
/// do.
[[nodiscard]] bool fills_type(const Grid& grid);

// Each returns false when the current group cannot be computed in integers; it may `explain` why.
bool lower_integer(IntegerLowering&, const Conv&);
bool lower_integer(IntegerLowering&, const Gemm&);
bool lower_integer(IntegerLowering&, const MaxPool&);
bool lower_integer(IntegerLowering&, const AveragePool&);
bool lower_integer(IntegerLowering&, const GlobalAveragePool&);
bool lower_integer(IntegerLowering&, const GlobalMaxPool&);
bool lower_integer(IntegerLowering&, const ReduceMean&);
bool lower_integer(IntegerLowering&, const Add&);
bool lower_integer(IntegerLowering&, const Concat&);
bool lower_integer_view(IntegerLowering&);
/// Any function of one number: a table of its 256 results.
bool lower_lookup(IntegerLowering&, const Op&);

/// The result's code for each of the 256 codes of the input, by its low byte.
using LookupTable = std::array<std::uint8_t, 256>;

/// `function` in floats between two encodings, exactly what the simulation computes; Identity only rescales.
[[nodiscard]] LookupTable lookup_table(const Op& function, const Encoding& input, const Encoding& output);

}  // namespace qs
