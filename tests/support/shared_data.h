// Where the real models and images are, for the tests that use them.
#pragma once

#include <QtTest/QtTest>
#include <filesystem>

namespace qs {

/// `QS_SHARED_DATA`, by default `../shared/data` beside the sources. May not exist.
[[nodiscard]] std::filesystem::path shared_data();

}  // namespace qs

/// Skips the test visibly where the real models and images are absent.
#define QS_NEEDS_SHARED_DATA()                                                                         \
  do {                                                                                                 \
    if (!std::filesystem::is_directory(qs::shared_data())) QSKIP("no shared data (set QS_SHARED_DATA)"); \
  } while (false)
