// SPDX-License-Identifier: Apache-2.0
#include "model/architecture.h"

#include "target.h"

namespace ern::parsers {

void parse(Bytes bytes) { model::parse_architecture(text(bytes), "fuzz.toml"); }

}  // namespace ern::parsers

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        ern::parsers::parse({data, size});
    } catch (const ern::Error& error) {
        ern::parsers::require(*error.what() != 0);
    }
    return 0;
}
