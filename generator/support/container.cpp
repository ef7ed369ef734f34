// SPDX-License-Identifier: Apache-2.0
#include "support/container.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "support/error.h"
#include "support/file.h"

namespace ern::support {

namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kPreambleBytes = 20;

void append(std::vector<std::uint8_t>& bytes, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::uint32_t load(Bytes bytes, std::size_t offset) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value |= std::uint32_t{bytes[offset + i]} << (8 * i);
    return value;
}

nlohmann::json parse_header(Bytes bytes, std::size_t length) {
    const Bytes header = bytes.subspan(kPreambleBytes, length);
    return nlohmann::json::parse(header.begin(), header.end(), nullptr, false);
}

// How long a file with a wrong checksum was meant to be, if its header still tells.
std::optional<std::uint64_t> declared_size(Bytes bytes, std::size_t header_length) {
    const nlohmann::json header = parse_header(bytes, header_length);
    if (!header.is_object() || !header.contains("blob_bytes") || !header["blob_bytes"].is_number_unsigned()) return {};
    return kPreambleBytes + header_length + header["blob_bytes"].get<std::uint64_t>();
}

// Everything before the header's content; returns the header's length.
std::size_t check_preamble(Bytes bytes, const ContainerFormat& format, std::string_view source) {
    const auto [in_magic, in_file] =
        std::mismatch(format.magic.begin(), format.magic.end(), bytes.begin(), bytes.end());
    if (in_magic != format.magic.end() && in_file != bytes.end()) {
        fail("{}: not {} of ernforge, it does not begin with \"{}\"; give a {} file", source, format.what, format.magic,
             format.ending);
    }
    const auto cut_short = [&](std::uint64_t size) {
        fail("{}: cut short, {} of at least {} bytes are there; copy or make the file again", source, bytes.size(), size);
    };
    if (bytes.size() < kPreambleBytes) cut_short(kPreambleBytes);
    const std::uint32_t version = load(bytes, 8);
    if (version != format.version) {
        fail("{}: format version {}, but this ernforge reads version {}; make the file again, or use the ernforge that "
             "made it", source, version, format.version);
    }
    const std::size_t length = load(bytes, 16);
    if (length > bytes.size() - kPreambleBytes) cut_short(std::uint64_t{kPreambleBytes} + length);
    const std::uint32_t written = load(bytes, 12);
    const std::uint32_t found = crc32(bytes.subspan(kContainerChecksumFrom));
    if (written == found) return length;
    const auto size = declared_size(bytes, length);
    if (size && *size > bytes.size()) cut_short(*size);
    fail("{}: damaged, its checksum is {:08x} instead of {:08x}; copy or make the file again", source, found, written);
}

}  // namespace

std::vector<std::uint8_t> pack_container(const ContainerFormat& format, const nlohmann::ordered_json& header, Bytes blob) {
    std::string text;
    try {
        text = header.dump();
    } catch (const nlohmann::json::exception&) {
        fail("a name, label or note is not valid UTF-8");
    }
    std::vector<std::uint8_t> body;  // all that the checksum covers
    append(body, static_cast<std::uint32_t>(text.size()));
    std::copy(text.begin(), text.end(), std::back_inserter(body));
    std::copy(blob.begin(), blob.end(), std::back_inserter(body));

    std::vector<std::uint8_t> bytes;
    bytes.reserve(kContainerChecksumFrom + body.size());
    std::copy(format.magic.begin(), format.magic.end(), std::back_inserter(bytes));
    append(bytes, format.version);
    append(bytes, crc32(body));
    std::copy(body.begin(), body.end(), std::back_inserter(bytes));
    return bytes;
}

Container unpack_container(Bytes bytes, const ContainerFormat& format, std::string_view source) {
    const std::size_t length = check_preamble(bytes, format, source);
    Container container{parse_header(bytes, length), bytes.subspan(kPreambleBytes + length)};
    if (container.header.is_discarded()) fail("{}: its header is not JSON; make the file again", source);
    return container;
}

}  // namespace ern::support
