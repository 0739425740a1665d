// The ONNX project's own backend tests (Debian: libonnx-testdata): small models with inputs and expected outputs.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/tensor/tensor.h"

namespace qs {

/// `QS_ONNX_TESTDATA`, by default where Debian's package puts it. May not exist.
[[nodiscard]] std::filesystem::path onnx_testdata();

/// One set of inputs and outputs of one model, with the model made into a network as the importer reads it:
/// - inputs that the operator table wants constant (weights, shapes, ...) have become initialisers; where several
///   inputs are left, a second case follows in which all but the first are constant;
/// - outputs beyond a node's first that only training or unpooling reads (masks, indices, statistics) are cut off;
/// - what is known without running anything (Shape, Constant) is added to a further input of zeros.
struct OnnxCase {
  std::string name;                ///< "node/test_relu"
  std::string op_type;             ///< the operator under test; "several" for a network of different ones
  std::string why_not_applicable;  ///< empty for a case that must pass
  bool has_cut_outputs = false;
  std::vector<std::byte> model;  ///< the bytes of the file
  std::vector<Tensor> inputs;    ///< in the order of the model's inputs
  std::vector<Tensor> expected;  ///< in the order of the model's outputs
};

/// Every case with at least one of the operators that Quantoscope lists, in the order of their names.
[[nodiscard]] std::vector<OnnxCase> read_onnx_cases(const std::filesystem::path& testdata);

}  // namespace qs

/// Skips the test visibly where the cases are absent.
#define QS_NEEDS_ONNX_TESTDATA()                                                                                  \
  do {                                                                                                            \
    if (!std::filesystem::is_directory(qs::onnx_testdata())) QSKIP("no libonnx-testdata (set QS_ONNX_TESTDATA)"); \
  } while (false)
