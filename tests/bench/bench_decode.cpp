// What preparing an image costs: decoding, resizing, and the whole reader on one and two threads and from its cache.
//
//   build/release/bench_decode IMAGES [PREPROCESSING]
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <limits>

#include "core/base/error.h"
#include "datasets/decode.h"
#include "datasets/file_fetcher.h"
#include "datasets/framing.h"
#include "datasets/normalise.h"
#include "datasets/reader.h"

namespace {

using namespace qs;

constexpr std::int64_t kImages = 200;
constexpr int kRepeats = 3;  // of which the best counts: other programs can only slow a run down

double seconds_of(const std::function<void()>& body) {
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kRepeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    body();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

void print(std::string_view what, double seconds, double reference, std::size_t images) {
  fmt::print("{:<36}{:8.3f} ms an image {:8.2f} x\n", what, 1e3 * seconds / static_cast<double>(images),
             seconds / reference);
}

void measure(const Dataset& dataset, const Preprocessing& preprocessing) {
  const std::size_t count = dataset.entries.size();
  std::vector<std::vector<std::byte>> files;
  FileFetcher fetcher(dataset);
  for (const DatasetEntry& entry : dataset.entries) files.push_back(fetcher.fetch(entry));

  std::vector<Image> images(count), crops(count);
  const double decode = seconds_of([&] {
    for (std::size_t i = 0; i < count; ++i) images[i] = decode_image(files[i]);
  });
  fmt::print("{}\n{}\n\n", dataset.summary, to_string(preprocessing));
  print("decode", decode, decode, count);
  print("resize and crop", seconds_of([&] {
          for (std::size_t i = 0; i < count; ++i) crops[i] = frame(images[i], preprocessing.geometry);
        }),
        decode, count);
  print("normalise", seconds_of([&] {
          for (const Image& crop : crops) static_cast<void>(normalise({&crop, 1}, preprocessing));
        }),
        decode, count);

  const auto read = [&](int threads, std::optional<CacheOptions> cache) {
    ImageReader reader(dataset, {preprocessing, 16, threads, std::nullopt, std::move(cache)});
    while (reader.next()) {
    }
  };
  const double one = seconds_of([&] { read(1, {}); });
  print("reader, 1 thread", one, decode, count);
  const double two = seconds_of([&] { read(2, {}); });
  print("reader, 2 threads", two, decode, count);
  const CacheOptions cache{std::filesystem::temp_directory_path() / fmt::format("bench_decode-{}", getpid())};
  read(1, cache);
  const double cached = seconds_of([&] { read(1, cache); });
  std::filesystem::remove_all(cache.folder);
  print("reader, 1 thread, from the cache", cached, decode, count);
  fmt::print("\ntwo threads are {:.2f} x as fast as one, the cache {:.2f} x\n", one / two, one / cached);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 2) throw Error(ErrorCode::usage, "usage: bench_decode IMAGES [PREPROCESSING]");
    measure(select(open_dataset(argv[1]), kImages), parse_preprocessing(argc > 2 ? argv[2] : "torchvision"));
    return 0;
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.code());
  }
}
