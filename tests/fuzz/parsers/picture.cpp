// SPDX-License-Identifier: Apache-2.0
#include "data/picture.h"

#include "target.h"

namespace ern::parsers {

// As a picture of several shapes; what is accepted has the bytes of its shape.
void parse(Bytes bytes) {
    const model::Shape shapes[] = {{4, 6, 3}, {4, 6, 1}, {1, 1, 3}, {28, 28, 1}};
    for (std::size_t i = 0; i < std::size(shapes); ++i) {
        try {
            require(std::ssize(data::decode_picture(bytes, shapes[i], "fuzz")) == shapes[i].size());
        } catch (const Error&) {
            if (i + 1 == std::size(shapes)) throw;
        }
    }
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
