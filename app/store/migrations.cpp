#include "app/store/migrations.h"

#include <array>

#include "core/base/error.h"

namespace qs {

namespace {

/// `setting`: one value per name: model.path, model.sha256, model.name, images.path, images.layout, images.labels,
/// images.listing, current_scheme, selected_layers (JSON), backend, notes, training (JSON). `layout`: of windows, by
/// name. `run.schemes`, `settings` and `report` are JSON; `predictions` is what `pack_predictions` made.
constexpr const char* kFirst = R"(
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE scheme (position INTEGER PRIMARY KEY, definition TEXT NOT NULL, shown INTEGER NOT NULL,
                     color INTEGER NOT NULL);
CREATE TABLE layout (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE run (id INTEGER PRIMARY KEY, state TEXT NOT NULL, started TEXT NOT NULL, fraction REAL NOT NULL,
                  message TEXT NOT NULL, model_name TEXT NOT NULL, data_path TEXT NOT NULL, backend TEXT NOT NULL,
                  schemes TEXT NOT NULL, settings TEXT NOT NULL, report TEXT, predictions BLOB);
)";

/// Predictions are most of a project's bytes: in a table of their own, writing a run's state does not copy them, and
/// a list of runs does not read them. `measurement` keeps what was measured of single schemes.
constexpr const char* kSecond = R"(
CREATE TABLE run_predictions (run INTEGER PRIMARY KEY, packed BLOB NOT NULL);
INSERT INTO run_predictions SELECT id, predictions FROM run WHERE predictions IS NOT NULL;
ALTER TABLE run DROP COLUMN predictions;
CREATE TABLE measurement (kind TEXT NOT NULL, model TEXT NOT NULL, conditions TEXT NOT NULL, scheme TEXT NOT NULL,
                          value BLOB NOT NULL, UNIQUE (kind, model, conditions, scheme));
)";

constexpr std::array kMigrations{kFirst, kSecond};
static_assert(kMigrations.size() == kProjectFormat);

}  // namespace

const char* migration(int version) {
  QS_ASSERT(version >= 1 && version <= kProjectFormat);
  return kMigrations[static_cast<std::size_t>(version) - 1];
}

void migrate(Database& database, int from) {
  if (from == kProjectFormat) return;
  database.transaction([&] {
    for (int version = from + 1; version <= kProjectFormat; ++version) {
      for (const QString& statement : QString(migration(version)).split(';')) {
        if (!statement.trimmed().isEmpty()) database.run(statement);
      }
    }
    database.run(QString("PRAGMA application_id = %1").arg(kProjectApplication));
    database.run(QString("PRAGMA user_version = %1").arg(kProjectFormat));
  });
}

}  // namespace qs
