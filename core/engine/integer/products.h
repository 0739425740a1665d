// How the products of a layer are added to the program: at once, or in halves (exact_products.h).
#pragma once

#include "core/engine/integer/exact_products.h"
#include "core/engine/integer/output_stage.h"

namespace qs {

/// With symmetric weights: everything up to the group's result. `multiply(weights, bias, attributes, to)` adds the
/// layer's primitive with (a part of) its weights. True: it has been done.
template <class Multiply>
bool add_products(IntegerLowering& lowering, const OutputStage& stage, const LayerConstants& constants,
                  const dnnl::memory::dims& output_dims, const Multiply& multiply) {
  const std::optional<OutputStage> halved =
      constants.in_halves ? stage_of_halves(lowering, stage) : std::optional<OutputStage>();
  const OutputStage& used = halved ? *halved : stage;
  const auto attributes = [&](Part part) { return stage_attributes(lowering, used, constants.units, part); };
  const Located place = stage_destination(lowering, used, channels_last(output_dims, stage_type(used)));
  if (!halved) {
    multiply(constants.weights, bias_tensor(constants), attributes(Part::whole), place);
    return true;
  }
  const Halves parts = halves(constants.weights);
  multiply(parts.first, bias_tensor(constants), attributes(Part::first_half), place);
  multiply(parts.second, std::nullopt, attributes(Part::second_half), place);
  return true;
}

/// The plain s32 sums, without bias.
template <class Multiply>
Located add_sums(IntegerLowering& lowering, const LayerConstants& constants, const dnnl::memory::dims& output_dims,
                 const Multiply& multiply) {
  const Located sums = lowering.fresh(channels_last(output_dims, dnnl::memory::data_type::s32));
  if (!constants.in_halves) {
    multiply(constants.weights, std::nullopt, sum_attributes(), sums);
    return sums;
  }
  const Halves parts = halves(constants.weights);
  multiply(parts.first, std::nullopt, sum_attributes(), sums);
  multiply(parts.second, std::nullopt, sum_attributes(Sums::added), sums);
  return sums;
}

}  // namespace qs
