// A file of SQLite, with errors that say what helps.
#pragma once

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariant>
#include <initializer_list>
#include <string>

namespace qs {

/// One connection; for the thread that made it. Nobody else can use the file meanwhile: it stays locked until this is
/// gone, however the process ends. Every change is on disk when its transaction has ended (rollback journal,
/// synchronous FULL), so that the one file is everything whenever no transaction is under way.
class Database {
 public:
  /// Throws `Error` (bad_input): locked by another process, damaged, not writable.
  explicit Database(const std::string& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs one statement with its `?` replaced. Throws `Error` (bad_input), after which nothing of the statement holds.
  QSqlQuery run(const QString& statement, std::initializer_list<QVariant> values = {}) const;

  /// The first column of the first row; invalid where there is none.
  [[nodiscard]] QVariant value(const QString& statement, std::initializer_list<QVariant> values = {}) const;

  /// All that `body` runs happens, or nothing of it.
  template <class Body>
  void transaction(Body&& body) {
    run("BEGIN IMMEDIATE");
    try {
      body();
      run("COMMIT");
    } catch (...) {
      roll_back();
      throw;
    }
  }

 private:
  void configure() const;
  void roll_back() const noexcept;
  [[noreturn]] void fail(const QSqlError& error) const;

  std::string path_;
  QString connection_;
};

/// Waits until the file's bytes, and its name, are on the disk.
void flush_to_disk(const std::string& path);

}  // namespace qs
