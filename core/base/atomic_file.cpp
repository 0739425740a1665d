#include "core/base/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>

#include "core/base/error.h"

namespace qs {

namespace {

namespace fs = std::filesystem;

constexpr int kMostAttempts = 1000;  // names left behind by killed processes that had the same number

[[noreturn]] void cannot_write(const fs::path& path, int reason) {
  bad_input("cannot write \"{}\": {}", path.string(), std::generic_category().message(reason));
}

/// The file that is to change: what a link points to, there or not.
fs::path followed(const fs::path& path) {
  std::error_code failed;
  if (!fs::is_symlink(fs::symlink_status(path, failed))) return path;
  fs::path target = fs::weakly_canonical(path, failed);
  return failed ? path : target;
}

/// The permissions of the file that is replaced; empty when there is none.
std::optional<mode_t> old_mode(const fs::path& path) {
  struct stat old {};
  if (::stat(path.c_str(), &old) != 0) return std::nullopt;
  if (S_ISDIR(old.st_mode)) cannot_write(path, EISDIR);
  if (!S_ISREG(old.st_mode)) bad_input("cannot write \"{}\": it is no regular file", path.string());
  return old.st_mode & 07777U;
}

/// A file under a name of its own, removed unless it was published.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& path) : path_(path) {
    for (int attempt = 0; handle_ < 0; ++attempt) {
      name_ = path.parent_path() / fmt::format(".{}.{}.{}", path.filename().string(), ::getpid(), attempt);
      handle_ = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (handle_ < 0 && (errno != EEXIST || attempt == kMostAttempts)) cannot_write(path_, errno);
    }
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (handle_ >= 0) ::close(handle_);
    if (!published_) ::unlink(name_.c_str());
  }

  void write(std::string_view content) {
    while (!content.empty()) {
      const ssize_t written = ::write(handle_, content.data(), content.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) cannot_write(path_, errno);
      content.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  /// Only what has reached the disk may get the name: some systems report a full one at fsync or close.
  void publish(std::optional<mode_t> mode) {
    if (mode) check(::fchmod(handle_, *mode));
    check(::fsync(handle_));
    const int handle = handle_;
    handle_ = -1;
    check(::close(handle));
    check(std::rename(name_.c_str(), path_.c_str()));
    published_ = true;
  }

 private:
  void check(int result) const {
    if (result != 0) cannot_write(path_, errno);
  }

  fs::path path_;
  fs::path name_;
  int handle_ = -1;
  bool published_ = false;
};

/// The new name is in the folder, which has to reach the disk as well; file systems that cannot do this need not.
void flush_folder(const fs::path& folder) {
  const int handle = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return;
  ::fsync(handle);
  ::close(handle);
}

}  // namespace

void write_atomically(const fs::path& path, std::string_view content) {
  const fs::path target = followed(path);
  if (target.filename().empty()) bad_input("cannot write \"{}\": it is no file name", path.string());
  const std::optional<mode_t> mode = old_mode(target);
  TemporaryFile file(target);
  file.write(content);
  file.publish(mode);
  flush_folder(target.parent_path());
}

}  // namespace qs
