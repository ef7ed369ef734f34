// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "link/frame.h"

#include "target.h"

namespace ern::parsers {

// Frames out of any bytes: what is accepted is what its encoding gives again, and after any noise a C0 brings the
// decoder back in step.
void parse(Bytes bytes) {
    link::FrameDecoder decoder;
    for (const std::uint8_t byte : bytes) {
        const auto content = decoder.put(byte);
        if (!content) continue;
        link::FrameDecoder again;
        std::optional<link::Bytes> same;
        for (const std::uint8_t encoded : link::encode_frame(*content)) {
            if (auto whole = again.put(encoded)) same = whole;
        }
        require(same == content);
    }
    const link::Bytes sent{1, 2, 3};
    std::optional<link::Bytes> received;
    decoder.put(0xc0);
    for (const std::uint8_t encoded : link::encode_frame(sent)) {
        if (auto whole = decoder.put(encoded)) received = whole;
    }
    require(received == sent);
}

}  // namespace ern::parsers

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        ern::parsers::parse({data, size});
    } catch (const ern::Error& error) {
        ern::parsers::require(*error.what() != 0);
    }
    return 0;
}
