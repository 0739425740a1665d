#include "datasets/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>

#include "core/base/error.h"

namespace qs {
namespace {

constexpr std::size_t kBlockBytes = 1 << 17;
constexpr std::int64_t kMaxExpansion = 1000;
constexpr std::int64_t kAlwaysAllowedBytes = std::int64_t{1} << 30;

struct FreeArchive {
  void operator()(::archive* handle) const { archive_read_free(handle); }
};

/// Length in bytes of the UTF-8 character at the front, 0 when there is none. Overlong forms and surrogates pass: the
/// text is only shown.
std::size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
  return length;
}

std::string valid_utf8(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    result += length == 0 ? "?" : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

}  // namespace

struct ArchiveReader::Impl {
  std::string shown_name;
  std::unique_ptr<::archive, FreeArchive> handle{archive_read_new()};
  std::int64_t entries = 0;
  std::int64_t expanded_bytes = 0;
  std::int64_t most_expanded_bytes = 0;

  template <class... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) const {
    bad_input("{}: {}", shown_name, fmt::format(format, std::forward<Args>(args)...));
  }
  [[nodiscard]] std::string reason() const {
    const char* text = archive_error_string(handle.get());
    return text != nullptr ? valid_utf8(text) : "unknown error";
  }
  void check(::archive_entry* entry) {
    if (archive_entry_is_encrypted(entry) > 0) fail("encrypted archives are not supported; unpack it first");
    if (entries > kMaxDatasetFiles) fail("more than {} files", kMaxDatasetFiles);
    const std::int64_t bytes = archive_entry_size_is_set(entry) != 0 ? archive_entry_size(entry) : 0;
    if (bytes < 0 || bytes > kMaxFileBytes)
      fail("entry {} has {} bytes, more than the {} an image may have; remove it or unpack the archive", entries, bytes,
           kMaxFileBytes);
    expand(bytes);
  }
  void expand(std::int64_t bytes) {
    expanded_bytes += bytes;
    if (expanded_bytes > most_expanded_bytes)
      fail("it unpacks to more than {} times its size; unpack it first if it is no archive bomb", kMaxExpansion);
  }
};

ArchiveReader::~ArchiveReader() = default;
ArchiveReader::ArchiveReader(ArchiveReader&&) noexcept = default;
ArchiveReader& ArchiveReader::operator=(ArchiveReader&&) noexcept = default;

ArchiveReader::ArchiveReader(const std::filesystem::path& file) : impl_(std::make_unique<Impl>()) {
  impl_->shown_name = valid_utf8(file.filename().string());
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(file, error);
  if (error) impl_->fail("{}", error.message());
  if (bytes == 0) impl_->fail("empty file");
  const auto room = static_cast<std::int64_t>(std::min<std::uintmax_t>(bytes, INT64_MAX / kMaxExpansion));
  impl_->most_expanded_bytes = std::max(room * kMaxExpansion, kAlwaysAllowedBytes);

  // Named one by one: "all" would include filters that start other programs.
  ::archive* handle = impl_->handle.get();
  archive_read_support_filter_gzip(handle);
  archive_read_support_filter_bzip2(handle);
  archive_read_support_filter_xz(handle);
  archive_read_support_filter_zstd(handle);
  archive_read_support_format_tar(handle);
  archive_read_support_format_zip(handle);
  if (archive_read_open_filename(handle, file.c_str(), kBlockBytes) != ARCHIVE_OK)
    impl_->fail("neither a tar nor a zip archive that can be read ({})", impl_->reason());
}

std::optional<ArchiveEntry> ArchiveReader::next() {
  while (true) {
    ::archive_entry* entry = nullptr;
    const int status = archive_read_next_header(impl_->handle.get(), &entry);
    if (status == ARCHIVE_EOF) return std::nullopt;
    if (status < ARCHIVE_WARN) {
      if (impl_->entries == 0) impl_->fail("neither a tar nor a zip archive that can be read ({})", impl_->reason());
      impl_->fail("damaged after {} entries ({})", impl_->entries, impl_->reason());
    }
    const std::int64_t position = impl_->entries++;
    impl_->check(entry);
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) continue;
    // The plain form is missing where the C locale cannot express the name, the UTF-8 form where the name is not UTF-8.
    const char* name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) name = archive_entry_pathname(entry);
    return ArchiveEntry{clean_name(name != nullptr ? name : ""), position};
  }
}

std::vector<std::byte> ArchiveReader::read() {
  std::vector<std::byte> contents;
  while (true) {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int status = archive_read_data_block(impl_->handle.get(), &block, &size, &offset);
    if (status == ARCHIVE_EOF) return contents;
    if (status != ARCHIVE_OK) bad_input("damaged inside the archive ({})", impl_->reason());
    // Sparse files have holes between blocks; the sizes written in headers need not be true.
    if (offset < 0 || offset > kMaxFileBytes || static_cast<std::int64_t>(size) > kMaxFileBytes - offset)
      bad_input("larger than {} bytes", kMaxFileBytes);
    contents.resize(std::max(contents.size(), static_cast<std::size_t>(offset)));
    const auto* bytes = static_cast<const std::byte*>(block);
    contents.insert(contents.end(), bytes, bytes + size);
  }
}

std::string clean_name(std::string_view name) {
  std::string result;
  while (!name.empty()) {
    const std::size_t slash = name.find('/');
    const std::string_view part = name.substr(0, slash);
    if (!part.empty() && part != "." && part != "..") {
      if (!result.empty()) result += '/';
      result += part;
    }
    if (slash == std::string_view::npos) break;
    name.remove_prefix(slash + 1);
  }
  return valid_utf8(result);
}

}  // namespace qs
