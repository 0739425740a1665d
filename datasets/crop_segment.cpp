#include "datasets/crop_segment.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <type_traits>
#include <utility>

namespace qs {
namespace {

constexpr std::uint64_t kMagic = 0x3153504F52435351;  // "QSCROPS1"

struct Footer {
  std::uint64_t magic = kMagic;
  ContentHash geometry;
  std::uint64_t records_offset = 0;
  std::uint64_t records = 0;
  std::uint64_t records_check = 0;
  std::uint64_t footer_check = 0;  ///< of the fields above
};
static_assert(std::is_trivially_copyable_v<CropRecord> && sizeof(CropRecord) == 40);
static_assert(std::is_trivially_copyable_v<Footer> && sizeof(Footer) == 56);

std::span<const std::byte> checked_part(const Footer& footer) {
  return std::as_bytes(std::span(&footer, 1)).first(offsetof(Footer, footer_check));
}

std::uint64_t pixel_bytes(const CropRecord& record) {
  return std::uint64_t{3} * record.width * record.height;
}

/// The records, or nothing unless every one of them can be trusted to lie inside the file.
std::optional<std::vector<CropRecord>> read_records(std::span<const std::byte> file, ContentHash geometry) {
  if (file.size() < sizeof(Footer)) return std::nullopt;
  Footer footer;
  std::memcpy(&footer, file.data() + (file.size() - sizeof footer), sizeof footer);
  const std::uint64_t body = file.size() - sizeof footer;
  if (footer.magic != kMagic || footer.footer_check != checksum(checked_part(footer)) || footer.geometry != geometry ||
      footer.records_offset > body || (body - footer.records_offset) / sizeof(CropRecord) != footer.records ||
      (body - footer.records_offset) % sizeof(CropRecord) != 0)
    return std::nullopt;

  const auto raw = file.subspan(footer.records_offset, footer.records * sizeof(CropRecord));
  if (footer.records_check != checksum(raw)) return std::nullopt;
  std::vector<CropRecord> records(footer.records);
  if (!records.empty()) std::memcpy(records.data(), raw.data(), raw.size());
  for (const CropRecord& record : records) {
    const bool small = record.width <= kMaxTargetSide * 16 && record.height <= kMaxTargetSide * 16;
    if (!small || record.offset > footer.records_offset || pixel_bytes(record) > footer.records_offset - record.offset)
      return std::nullopt;
  }
  return records;
}

}  // namespace

std::optional<CropSegment> CropSegment::open(const std::filesystem::path& file, ContentHash geometry) {
  const int handle = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle < 0) return std::nullopt;
  struct stat status {};
  CropSegment segment;
  const bool known_size = fstat(handle, &status) == 0;
  if (known_size && status.st_size > 0) {
    segment.size_ = static_cast<std::uint64_t>(status.st_size);
    void* data = mmap(nullptr, segment.size_, PROT_READ, MAP_PRIVATE, handle, 0);
    segment.data_ = data != MAP_FAILED ? static_cast<std::byte*>(data) : nullptr;
  }
  ::close(handle);
  const bool readable = known_size && (segment.data_ != nullptr || status.st_size == 0);
  if (!readable) return std::nullopt;

  auto records = read_records({segment.data_, segment.size_}, geometry);
  if (!records) {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    return std::nullopt;
  }
  segment.file_ = file;
  segment.records_ = std::move(*records);
  return segment;
}

CropSegment::~CropSegment() {
  if (data_ != nullptr) munmap(data_, size_);
}

CropSegment::CropSegment(CropSegment&& other) noexcept {
  *this = std::move(other);
}

CropSegment& CropSegment::operator=(CropSegment&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(records_, other.records_);
  return *this;
}

std::optional<Image> CropSegment::read(const CropRecord& record) const {
  const std::span<const std::byte> pixels(data_ + record.offset, pixel_bytes(record));
  if (checksum(pixels) != record.check) return std::nullopt;
  Image image({static_cast<int>(record.width), static_cast<int>(record.height)});
  std::memcpy(image.pixels.data(), pixels.data(), pixels.size());

  // Pages that were looked at count as memory of this process until they are given back.
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  const std::uint64_t begin = record.offset / page * page;
  madvise(data_ + begin, record.offset + pixels.size() - begin, MADV_DONTNEED);
  return image;
}

std::optional<CropSegmentWriter> CropSegmentWriter::create(const std::filesystem::path& folder, const std::string& stem,
                                                           std::string& why) {
  const std::filesystem::path temporary = folder / (stem + ".tmp");
  const int handle = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (handle < 0) {
    why = std::strerror(errno);
    return std::nullopt;
  }
  flock(handle, LOCK_EX | LOCK_NB);  // nobody else can have it: the name is new
  return CropSegmentWriter(handle, temporary);
}

CropSegmentWriter::~CropSegmentWriter() {
  if (handle_ < 0) return;
  std::error_code ignored;
  std::filesystem::remove(temporary_, ignored);
  ::close(handle_);
}

CropSegmentWriter::CropSegmentWriter(CropSegmentWriter&& other) noexcept {
  *this = std::move(other);
}

CropSegmentWriter& CropSegmentWriter::operator=(CropSegmentWriter&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(temporary_, other.temporary_);
  std::swap(bytes_, other.bytes_);
  std::swap(records_, other.records_);
  return *this;
}

bool CropSegmentWriter::write(std::span<const std::byte> bytes, std::string& why) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(handle_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      why = std::strerror(written < 0 ? errno : ENOSPC);
      return false;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    bytes_ += static_cast<std::uint64_t>(written);
  }
  return true;
}

bool CropSegmentWriter::append(ContentHash key, const Image& image, std::string& why) {
  const auto pixels = std::as_bytes(std::span(image.pixels)).first(image.bytes());
  records_.push_back({key, bytes_, static_cast<std::uint32_t>(image.size.width),
                      static_cast<std::uint32_t>(image.size.height), checksum(pixels)});
  return write(pixels, why);
}

bool CropSegmentWriter::publish(ContentHash geometry, std::string& why) {
  const auto records = std::as_bytes(std::span(records_));
  Footer footer{kMagic, geometry, bytes_, records_.size(), checksum(records), 0};
  footer.footer_check = checksum(checked_part(footer));
  if (!write(records, why) || !write(std::as_bytes(std::span(&footer, 1)), why)) return false;
  std::filesystem::path published = temporary_;
  published.replace_extension(".crops");
  if (fdatasync(handle_) != 0 || std::rename(temporary_.c_str(), published.c_str()) != 0) {
    why = std::strerror(errno);
    return false;
  }
  ::close(std::exchange(handle_, -1));
  return true;
}

void remove_if_abandoned(const std::filesystem::path& temporary) {
  // A writer holds its lock from just after it created the file.
  constexpr auto kJustCreated = std::chrono::seconds(60);
  std::error_code error;
  const auto written = std::filesystem::last_write_time(temporary, error);
  if (error || std::filesystem::file_time_type::clock::now() - written < kJustCreated) return;
  const int handle = ::open(temporary.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle < 0) return;
  if (flock(handle, LOCK_EX | LOCK_NB) == 0) std::filesystem::remove(temporary, error);
  ::close(handle);
}

}  // namespace qs
