// SPDX-License-Identifier: Apache-2.0
#include "model/file.h"

#include "target.h"

namespace ern::parsers {

// As it is, or with a right checksum; what is accepted comes back unchanged.
void parse(Bytes bytes) {
    try {
        model::deserialize(bytes, "fuzz");
    } catch (const Error&) {
        // the checksum, most often
    }
    const auto network = model::deserialize(with_checksum(bytes), "fuzz");
    require(model::deserialize(model::serialize(network), "again") == network);
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
