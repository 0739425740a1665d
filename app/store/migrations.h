// The layout of a project's tables, version by version.
#pragma once

#include "app/store/database.h"

namespace qs {

constexpr int kProjectFormat = 2;                ///< PRAGMA user_version
constexpr int kProjectApplication = 0x51534350;  ///< PRAGMA application_id: "QSCP"

/// Brings tables of version `from` (0: an empty file) to `kProjectFormat`, in one transaction.
void migrate(Database& database, int from);

/// The statements that lead from version - 1 to `version`, 1 <= version <= kProjectFormat. What is released is never
/// changed; a new layout is a new version.
[[nodiscard]] const char* migration(int version);

}  // namespace qs
