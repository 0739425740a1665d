// The passes, each defined in the file of its name and listed in passes.cpp.
#pragma once

#include "core/graph/passes/passes.h"

namespace qs {

extern const Pass remove_identity_pass, fuse_swish_pass, fuse_hard_sigmoid_pass, fuse_hard_swish_pass, fuse_gelu_pass,
    fuse_matmul_add_pass, plain_gemm_pass, fold_batch_norm_pass, remove_unused_pass, relu6_to_relu_pass,
    unbalance_pass, find_dead_channels_pass;

}  // namespace qs
