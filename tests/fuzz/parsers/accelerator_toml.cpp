// SPDX-License-Identifier: Apache-2.0
#include "schedule/accelerator.h"

#include "target.h"

namespace ern::parsers {

// What is accepted passes its own check and has a fingerprint of its own.
void parse(Bytes bytes) {
    const auto accelerator = schedule::parse_accelerator(text(bytes), "fuzz.toml");
    schedule::check(accelerator, "again");
    schedule::fingerprint(accelerator);
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
