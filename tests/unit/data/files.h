// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>
#include <zlib.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "data/data_set.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::data::test {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

// A folder of this test's own that goes away with it.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        static int count = 0;
        path_ = fs::temp_directory_path() / fmt::format("ern_data_{}_{}", ::getpid(), count++);
        fs::create_directories(path_);
    }
    ~TemporaryFolder() {
        std::error_code code;
        fs::remove_all(path_, code);
    }
    fs::path operator/(const std::string& name) const { return path_ / name; }
    const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

// A PGM (1 colour) or PPM (3) file; each byte is first + its index.
inline Bytes netpbm(int width, int height, int colours, int first = 0) {
    const std::string header = fmt::format("P{}\n{} {}\n255\n", colours == 1 ? 5 : 6, width, height);
    Bytes file(header.begin(), header.end());
    for (int i = 0; i < width * height * colours; ++i) file.push_back(static_cast<std::uint8_t>(first + i));
    return file;
}

inline void write_gz(const fs::path& path, const Bytes& bytes) {
    const gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
}

// A tar.xz of the named files.
inline void write_tar_xz(const fs::path& path, const std::vector<std::pair<std::string, Bytes>>& files) {
    archive* writer = archive_write_new();
    archive_write_add_filter_xz(writer);
    archive_write_set_format_ustar(writer);
    archive_write_open_filename(writer, path.c_str());
    for (const auto& [name, bytes] : files) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, name.c_str());
        archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_write_header(writer, entry);
        archive_write_data(writer, bytes.data(), bytes.size());
        archive_entry_free(entry);
    }
    archive_write_close(writer);
    archive_write_free(writer);
}

// The message of the Error that `work` throws, without the folder's path; empty when it throws none.
template <typename Work>
std::string message_of(const TemporaryFolder& folder, const Work& work) {
    try {
        work();
    } catch (const Error& error) {
        std::string text = error.what();
        const std::string prefix = folder.path().string();
        for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
            text.replace(at, prefix.size(), "DIR");
        }
        return text;
    }
    return {};
}

inline std::string load_error(const TemporaryFolder& folder, const fs::path& path, Split split,
                              const Expected& expected) {
    return message_of(folder, [&] { load_data_set(path, split, expected); });
}

}  // namespace ern::data::test
