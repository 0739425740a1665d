// The flags of `quantoscope evaluate`.
#pragma once

#include "app/run/evaluation_settings.h"

namespace CLI {
class App;
}

namespace qs {

/// Declares the flags on `app`, which must not outlive `flags`.
void declare(EvaluationSettings& flags, CLI::App& app);

/// Throws `Error` for everything that can be known to be wrong before the model is read, unwritable files included.
void check(const EvaluationSettings& flags);

}  // namespace qs
