#include "core/model/onnx_import.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <array>
#include <fstream>
#include <limits>
#include <new>

#include "core/base/error.h"
#include "core/graph/passes/rows.h"
#include "core/model/graph_building.h"
#include "core/model/onnx_decode.h"
#include "core/model/printable.h"

namespace qs {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kLongestFile = std::numeric_limits<std::int32_t>::max();  // protobuf's own limit

/// What people hand over by mistake, by its first bytes.
struct OtherFormat {
  std::string_view start;
  std::string_view what;
};
constexpr std::array kOtherFormats = {
    OtherFormat{"<", "it is a web page or XML file, as a failed download leaves behind"},
    OtherFormat{"\xFF\xD8\xFF", "it is a JPEG image"},
    OtherFormat{"\x89PNG", "it is a PNG image"},
    OtherFormat{"PK\x03\x04", "it is a zip archive (a PyTorch checkpoint?); export the model as ONNX"},
    OtherFormat{"\x80\x02", "it is a pickled PyTorch checkpoint; export the model as ONNX"},
    OtherFormat{"\x89HDF", "it is an HDF5 file (a Keras model?); convert it to ONNX"},
    OtherFormat{"\x1F\x8B", "it is compressed with gzip; unpack it first"},
    OtherFormat{"version https://git-lfs", "it is a Git LFS pointer, not the model itself; run `git lfs pull`"},
    OtherFormat{"{", "it is a JSON file"},
};

void check_format(std::string_view start) {
  for (const auto& [magic, what] : kOtherFormats) {
    if (start.starts_with(magic)) bad_input("no ONNX model: {}", what);
  }
}

/// Takes the exporter's detours out. BatchNormalization stays a node: its statistics are of use to quantization.
Graph tidied(const Graph& graph) {
  constexpr std::array<const Pass*, 7> kTidying = {&remove_identity_pass, &fuse_swish_pass, &fuse_hard_sigmoid_pass,
                                                   &fuse_hard_swish_pass, &fuse_gelu_pass,  &fuse_matmul_add_pass,
                                                   &remove_unused_pass};
  return run_passes(graph, kTidying).graph;
}

Graph import_from(google::protobuf::io::ZeroCopyInputStream& stream, const fs::path& folder,
                  const ImportOptions& options) {
  try {
    onnx::ModelProto proto;
    google::protobuf::io::CodedInputStream coded(&stream);
    coded.SetTotalBytesLimit(std::numeric_limits<int>::max());
    if (!proto.ParseFromCodedStream(&coded) || !coded.ConsumedEntireMessage()) {
      bad_input("no ONNX model, or a damaged or truncated one: it cannot be parsed");
    }
    return tidied(build_for_any_batch(decode_onnx(proto, folder), options));
  } catch (const std::bad_alloc&) {
    bad_input("not enough memory to read it");
  }
}

void check_readable(const fs::path& path) {
  std::error_code failed;
  const fs::file_status status = fs::status(path, failed);
  if (!fs::exists(status)) bad_input("there is no such file");
  if (fs::is_directory(status)) bad_input("it is a folder, not a model file");
  if (!fs::is_regular_file(status)) bad_input("it is not a regular file");
  const auto size = fs::file_size(path, failed);
  if (failed) bad_input("it cannot be read: {}", failed.message());
  if (size == 0) bad_input("the file is empty");
  if (size > static_cast<std::uintmax_t>(kLongestFile)) {
    bad_input("the file has {} bytes; beyond 2 GiB the weights must lie in external data", size);
  }
}

Graph import_file(const fs::path& path, const ImportOptions& options) {
  return with_context(printable(path.filename().string()), [&] {
    check_readable(path);
    std::ifstream file(path, std::ios::binary);
    std::array<char, 32> start{};
    file.read(start.data(), start.size());
    if (file.gcount() == 0) bad_input("it cannot be read");
    check_format({start.data(), static_cast<std::size_t>(file.gcount())});
    file.clear();
    file.seekg(0);
    google::protobuf::io::IstreamInputStream stream(&file);
    return import_from(stream, path.parent_path(), options);
  });
}

}  // namespace

Graph import_onnx(const fs::path& path, const ImportOptions& options) {
  return import_file(path, options);
}

Graph import_onnx(std::span<const std::byte> file, const fs::path& folder, const ImportOptions& options) {
  if (file.empty()) bad_input("the file is empty");
  if (static_cast<std::int64_t>(file.size()) > kLongestFile) bad_input("the file exceeds 2 GiB");
  const auto* start = reinterpret_cast<const char*>(file.data());
  check_format({start, file.size()});
  google::protobuf::io::ArrayInputStream stream(start, static_cast<int>(file.size()));
  return import_from(stream, folder, options);
}

const Importer onnx_importer = {"onnx", "ONNX", {".onnx"}, import_file};

}  // namespace qs
