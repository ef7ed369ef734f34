// SPDX-License-Identifier: Apache-2.0
#include "schedule/image.h"

#include "target.h"

namespace ern::parsers {

// As it is, or with a right checksum; what is accepted comes back unchanged.
void parse(Bytes bytes) {
    try {
        schedule::deserialize_image(bytes, "fuzz");
    } catch (const Error&) {
        // the checksum, most often
    }
    const auto image = schedule::deserialize_image(with_checksum(bytes), "fuzz");
    require(schedule::deserialize_image(schedule::serialize(image), "again") == image);
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
