// SPDX-License-Identifier: Apache-2.0
// Runs a target on every file of the folders given, where there is no libFuzzer.
#include <cstdio>
#include <filesystem>

#include "target.h"

int main(int argc, char** argv) {
    int files = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
            const auto bytes = ern::support::read_file(entry.path());
            LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
            ++files;
        }
    }
    std::printf("%d files\n", files);
    return files > 0 ? 0 : 1;
}
