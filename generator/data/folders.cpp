// SPDX-License-Identifier: Apache-2.0
// Class folders, on disk and inside an archive: <anything>/<class>/<picture>. Files that are not named like a
// picture, and those whose name starts with a dot, are passed over.
#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <memory>

#include "data/formats.h"
#include "data/picture.h"
#include "support/error.h"
#include "support/file.h"
#include "support/parallel.h"

namespace ern::data {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kAtOnce = 512;               // pictures that are decoded together
constexpr std::uint64_t kMaxPixels = 16ull << 30;  // bytes of all pictures together, held in memory

bool is_picture(const fs::path& path) {
    return has_picture_name(path) && path.filename().string().front() != '.';
}

// A picture that is still to be decoded: the bytes of its file, or where that is.
struct Encoded {
    std::string source;
    fs::path file;
    std::vector<std::uint8_t> bytes;
};

// Collects pictures with class handles, decodes them on all threads, and numbers the classes at the end.
class Collector {
  public:
    Collector(const Expected& expected, std::string source)
        : expected_(expected), source_(source), names_(expected, std::move(source)) {
        set_.shape = expected.shape;
    }

    void add(const fs::path& path, Encoded picture) {
        const std::string folder = path.parent_path().filename().string();
        if (folder.empty() || folder == ".") fail("{}: {} stands in no class folder", source_, path.string());
        handles_.push_back(names_.handle(folder));
        waiting_.push_back(std::move(picture));
        if (waiting_.size() == kAtOnce) decode_waiting();
    }

    DataSet finish(std::string name) {
        decode_waiting();
        if (handles_.empty()) fail("{}: no pictures in class folders", source_);
        const auto class_of = names_.finish(set_.labels);
        std::vector<std::int64_t> counts(class_of.size());
        for (const int handle : handles_) {
            set_.classes.push_back(class_of[static_cast<std::size_t>(handle)]);
            ++counts[set_.classes.back()];
        }
        for (std::size_t c = 0; c < counts.size(); ++c) {
            if (counts[c] == 0) fail("{}: no pictures of the class \"{}\"", source_, set_.labels[c]);
        }
        set_.name = std::move(name);
        return std::move(set_);
    }

  private:
    void decode_waiting() {
        const auto size = static_cast<std::size_t>(expected_.shape.size());
        const std::size_t first = set_.pixels.size();
        if (first + waiting_.size() * size > kMaxPixels) fail("{}: too many pictures for memory", source_);
        set_.pixels.resize(first + waiting_.size() * size);
        support::parallel_for(support::default_jobs(), static_cast<std::int64_t>(waiting_.size()), [&](std::int64_t i) {
            const auto at = static_cast<std::size_t>(i);
            const auto pixels = decode(waiting_[at]);
            std::copy(pixels.begin(), pixels.end(), set_.pixels.begin() + static_cast<std::ptrdiff_t>(first + at * size));
        });
        waiting_.clear();
    }

    std::vector<std::uint8_t> decode(const Encoded& picture) const {
        const bool on_disk = !picture.file.empty();
        const auto file = on_disk ? support::read_file(picture.file, kMaxPictureFileBytes) : std::vector<std::uint8_t>();
        const std::span<const std::uint8_t> bytes = on_disk ? file : picture.bytes;
        return expected_.any_size ? decode_any_picture(bytes, expected_.shape, picture.source)
                                  : decode_picture(bytes, expected_.shape, picture.source);
    }

    const Expected& expected_;
    std::string source_;
    ClassNames names_;
    std::vector<int> handles_;
    std::vector<Encoded> waiting_;
    DataSet set_;
};

struct CloseArchive {
    void operator()(archive* a) const { archive_read_free(a); }
};

using ArchivePtr = std::unique_ptr<archive, CloseArchive>;

ArchivePtr open_archive(const fs::path& path) {
    ArchivePtr reader(archive_read_new());
    archive_read_support_filter_all(reader.get());
    archive_read_support_format_tar(reader.get());
    if (archive_read_open_filename(reader.get(), path.c_str(), 1 << 16) != ARCHIVE_OK) {
        fail("{}: no archive that can be read ({})", path.string(), archive_error_string(reader.get()));
    }
    return reader;
}

std::vector<std::uint8_t> entry_bytes(archive* reader, archive_entry* entry, const std::string& source) {
    const auto size = archive_entry_size(entry);
    if (size < 0 || static_cast<std::uint64_t>(size) > kMaxPictureFileBytes) {
        fail("{}: {} bytes is too long for a picture", source, size);
    }
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
    if (archive_read_data(reader, bytes.data(), bytes.size()) != static_cast<la_ssize_t>(bytes.size())) {
        fail("{}: the archive is truncated or damaged", source);
    }
    return bytes;
}

}  // namespace

bool looks_like_archive(const fs::path& file) {
    const std::string name = file.filename().string();
    constexpr std::array<std::string_view, 5> kEndings = {".tar", ".tar.gz", ".tar.xz", ".tgz", ".txz"};
    return std::any_of(kEndings.begin(), kEndings.end(),
                       [&](std::string_view ending) { return name.ends_with(ending); });
}

DataSet load_folder_archive(const fs::path& path, const Expected& expected) {
    const ArchivePtr reader = open_archive(path);
    Collector collector(expected, path.string());
    archive_entry* entry = nullptr;
    int status = ARCHIVE_OK;
    while ((status = archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK ||
           status == ARCHIVE_WARN) {
        const char* name = archive_entry_pathname(entry);
        if (name == nullptr || archive_entry_filetype(entry) != AE_IFREG || !is_picture(name)) continue;
        const std::string source = fmt::format("{}: {}", path.string(), name);
        auto bytes = entry_bytes(reader.get(), entry, source);
        collector.add(name, {source, {}, std::move(bytes)});
    }
    if (status != ARCHIVE_EOF) {
        fail("{}: the archive is truncated or damaged ({})", path.string(),
             archive_error_string(reader.get()));
    }
    return collector.finish("archive of class folders");
}

DataSet load_folder_tree(const fs::path& directory, const Expected& expected) {
    Collector collector(expected, directory.string());
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
        if (entry.is_regular_file() && is_picture(entry.path())) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
        collector.add(fs::relative(file, directory), {file.string(), file, {}});
    }
    return collector.finish("class folders");
}

}  // namespace ern::data
