// SPDX-License-Identifier: Apache-2.0
#include "data/picture.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "data/scale.h"
#include "support/error.h"
#include "support/file.h"

// The decoder copies no bytes to no place where a PNG begins with an empty IDAT chunk, for which memcpy has no behaviour.
static void* copy_some(void* to, const void* from, std::size_t count) { return count == 0 ? to : std::memcpy(to, from, count); }

// Compressed data may grow a thousandfold: no buffer of the decoder's is longer than this.
constexpr std::size_t kMostDecoderBytes = std::size_t{1} << 30;
static void* reallocate(void* old, std::size_t size) { return size > kMostDecoderBytes ? nullptr : std::realloc(old, size); }

// The one place where the decoder is compiled; only what the data sets need.
#define memcpy copy_some
#define STBI_MALLOC(size) reallocate(nullptr, size)
#define STBI_REALLOC(old, size) reallocate(old, size)
#define STBI_FREE(old) std::free(old)
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_ONLY_PNM
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS 65536
#include <stb/stb_image.h>
#undef memcpy

namespace ern::data {

namespace {

constexpr std::int64_t kMaxPixelsToScale = std::int64_t{1} << 26;

std::string describe(int height, int width, int colours) {
    const char* kind = colours == 1   ? "grey"
                       : colours == 2 ? "grey with alpha"
                       : colours == 3 ? "RGB"
                       : colours == 4 ? "RGB with alpha"
                                      : "colours";
    return colours <= 4 ? fmt::format("{} wide, {} high, {}", width, height, kind)
                        : fmt::format("{} wide, {} high, {} colours", width, height, colours);
}

// The file as the decoder reads it. It fills in what is missing from a truncated file and says nothing, so
// this remembers whether it asked for more than there is.
struct Reader {
    std::span<const std::uint8_t> left;
    bool beyond_end = false;
};

int read_some(void* user, char* data, int size) {
    auto& reader = *static_cast<Reader*>(user);
    const std::size_t count = std::min(reader.left.size(), static_cast<std::size_t>(size));
    if (count == 0 && size > 0) reader.beyond_end = true;
    std::copy_n(reader.left.begin(), count, data);
    reader.left = reader.left.subspan(count);
    return static_cast<int>(count);
}

void skip_some(void* user, int size) {
    auto& reader = *static_cast<Reader*>(user);
    reader.left =
        reader.left.subspan(std::min(reader.left.size(), static_cast<std::size_t>(std::max(size, 0))));
}

int at_end(void* user) {
    return static_cast<Reader*>(user)->left.empty() ? 1 : 0;
}

// PGM and PPM data is read in one piece, of which a part may be there; its length is known.
bool netpbm_is_short(std::span<const std::uint8_t> file, std::int64_t wanted) {
    stbi__context context;
    stbi__start_mem(&context, file.data(), static_cast<int>(file.size()));
    return stbi__pnm_info(&context, nullptr, nullptr, nullptr) != 0 &&
           context.img_buffer_end - context.img_buffer < wanted;
}

// A chunk of a PNG that is longer than the file; the decoder would ask for as much memory as it claims.
bool png_is_short(std::span<const std::uint8_t> file) {
    constexpr std::array<std::uint8_t, 8> kSignature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    if (file.size() < 8 || !std::equal(kSignature.begin(), kSignature.end(), file.begin())) return false;
    for (std::size_t at = 8; at + 8 <= file.size();) {
        std::uint32_t length = 0;
        for (std::size_t i = 0; i < 4; ++i) length = length << 8 | file[at + i];
        if (length > file.size() - at - 8) return true;
        if (std::equal(file.begin() + static_cast<long>(at) + 4, file.begin() + static_cast<long>(at) + 8, "IEND")) return false;
        at += 12 + std::size_t{length};
    }
    return false;
}

// A segment of Huffman tables, from its length on: true where a table has more than 256 codes, which the decoder counts beyond
// its memory. Bytes behind the end are 0, as the decoder has them.
bool has_long_table(std::span<const std::uint8_t> file, std::size_t at) {
    const auto byte = [&](std::size_t i) { return i < file.size() ? int{file[i]} : 0; };
    const std::size_t end = at + static_cast<std::size_t>(byte(at) << 8 | byte(at + 1));
    for (at += 2; at < end;) {
        std::size_t codes = 0;
        for (std::size_t i = 1; i <= 16; ++i) codes += static_cast<std::size_t>(byte(at + i));
        if (codes > 256) return true;
        at += 17 + codes;
    }
    return false;
}

// Walks from marker to marker as the decoder does: over segments by their length, through the data of a scan byte by byte.
bool jpeg_table_is_too_long(std::span<const std::uint8_t> file) {
    if (file.empty() || file[0] != 0xff) return false;   // a marker may have several of them
    for (std::size_t at = 0; at + 1 < file.size();) {
        const int marker = file[at + 1];
        if (file[at] != 0xff || marker == 0xff) {
            ++at;
            continue;
        }
        at += 2;
        if (marker == 0xc4 && has_long_table(file, at)) return true;
        const bool alone = marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd9);
        if (!alone && at + 1 < file.size()) at += std::size_t{file[at]} << 8 | file[at + 1];
    }
    return false;
}

// In the decoder a number of ten digits in the header of a PGM or PPM file overflows.
bool netpbm_number_is_too_long(std::span<const std::uint8_t> file) {
    if (file.size() < 2 || file[0] != 'P' || (file[1] != '5' && file[1] != '6')) return false;
    int numbers = 0, digits = 0;
    bool comment = false;
    for (const std::uint8_t byte : file.subspan(2)) {
        if (comment) {
            comment = byte != '\n' && byte != '\r';
        } else if (byte >= '0' && byte <= '9') {
            if (++digits > 9) return true;
        } else {
            if (digits > 0 && ++numbers == 3) return false;
            digits = 0;
            comment = byte == '#';
        }
    }
    return false;
}

// The header is judged before anything is decoded, so a small file cannot ask for a large allocation.
model::Shape shape_in_header(std::span<const std::uint8_t> file, std::string_view source) {
    if (file.size() > kMaxPictureFileBytes)
        fail("{}: {} bytes is too long for a picture", source, file.size());
    if (netpbm_number_is_too_long(file)) fail("{}: no picture: a number in its header is too long", source);
    if (jpeg_table_is_too_long(file)) fail("{}: the picture is damaged: a Huffman table has more than 256 codes", source);
    model::Shape shape;
    if (stbi_info_from_memory(file.data(), static_cast<int>(file.size()), &shape.width, &shape.height,
                              &shape.channels) == 0) {
        fail("{}: no picture (JPEG, PNG, BMP, PGM or PPM): {}", source, stbi_failure_reason());
    }
    return shape;
}

// A picture of `shape` by its header, with `colours` instead of its own.
std::vector<std::uint8_t> decode(std::span<const std::uint8_t> file, const model::Shape& shape, int colours,
                                 std::string_view source) {
    if (stbi_is_16_bit_from_memory(file.data(), static_cast<int>(file.size())) != 0) {
        fail("{}: the picture has 16 bits a colour, but the network wants 8", source);
    }
    if (png_is_short(file)) fail("{}: the picture is damaged: the file is truncated", source);
    Reader reader{file};
    const stbi_io_callbacks callbacks{read_some, skip_some, at_end};
    int width = 0, height = 0, in_file = 0;
    const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
        stbi_load_from_callbacks(&callbacks, &reader, &width, &height, &in_file, colours), stbi_image_free);
    if (!pixels) fail("{}: the picture is damaged: {}", source, stbi_failure_reason());
    if (reader.beyond_end || netpbm_is_short(file, shape.size())) {
        fail("{}: the picture is damaged: the file is truncated", source);
    }
    ensure(width == shape.width && height == shape.height, "a picture has the size that its header says");
    return {pixels.get(), pixels.get() + shape.pixels() * colours};
}

}  // namespace

std::vector<std::uint8_t> decode_picture(std::span<const std::uint8_t> file, const model::Shape& wanted,
                                         std::string_view source) {
    const model::Shape found = shape_in_header(file, source);
    if (!(found == wanted)) {
        fail("{}: the picture is {}, but the network wants {}", source,
             describe(found.height, found.width, found.channels),
             describe(wanted.height, wanted.width, wanted.channels));
    }
    return decode(file, wanted, wanted.channels, source);
}

std::vector<std::uint8_t> decode_any_picture(std::span<const std::uint8_t> file, const model::Shape& wanted,
                                             std::string_view source) {
    model::Shape found = shape_in_header(file, source);
    if (found == wanted) return decode(file, found, wanted.channels, source);
    if (found.pixels() > kMaxPixelsToScale)
        fail("{}: the picture is {}, more than {} pixels", source,
             describe(found.height, found.width, found.channels), kMaxPixelsToScale);
    const auto pixels = decode(file, found, wanted.channels, source);
    found.channels = wanted.channels;
    return scale_picture(pixels, found, wanted);
}

std::vector<std::uint8_t> read_picture(const std::filesystem::path& path, const model::Shape& wanted) {
    return decode_picture(support::read_file(path, kMaxPictureFileBytes), wanted, path.string());
}

bool has_picture_name(const std::filesystem::path& path) {
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr std::array<std::string_view, 6> kEndings = {".jpg", ".jpeg", ".png", ".bmp", ".pgm", ".ppm"};
    return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

}  // namespace ern::data
