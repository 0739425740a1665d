#include "datasets/listing.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>

#include "core/base/error.h"
#include "datasets/archive.h"
#include "datasets/builtin_datasets.h"
#include "datasets/natural_order.h"

namespace qs {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxTextBytes = 64 << 20;
constexpr int kMaxDepth = 64;
constexpr std::array kImageExtensions = {".jpeg", ".jpg", ".png", ".webp", ".bmp", ".ppm", ".pgm", ".pnm"};

bool is_image_name(std::string_view name) {
  const std::size_t dot = base_name(name).rfind('.');
  if (dot == std::string_view::npos) return false;
  std::string extension(base_name(name).substr(dot));
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return std::ranges::count(kImageExtensions, extension) > 0;
}

/// Hidden files, and what macOS adds to archives.
bool is_hidden(std::string_view name) {
  return name.starts_with('.') || name.find("/.") != std::string_view::npos || name.starts_with("__MACOSX/");
}

/// A folder being walked.
struct Walk {
  Listing& listing;
  std::span<const std::string_view> text_names;
  const Progress& progress;
  std::set<std::pair<dev_t, ino_t>> visited;  // links may lead back to where we have been
  std::int64_t others = 0;
  std::int64_t unreadable = 0;

  void file(const fs::path& path, const std::string& name) {
    if (is_image_name(name)) {
      listing.images.push_back({name, path, 0});
      if (std::ssize(listing.images) > kMaxDatasetFiles)
        bad_input("{}: more than {} images", path.string(), kMaxDatasetFiles);
    } else if (std::ranges::count(text_names, base_name(name)) > 0) {
      listing.texts[name] = read_text(path);
    } else {
      ++others;
    }
  }

  static std::string read_text(const fs::path& path) {
    if (fs::file_size(path) > kMaxTextBytes) bad_input("{}: larger than {} bytes", path.string(), kMaxTextBytes);
    std::ifstream stream(path, std::ios::binary);
    if (!stream) bad_input("{}: cannot be read", path.string());
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  void folder(const fs::path& path, const std::string& name, int depth) {
    progress.check();
    struct stat status {};
    if (stat(path.c_str(), &status) != 0 || !visited.emplace(status.st_dev, status.st_ino).second) return;
    std::error_code error;
    fs::directory_iterator entries(path, error);
    if (error || depth > kMaxDepth) {
      ++unreadable;
      return;
    }
    for (; entries != fs::directory_iterator(); entries.increment(error)) {
      const std::string own_name = entries->path().filename().string();
      if (own_name.starts_with('.')) continue;
      const std::string inside = clean_name(name.empty() ? own_name : name + '/' + own_name);
      std::error_code ignored;
      if (entries->is_directory(ignored))
        folder(entries->path(), inside, depth + 1);
      else if (entries->is_regular_file(ignored))
        file(entries->path(), inside);
    }
  }
};

void note_left_out(Listing& listing, std::int64_t others, std::int64_t unreadable) {
  if (others > 0) listing.notes.push_back(fmt::format("{} files of other kinds were left out", others));
  if (unreadable > 0) listing.notes.push_back(fmt::format("{} folders could not be read", unreadable));
}

void list_folder(Listing& listing, std::span<const std::string_view> text_names, const Progress& progress) {
  std::error_code error;
  fs::directory_iterator readable(listing.root, error);
  if (error) bad_input("{}: {}", listing.root.string(), error.message());
  Walk walk{listing, text_names, progress, {}};
  walk.folder(listing.root, "", 0);
  note_left_out(listing, walk.others, walk.unreadable);
  std::ranges::sort(listing.images, natural_less, &ListedImage::name);
}

void list_archive(Listing& listing, std::span<const std::string_view> text_names, const Progress& progress) {
  listing.in_archive = true;
  ArchiveReader archive(listing.root);
  std::map<std::string, std::int64_t> last;  // of entries of one name the last counts, as when unpacking
  std::int64_t others = 0;
  while (const auto entry = archive.next()) {
    progress.check();
    if (entry->name.empty() || is_hidden(entry->name)) continue;
    if (is_image_name(entry->name))
      last[entry->name] = entry->position;
    else if (std::ranges::count(text_names, base_name(entry->name)) > 0) {
      const std::vector<std::byte> text = archive.read();
      listing.texts[entry->name].assign(reinterpret_cast<const char*>(text.data()), text.size());
    } else {
      ++others;
    }
  }
  note_left_out(listing, others, 0);
  for (const auto& [name, position] : last) listing.images.push_back({name, {}, position});
  std::ranges::sort(listing.images, {}, &ListedImage::position);
}

}  // namespace

std::string_view base_name(std::string_view name) {
  return name.substr(name.rfind('/') + 1);
}

std::string_view folder_name(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : name.substr(0, slash);
}

Listing list_images(const fs::path& root, std::span<const std::string_view> text_names, const Progress& progress) {
  if (is_builtin(root)) return list_builtin(builtin_dataset(root));
  Listing listing;
  listing.root = root;
  std::error_code error;
  const fs::file_status status = fs::status(root, error);
  if (!fs::exists(status)) bad_input("{}: no such folder or archive", root.string());
  if (fs::is_directory(status))
    list_folder(listing, text_names, progress);
  else if (!fs::is_regular_file(status))
    bad_input("{}: neither a folder nor a file", root.string());
  else if (is_image_name(root.filename().string()))
    listing.images.push_back({clean_name(root.filename().string()), root, 0});
  else
    list_archive(listing, text_names, progress);
  return listing;
}

}  // namespace qs
