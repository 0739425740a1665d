// Files that are whole or not there, whatever the system says.
#include "core/base/atomic_file.h"

#include <sys/resource.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <csignal>
#include <filesystem>

#include "core/base/error.h"
#include "tests/support/test_files.h"

using namespace qs;

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  const FileBytes bytes = read_file(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// The message of the error; empty when there is none.
std::string refusal(const fs::path& path, std::string_view content = "new") {
  try {
    write_atomically(path, content);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

/// No file of this process may grow beyond `bytes`, as if the disk were full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit old_{};
  void (*handler_)(int) = nullptr;
};

}  // namespace

class TestAtomicFile : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    file_ = fs::path(folder_->path().toStdString()) / "model.onnx";
  }

  void writes_and_replaces() {
    write_atomically(file_, "old");
    QCOMPARE(text_of(file_), std::string("old"));
    const std::string long_text(3000000, 'x');
    write_atomically(file_, long_text);
    QVERIFY(text_of(file_) == long_text);
    write_atomically(file_, "");
    QCOMPARE(fs::file_size(file_), std::uintmax_t{0});
    QCOMPARE(entries(file_.parent_path()), std::size_t{1});
  }

  void full_disk_keeps_the_old_file() {
    write_text(file_, "old");
    std::string message;
    {
      const FullDisk full(100000);
      message = refusal(file_, std::string(1000000, 'x'));
    }
    QVERIFY2(message.find(file_.string()) != std::string::npos, message.c_str());
    QCOMPARE(text_of(file_), std::string("old"));
    QCOMPARE(entries(file_.parent_path()), std::size_t{1});
  }

  void places_that_cannot_be_written() {
    QVERIFY(refusal(file_.parent_path() / "missing" / "x").find("No such file") != std::string::npos);
    write_text(file_, "old");
    QVERIFY(refusal(file_ / "x").find("Not a directory") != std::string::npos);
    QVERIFY(refusal(file_.parent_path()).find("Is a directory") != std::string::npos);
    QVERIFY(refusal("/dev/null").find("no regular file") != std::string::npos);
    QVERIFY(!refusal("/proc/x").empty());
    QVERIFY(!refusal(file_.parent_path() / "").empty());
  }

  void folder_without_permission() {
    if (::geteuid() == 0) QSKIP("root may write everywhere");
    fs::permissions(file_.parent_path(), fs::perms::owner_read | fs::perms::owner_exec);
    QVERIFY(refusal(file_).find("Permission denied") != std::string::npos);
    fs::permissions(file_.parent_path(), fs::perms::owner_all);
  }

  void keeps_permissions_and_follows_links() {
    write_text(file_, "old");
    fs::permissions(file_, fs::perms::owner_read | fs::perms::owner_write | fs::perms::others_read);
    const fs::path link = file_.parent_path() / "link";
    fs::create_symlink("model.onnx", link);
    write_atomically(link, "new");
    QVERIFY(fs::is_symlink(link));
    QCOMPARE(text_of(file_), std::string("new"));
    QVERIFY(fs::status(file_).permissions() ==
            (fs::perms::owner_read | fs::perms::owner_write | fs::perms::others_read));
  }

  void what_a_killed_process_left_behind() {
    write_text(file_.parent_path() / (".model.onnx." + std::to_string(::getpid()) + ".0"), "half");
    write_atomically(file_, "new");
    QCOMPARE(text_of(file_), std::string("new"));
  }

 private:
  std::unique_ptr<QTemporaryDir> folder_;
  fs::path file_;
};

QTEST_GUILESS_MAIN(TestAtomicFile)
#include "test_atomic_file.moc"
