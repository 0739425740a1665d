// Concatenation and moves of encoded values.
#include <algorithm>
#include <cstring>

#include "core/base/parallel.h"
#include "core/engine/integer/integer_lowering.h"

namespace qs {

namespace {

using dnnl::memory;

/// One input of a concatenation along channels: `channels` of them from `offset` on.
struct Part {
  std::int64_t channels = 0;
  std::int64_t offset = 0;
  bool rescales = false;
  LookupTable table{};  ///< from the input's codes to the result's
};

void copy_part(const Part& part, const std::uint8_t* from, std::uint8_t* to, std::int64_t stride, std::int64_t first,
               std::int64_t last) {
  for (std::int64_t row = first; row < last; ++row) {
    const std::uint8_t* source = from + row * part.channels;
    std::uint8_t* target = to + row * stride + part.offset;
    if (!part.rescales) {
      std::memcpy(target, source, static_cast<std::size_t>(part.channels));
    } else {
      for (std::int64_t c = 0; c < part.channels; ++c) target[c] = part.table[source[c]];
    }
  }
}

}  // namespace

/// Row by row of channels, rescaled by a table where encodings differ (Jacob et al. appendix A.3). oneDNN 2.6 offers
/// nothing faster: its concat is a generic copy (kernel "simple:any"), and int8 convolutions that write into a part of
/// a wider row run on plain loops (kernel "ref_int8:any", 500 times slower).
bool lower_integer(IntegerLowering& lowering, const Concat& op) {
  const Node& node = lowering.node();
  const Encoding* output = lowering.encoding(node.outputs[0]);
  if (output == nullptr) return false;
  if (op.axis != 1) {
    lowering.explain("only channels are concatenated in integers");
    return false;
  }
  std::vector<Part> parts;
  std::int64_t offset = 0;
  for (ValueId id : node.inputs) {
    const Encoding* input = lowering.encoding(id);
    if (input == nullptr) return false;
    const std::int64_t channels = lowering.graph().value(id).shape[1];
    parts.push_back({channels, offset, *input != *output, lookup_table(Identity{}, *input, *output)});
    offset += channels;
  }
  std::vector<Argument> arguments;
  for (ValueId id : node.inputs) {
    const Located source = lowering.encoded(id);
    arguments.push_back({DNNL_ARG_MULTIPLE_SRC, source.desc, source.buffer});
  }
  const Located place = lowering.encoded_result();
  arguments.push_back({DNNL_ARG_DST, place.desc, place.buffer});
  const std::int64_t rows = lowering.output_shape().elements() / offset;
  lowering.name_kernel("row copy");
  lowering.add(
      [parts, rows, stride = offset](std::span<const memory> memories) {
        constexpr std::int64_t kRows = 128;
        auto* to = static_cast<std::uint8_t*>(memories.back().get_data_handle());
        parallel_for((rows + kRows - 1) / kRows, [&](std::int64_t block) {
          for (std::size_t p = 0; p < parts.size(); ++p) {
            const auto* from = static_cast<const std::uint8_t*>(memories[p].get_data_handle());
            copy_part(parts[p], from, to, stride, block * kRows, std::min(rows, (block + 1) * kRows));
          }
        });
      },
      std::move(arguments));
  return true;
}

bool lower_integer_view(IntegerLowering& lowering) {
  const ValueId input = lowering.node().inputs[0];
  const ValueId output = lowering.node().outputs[0];
  const Encoding* from = lowering.encoding(input);
  const Encoding* to = lowering.encoding(output);
  if (from == nullptr || to == nullptr || *from != *to) return false;
  const memory::data_type type = integer_type(from->grid);
  const memory::dims input_dims = onednn::dims(lowering.input_shape(0));
  const memory::dims output_dims = onednn::dims(lowering.output_shape());
  // Rows as the graph counts them, seen under the new extents, then with channels last again where that differs.
  const Located dense = lowering.in_layout(input, onednn::dense(input_dims, type));
  lowering.name_kernel("view");
  const memory::desc seen = onednn::dense(output_dims, type);
  const memory::desc wanted = lowering.encoded_desc(output);
  if (onednn::same_addresses(seen, wanted)) {
    lowering.alias_result(dense, wanted);
    return true;
  }
  const Located moved = lowering.reordered({seen, dense.buffer}, wanted);
  lowering.alias_result(moved, wanted);
  return true;
}

}  // namespace qs
