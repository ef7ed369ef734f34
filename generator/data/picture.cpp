// SPDX-License-Identifier: Apache-2.0
#include "data/picture.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <string>

#include "support/error.h"
#include "support/file.h"

// The one place where the decoder is compiled; only what the data sets need.
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_ONLY_PNM
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS 65536
#include <stb/stb_image.h>

namespace ern::data {

namespace {

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

}  // namespace

std::vector<std::uint8_t> decode_picture(std::span<const std::uint8_t> file, const model::Shape& wanted,
                                         std::string_view source) {
    if (file.size() > kMaxPictureFileBytes)
        fail("{}: {} bytes is too long for a picture", source, file.size());
    const auto length = static_cast<int>(file.size());
    int width = 0, height = 0, colours = 0;
    // The header is judged before anything is decoded, so a small file cannot ask for a large allocation.
    if (stbi_info_from_memory(file.data(), length, &width, &height, &colours) == 0) {
        fail("{}: no picture (JPEG, PNG, BMP, PGM or PPM): {}", source, stbi_failure_reason());
    }
    if (width != wanted.width || height != wanted.height || colours != wanted.channels) {
        fail("{}: the picture is {}, but the network wants {}", source, describe(height, width, colours),
             describe(wanted.height, wanted.width, wanted.channels));
    }
    if (stbi_is_16_bit_from_memory(file.data(), length) != 0) {
        fail("{}: the picture has 16 bits a colour, but the network wants 8", source);
    }
    Reader reader{file};
    const stbi_io_callbacks callbacks{read_some, skip_some, at_end};
    const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
        stbi_load_from_callbacks(&callbacks, &reader, &width, &height, &colours, wanted.channels),
        stbi_image_free);
    if (!pixels) fail("{}: the picture is damaged: {}", source, stbi_failure_reason());
    if (reader.beyond_end || netpbm_is_short(file, wanted.size())) {
        fail("{}: the picture is damaged: the file is truncated", source);
    }
    return {pixels.get(), pixels.get() + wanted.size()};
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
