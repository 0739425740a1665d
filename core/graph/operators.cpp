#include "core/graph/operator.h"

#include <algorithm>
#include <array>

#include "core/graph/ops/rows.h"

namespace qs {

namespace {

// The first row of a kind gives it its name; rows of older spellings follow.
constexpr std::array kOperators{
    &ops::conv,
    &ops::conv_transpose,
    &ops::gemm,
    &ops::matmul,
    &ops::batch_norm,
    &ops::layer_norm,
    &ops::lrn,
    &ops::relu,
    &ops::leaky_relu,
    &ops::prelu,
    &ops::clip,
    &ops::sigmoid,
    &ops::hard_sigmoid,
    &ops::hard_swish,
    &ops::swish,
    &ops::tanh,
    &ops::elu,
    &ops::erf,
    &ops::gelu,
    &ops::softmax,
    &ops::fake_quantize,
    &ops::max_pool,
    &ops::average_pool,
    &ops::global_average_pool,
    &ops::global_max_pool,
    &ops::reduce_mean,
    &ops::add,
    &ops::sub,
    &ops::mul,
    &ops::div,
    &ops::sum,
    &ops::concat,
    &ops::split,
    &ops::slice,
    &ops::transpose,
    &ops::reshape,
    &ops::flatten,
    &ops::squeeze,
    &ops::unsqueeze,
    &ops::pad,
    &ops::identity,
    &ops::dropout,
    &ops::cast,
    &ops::resize,
    &ops::upsample,
};

}  // namespace

std::span<const Operator* const> operators() {
  return kOperators;
}

const Operator* find_operator(std::string_view name) {
  const auto found = std::find_if(kOperators.begin(), kOperators.end(),
                                  [&](const Operator* row) { return row->name == name && row->parse != nullptr; });
  return found == kOperators.end() ? nullptr : *found;
}

const Operator& operator_of(const Op& op) {
  const auto found =
      std::find_if(kOperators.begin(), kOperators.end(), [&](const Operator* row) { return row->kind == op.index(); });
  QS_ASSERT(found != kOperators.end());
  return **found;
}

std::string_view name_of(const Op& op) {
  return operator_of(op).name;
}

}  // namespace qs
