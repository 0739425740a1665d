// The studies one by one, for the list in studies.cpp.
#pragma once

#include "app/study/study.h"

namespace qs {

[[nodiscard]] Study study_table4();
[[nodiscard]] Study study_table5();
[[nodiscard]] Study study_table6();
[[nodiscard]] Study study_figure12();
[[nodiscard]] Study study_figure13();
[[nodiscard]] Study study_figure14();

}  // namespace qs
