// Additions of encoded values, and functions of one number.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/parallel.h"
#include "core/engine/float/lower.h"
#include "core/engine/integer/output_stage.h"
#include "core/engine/reference/reference.h"
#include "core/graph/operator.h"

namespace qs {

namespace {

using dnnl::memory;

constexpr std::int64_t kBlock = 1 << 14;

bool is_function_of_one_number(const Op& op) {
  const Quantizable kind = operator_of(op).quantizable;
  return kind == Quantizable::fused && !std::holds_alternative<BatchNorm>(op);
}

}  // namespace

LookupTable lookup_table(const Op& function, const Encoding& input, const Encoding& output) {
  Tensor reals(DType::f32, {256});
  const auto at = reals.mutable_values<float>();
  for (std::int32_t i = 0; i < 256; ++i) {
    const std::int32_t code = input.grid.is_signed ? static_cast<std::int8_t>(i) : i;
    at[static_cast<std::size_t>(i)] = dequantize(code, input.channels[0]);
  }
  const Tensor results = reference_op(function, std::array{reals}).front();
  LookupTable table{};
  for (std::size_t i = 0; i < 256; ++i) {
    table[i] = static_cast<std::uint8_t>(quantize(results.values<float>()[i], output.channels[0], output.grid));
  }
  return table;
}

bool lower_lookup(IntegerLowering& lowering, const Op& op) {
  const Node& node = lowering.node();
  if (!is_function_of_one_number(op) || node.inputs.size() != 1 || !lowering.group().post_ops.empty()) return false;
  const Encoding* input = lowering.encoding(node.inputs[0]);
  const Encoding* output = lowering.encoding(lowering.group().output);
  if (input == nullptr || output == nullptr) return false;
  const Located source = lowering.encoded(node.inputs[0]);
  const Located place = lowering.encoded_result();
  const std::int64_t count = lowering.output_shape().elements();
  lowering.name_kernel("lookup table");
  lowering.add(
      [table = lookup_table(op, *input, *output), count](std::span<const memory> memories) {
        const auto* from = static_cast<const std::uint8_t*>(memories[0].get_data_handle());
        auto* to = static_cast<std::uint8_t*>(memories[1].get_data_handle());
        parallel_for((count + kBlock - 1) / kBlock, [&](std::int64_t block) {
          for (std::int64_t i = block * kBlock; i < std::min(count, (block + 1) * kBlock); ++i) to[i] = table[from[i]];
        });
      },
      {{DNNL_ARG_SRC, source.desc, source.buffer}, {DNNL_ARG_DST, place.desc, place.buffer}});
  return true;
}

/// y = (s0 (q0 - z0) + s1 (q1 - z1)) / s + z with the zero points, which the primitive has not, in one constant.
bool lower_integer(IntegerLowering& lowering, const Add&) {
  const std::vector<ValueId>& inputs = lowering.node().inputs;
  const OutputStage stage = output_stage(lowering);
  if (stage.encoding == nullptr || !stage.only_clamps) return false;
  for (ValueId id : inputs) {
    if (lowering.encoding(id) == nullptr) return false;
    if (lowering.graph().value(id).shape != lowering.output_shape()) {
      lowering.explain("an addition that broadcasts");
      return false;
    }
  }
  const ScaleZeroPoint& out = stage.encoding->channels[0];
  const Located left = lowering.encoded(inputs[0]);
  const Located right = lowering.encoded(inputs[1]);
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  float constant = static_cast<float>(out.zero_point);
  for (std::size_t i = 0; i < 2; ++i) {
    const ScaleZeroPoint& in = lowering.encoding(inputs[i])->channels[0];
    attr.set_scales(i == 0 ? DNNL_ARG_SRC_0 : DNNL_ARG_SRC_1, 0, {in.scale / out.scale});
    constant -= in.scale / out.scale * static_cast<float>(in.zero_point);
  }
  const float low = std::max(stage.low / out.scale + static_cast<float>(out.zero_point),
                             static_cast<float>(stage.encoding->grid.quant_min()));
  const float high = std::min(stage.high / out.scale + static_cast<float>(out.zero_point),
                              static_cast<float>(stage.encoding->grid.quant_max()));
  dnnl::post_ops ops;
  if (constant != 0) ops.append_eltwise(1, dnnl::algorithm::eltwise_linear, 1, constant);
  ops.append_eltwise(1, dnnl::algorithm::eltwise_clip, low, high);
  attr.set_post_ops(ops);
  const memory::desc wanted = lowering.encoded_desc(lowering.group().output);
  const dnnl::binary::primitive_desc desc({dnnl::algorithm::binary_add, left.desc, right.desc, wanted}, attr,
                                          onednn::engine());
  const Located place = lowering.result(wanted);
  lowering.add<dnnl::binary>(desc, {{DNNL_ARG_SRC_0, left.desc, left.buffer},
                                    {DNNL_ARG_SRC_1, right.desc, right.buffer},
                                    {DNNL_ARG_DST, place.desc, place.buffer}});
  return true;
}

}  // namespace qs
