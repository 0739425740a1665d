// How project files come to be, are opened and copied.
#include <QFile>
#include <QFileInfo>
#include <QtEndian>
#include <filesystem>

#include "app/store/database.h"
#include "app/store/migrations.h"
#include "app/store/project.h"
#include "core/base/error.h"

namespace qs {

namespace {

constexpr qint64 kHeaderBytes = 100;  // of every SQLite file: https://www.sqlite.org/fileformat2.html section 1.3

/// What the file's first bytes say, without opening it as a database.
struct Header {
  bool is_sqlite = false;
  quint32 version = 0;
  quint32 application = 0;
};

Header read_header(const std::string& path) {
  QFile file(QString::fromStdString(path));
  if (!file.open(QIODevice::ReadOnly)) {
    bad_input("{}: the project cannot be opened: {}", path, file.errorString().toStdString());
  }
  const QByteArray bytes = file.read(kHeaderBytes);
  if (bytes.size() < kHeaderBytes || !bytes.startsWith("SQLite format 3")) return {};
  return {.is_sqlite = true,
          .version = qFromBigEndian<quint32>(bytes.constData() + 60),
          .application = qFromBigEndian<quint32>(bytes.constData() + 68)};
}

void check_header(const std::string& path) {
  const QFileInfo info(QString::fromStdString(path));
  if (!info.exists()) bad_input("{}: there is no such project; it may have been moved or renamed", path);
  if (info.isDir()) bad_input("{}: this is a folder; a project is one file", path);
  const Header header = read_header(path);
  if (!header.is_sqlite || header.application != kProjectApplication) {
    bad_input("{}: this is no Quantoscope project; models and images are opened by other commands", path);
  }
  if (header.version > kProjectFormat) {
    bad_input(
        "{}: the project was saved by a newer Quantoscope (format {}, this program reads up to {}); update the "
        "program to open it",
        path, header.version, kProjectFormat);
  }
}

/// The folder too: SQLite's journal stands beside the file.
void check_writable(const std::string& path) {
  const QFileInfo info(QString::fromStdString(path));
  if (!info.isWritable() || !QFileInfo(info.absolutePath()).isWritable()) {
    bad_input(
        "{}: the file or its folder may not be written to; copy the project to a folder of yours and open the "
        "copy",
        path);
  }
}

std::unique_ptr<Database> open_database(const std::string& path) {
  check_header(path);
  check_writable(path);
  auto database = std::make_unique<Database>(path);
  const QString complaint = database->value("PRAGMA quick_check(1)").toString();
  if (complaint != "ok") {
    bad_input(
        "{}: the file is damaged ({}); open a copy of it from a backup, or save what can be saved with \"sqlite3 "
        "FILE .recover\"",
        path, complaint.toStdString());
  }
  return database;
}

void rename_over(const std::string& from, const std::string& to) {
  flush_to_disk(from);
  std::error_code error;
  std::filesystem::rename(from, to, error);
  if (error) {
    std::filesystem::remove(from, error);
    bad_input("{}: the project cannot be written there", to);
  }
  flush_to_disk(to);
}

/// Runs that nobody works on any more.
void stop_runs(Database& database) {
  database.transaction([&] {
    database.run(
        "UPDATE run SET state = 'stopped', message = 'The program ended during this run.' "
        "WHERE state = 'running'");
    database.run(
        "UPDATE run SET state = 'stopped', message = 'The program ended before this run began.' "
        "WHERE state = 'waiting'");
  });
}

}  // namespace

Project Project::create(const std::string& path) {
  if (std::filesystem::exists(path)) bad_input("{}: there is such a file already; choose another name", path);
  const std::string part = path + ".part";
  std::filesystem::remove(part);
  {
    Database database(part);
    migrate(database, 0);
  }
  rename_over(part, path);
  return open(path);
}

Project Project::open(const std::string& path) {
  std::unique_ptr<Database> database = open_database(path);
  migrate(*database, database->value("PRAGMA user_version").toInt());
  stop_runs(*database);
  // What a killed process left behind goes with the next write; SQLite does not look for it otherwise.
  if (std::filesystem::exists(path + "-journal"))
    database->run(QString("PRAGMA user_version = %1").arg(kProjectFormat));
  return {path, std::move(database)};
}

void Project::save_as(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::equivalent(path, path_, ignored)) return;
  // A project there may be open elsewhere: its file must not be taken away.
  if (std::filesystem::exists(path) && read_header(path).is_sqlite) (void)Database(path);
  const std::string part = path + ".part";
  std::filesystem::remove(part, ignored);
  database_->run("VACUUM INTO ?", {QString::fromStdString(part)});
  rename_over(part, path);
  *this = open(path);
}

}  // namespace qs
