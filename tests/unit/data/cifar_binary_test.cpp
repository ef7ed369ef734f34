// SPDX-License-Identifier: Apache-2.0
#include "files.h"

namespace ern::data::test {

namespace {

const std::vector<std::string> kReversed = {"truck", "ship", "horse", "frog",       "dog",
                                            "deer",  "cat",  "bird",  "automobile", "airplane"};
const Expected kExpected{{32, 32, 3}, 10, kReversed};

// A record whose red, green and blue planes hold r, g, b.
void append_record(Bytes& file, std::uint8_t label, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
    file.push_back(label);
    for (const std::uint8_t value : {r, g, b}) file.insert(file.end(), 1024, value);
}

}  // namespace

TEST_CASE("CIFAR-10 records become pictures, classes are matched by name") {
    const TemporaryFolder folder;
    Bytes file;
    append_record(file, 0, 1, 2, 3);
    append_record(file, 9, 4, 5, 6);
    support::write_file(folder / "test_batch.bin", file);
    const DataSet set = load_data_set(folder.path(), Split::test, kExpected);
    REQUIRE(set.size() == 2);
    CHECK(set.classes == std::vector<std::uint16_t>{9, 0});
    CHECK(set.labels == kReversed);
    CHECK(Bytes(set.picture(1).begin(), set.picture(1).begin() + 6) == Bytes{4, 5, 6, 4, 5, 6});

    const DataSet unnamed = load_data_set(folder.path(), Split::test, {{32, 32, 3}, 10, {}});
    CHECK(unnamed.classes == std::vector<std::uint16_t>{0, 9});
}

TEST_CASE("the training split is five files") {
    const TemporaryFolder folder;
    for (int i = 1; i <= 5; ++i) {
        Bytes file;
        append_record(file, static_cast<std::uint8_t>(i), 0, 0, 0);
        support::write_file(folder / fmt::format("data_batch_{}.bin", i), file);
    }
    CHECK(load_data_set(folder.path(), Split::train, kExpected).classes ==
          std::vector<std::uint16_t>{8, 7, 6, 5, 4});
    fs::remove(folder / "data_batch_4.bin");
    CHECK(load_error(folder, folder.path(), Split::train, kExpected) == "DIR/data_batch_4.bin: no such file");
}

TEST_CASE("CIFAR-10 files that do not fit are refused in one line") {
    const TemporaryFolder folder;
    Bytes file;
    append_record(file, 3, 0, 0, 0);
    const auto error = [&](const Expected& expected) {
        support::write_file(folder / "test_batch.bin", file);
        return load_error(folder, folder.path(), Split::test, expected);
    };
    SECTION("truncated") {
        file.pop_back();
        CHECK(error(kExpected) ==
              "DIR/test_batch.bin: 3072 bytes is no whole number of CIFAR-10 records of 3073 bytes");
    }
    SECTION("mislabelled") {
        file[0] = 10;
        CHECK(error(kExpected) == "DIR/test_batch.bin: label 10 of record 0 is outside the 10 classes");
    }
    SECTION("another network") {
        CHECK(error({{28, 28, 1}, 10, {}}) ==
              "DIR: the pictures are 32 wide, 32 high with 3 colours, but the network wants 28 wide, 28 high "
              "with 1");
    }
    SECTION("other labels") {
        CHECK(error({{32, 32, 3}, 2, {"cat", "dog"}}) ==
              "DIR: the class \"airplane\" is none of the network's labels (cat, dog)");
    }
    SECTION("more classes") {
        CHECK(error({{32, 32, 3}, 11, {}}) == "DIR: 10 class folders, but the network has 11 classes");
    }
}

}  // namespace ern::data::test
