#include "core/quant/weights/rows.h"

namespace qs {

const WeightMethod uniform_weights = {
    "uniform",
    "Uniform",
    "Rounds each weight to the nearest of equally spaced numbers.",
    "R. Krishnamoorthi, Quantizing deep convolutional networks for efficient inference, arXiv:1806.08342, section 2",
    {}};

}  // namespace qs
