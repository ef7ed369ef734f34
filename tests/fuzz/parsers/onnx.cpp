// SPDX-License-Identifier: Apache-2.0
#include "fold/fold.h"
#include "model/network.h"
#include "onnx/import.h"

#include "target.h"

namespace ern::parsers {

// What is accepted folds to a valid network, or is refused by name.
void parse(Bytes bytes) {
    const auto network = onnx_import::import_network(bytes, "fuzz");
    model::check(fold::fold(network));
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
