// SPDX-License-Identifier: Apache-2.0
#include "support/file.h"

#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "support/error.h"

namespace ern::support {

namespace fs = std::filesystem;

std::vector<std::uint8_t> read_file(const fs::path& path, std::uint64_t limit_bytes) {
    std::error_code code;
    if (!fs::exists(path, code)) fail("{}: no such file", path.string());
    if (!fs::is_regular_file(path, code)) fail("{}: not a regular file", path.string());
    const auto size = fs::file_size(path, code);
    if (code) fail("{}: {}", path.string(), code.message());
    if (size > limit_bytes) {
        fail("{}: {} bytes is more than the {} bytes that are read here", path.string(), size, limit_bytes);
    }
    std::vector<std::uint8_t> bytes(size);
    std::ifstream in(path, std::ios::binary);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    if (!in) fail("{}: cannot be read ({})", path.string(), std::strerror(errno));
    return bytes;
}

std::string read_text(const fs::path& path, std::uint64_t limit_bytes) {
    const auto bytes = read_file(path, limit_bytes);
    return {bytes.begin(), bytes.end()};
}

void write_file(const fs::path& path, std::span<const std::uint8_t> bytes) {
    std::error_code code;
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), code);
    if (code) fail("{}: the folder cannot be made ({})", path.parent_path().string(), code.message());
    const fs::path partial = fs::path(path).concat(fmt::format(".part{}", ::getpid()));
    {
        std::ofstream out(partial, std::ios::binary | std::ios::trunc);
        out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        out.flush();
        if (!out) {
            const std::string reason = std::strerror(errno);
            fs::remove(partial, code);
            fail("{}: cannot be written ({})", path.string(), reason);
        }
    }
    fs::rename(partial, path, code);
    if (code) {
        const std::string reason = code.message();
        fs::remove(partial, code);
        fail("{}: cannot be written ({})", path.string(), reason);
    }
}

void write_text(const fs::path& path, std::string_view text) {
    write_file(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::uint32_t crc32(std::span<const std::uint8_t> bytes, std::uint32_t continue_from) {
    return static_cast<std::uint32_t>(::crc32_z(continue_from, bytes.data(), bytes.size()));
}

}  // namespace ern::support
