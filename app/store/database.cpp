#include "app/store/database.h"

#include <fcntl.h>
#include <unistd.h>

#include <QSqlError>
#include <QUuid>
#include <filesystem>

#include "core/base/error.h"

namespace qs {

namespace {

/// Result codes of SQLite (sqlite3.h), without what extends them.
enum SqliteCode { kBusy = 5, kLocked = 6, kReadOnly = 8, kDiskError = 10, kCorrupt = 11, kFull = 13, kNoDatabase = 26 };

const char* meaning(int code) {
  switch (code) {
    case kBusy:
    case kLocked: return "the project is open in another window or program; close it there, or save it there as a copy";
    case kReadOnly: return "the file may not be written to; copy it to a folder of yours and open the copy";
    case kDiskError: return "the disk cannot be read or written; what was saved before is still in the file";
    case kCorrupt:
    case kNoDatabase:
      return "the file is damaged; open a copy of it from a backup, or save what can be saved with \"sqlite3 FILE "
             ".recover\"";
    case kFull: return "the disk is full; make room and try again: what was saved before is still in the file";
    default: return "the project's file cannot be used";
  }
}

}  // namespace

Database::Database(const std::string& path) : path_(path), connection_(QUuid::createUuid().toString()) {
  QSqlDatabase database = QSqlDatabase::addDatabase("QSQLITE", connection_);
  database.setDatabaseName(QString::fromStdString(path));
  database.setConnectOptions("QSQLITE_BUSY_TIMEOUT=200");
  try {
    if (!database.open()) fail(database.lastError());
    configure();
  } catch (...) {
    database = {};
    QSqlDatabase::removeDatabase(connection_);
    throw;
  }
}

Database::~Database() {
  QSqlDatabase::database(connection_, false).close();
  QSqlDatabase::removeDatabase(connection_);
}

void Database::configure() const {
  run("PRAGMA trusted_schema = OFF");  // the file may come from anyone
  run("PRAGMA cell_size_check = ON");
  run("PRAGMA locking_mode = EXCLUSIVE");
  run("PRAGMA journal_mode = DELETE");
  run("PRAGMA synchronous = FULL");
  run("BEGIN EXCLUSIVE");  // takes the lock, which is then kept
  run("COMMIT");
}

QSqlQuery Database::run(const QString& statement, std::initializer_list<QVariant> values) const {
  QSqlQuery query(QSqlDatabase::database(connection_, false));
  query.setForwardOnly(true);
  if (!query.prepare(statement)) fail(query.lastError());
  for (const QVariant& each : values) query.addBindValue(each);
  if (!query.exec()) fail(query.lastError());
  return query;
}

QVariant Database::value(const QString& statement, std::initializer_list<QVariant> values) const {
  QSqlQuery query = run(statement, values);
  return query.next() ? query.value(0) : QVariant();
}

void Database::roll_back() const noexcept {
  QSqlQuery query(QSqlDatabase::database(connection_, false));
  query.exec("ROLLBACK");  // fails where SQLite has done it already
}

void Database::fail(const QSqlError& error) const {
  const int code = error.nativeErrorCode().toInt() & 0xFF;
  bad_input("{}: {} (SQLite: {})", path_, meaning(code), error.databaseText().toStdString());
}

void flush_to_disk(const std::string& path) {
  const std::string folder = std::filesystem::absolute(path).parent_path().string();
  for (const std::string& each : {path, folder}) {
    const int file = ::open(each.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) continue;
    ::fsync(file);  // what cannot be flushed (a folder, on some file systems) is as good as it gets
    ::close(file);
  }
}

}  // namespace qs
