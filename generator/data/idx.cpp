// SPDX-License-Identifier: Apache-2.0
// MNIST idx files: big-endian header (two zero bytes, type 8 = unsigned byte, number of dimensions, the
// dimensions), then the bytes. http://yann.lecun.com/exdb/mnist/
#include <zlib.h>

#include <algorithm>
#include <array>
#include <optional>

#include "data/formats.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::data {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMaxIdxBytes = 4ull << 30;

std::string stem(Split split, const char* what) {
    return fmt::format("{}-{}-ubyte", split == Split::train ? "train" : "t10k", what);
}

// The plain file or the .gz beside it.
std::optional<fs::path> find(const fs::path& directory, const std::string& name) {
    for (const char* ending : {"", ".gz"}) {
        const fs::path path = directory / (name + ending);
        if (fs::exists(path)) return path;
    }
    return std::nullopt;
}

std::vector<std::uint8_t> inflate_file(const fs::path& path) {
    if (path.extension() != ".gz") return support::read_file(path, kMaxIdxBytes);
    const gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) fail("{}: cannot be read", path.string());
    std::vector<std::uint8_t> bytes;
    std::array<std::uint8_t, 1 << 16> block{};
    int got = 0;
    while ((got = gzread(file, block.data(), block.size())) > 0) {
        bytes.insert(bytes.end(), block.begin(), block.begin() + got);
        if (bytes.size() > kMaxIdxBytes) break;
    }
    // gzread gives what a truncated file holds; only the close tells that its end is missing.
    const int closed = gzclose(file);
    if (bytes.size() > kMaxIdxBytes) fail("{}: more than {} bytes of data", path.string(), kMaxIdxBytes);
    if (got < 0 || closed != Z_OK) fail("{}: truncated or damaged gzip data", path.string());
    return bytes;
}

std::uint32_t big_endian(const std::vector<std::uint8_t>& bytes, std::size_t at) {
    return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
           std::uint32_t{bytes[at + 2]} << 8 | std::uint32_t{bytes[at + 3]};
}

struct IdxFile {
    std::string source;
    std::vector<std::uint32_t> sizes;
    std::vector<std::uint8_t> values;
};

IdxFile read_idx(const fs::path& directory, const std::string& name, std::size_t dimensions) {
    const auto path = find(directory, name);
    if (!path) fail("{}: {}[.gz] is missing", directory.string(), name);
    IdxFile file{path->string(), {}, inflate_file(*path)};
    std::vector<std::uint8_t>& bytes = file.values;
    const std::size_t header = 4 + 4 * dimensions;
    if (bytes.size() < header || big_endian(bytes, 0) != (8u << 8 | dimensions)) {
        fail("{}: no idx file of bytes with {} dimensions", file.source, dimensions);
    }
    std::uint64_t size = 1;
    for (std::size_t d = 0; d < dimensions; ++d) {
        file.sizes.push_back(big_endian(bytes, 4 + 4 * d));
        size = std::min(size * file.sizes.back(), kMaxIdxBytes + 1);  // below 2^64, so the product is exact
    }
    if (size != bytes.size() - header) {
        fail("{}: {} bytes of data, but its header promises {}", file.source, bytes.size() - header, size);
    }
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(header));
    return file;
}

}  // namespace

bool looks_like_idx(const fs::path& directory) {
    return find(directory, stem(Split::train, "images-idx3")) ||
           find(directory, stem(Split::test, "images-idx3")) ||
           find(directory, stem(Split::train, "labels-idx1")) ||
           find(directory, stem(Split::test, "labels-idx1"));
}

DataSet load_idx(const fs::path& directory, Split split, const Expected& expected) {
    IdxFile images = read_idx(directory, stem(split, "images-idx3"), 3);
    const IdxFile labels = read_idx(directory, stem(split, "labels-idx1"), 1);
    if (images.sizes[0] != labels.sizes[0]) {
        fail("{}: {} pictures, but {} labels in {}", images.source, images.sizes[0], labels.sizes[0],
             labels.source);
    }
    if (images.sizes[0] == 0) fail("{}: no pictures", images.source);
    const model::Shape shape{static_cast<int>(images.sizes[1]), static_cast<int>(images.sizes[2]), 1};
    require_shape(shape, expected, images.source);
    DataSet set{"idx files", shape, expected.labels, std::move(images.values), {}};
    set.classes.assign(labels.values.begin(), labels.values.end());
    for (std::size_t i = 0; i < set.classes.size(); ++i) {
        if (set.classes[i] >= expected.classes) {
            fail("{}: label {} of picture {} is outside the network's {} classes", labels.source,
                 set.classes[i], i, expected.classes);
        }
    }
    return set;
}

}  // namespace ern::data
