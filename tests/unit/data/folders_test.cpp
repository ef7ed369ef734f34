// SPDX-License-Identifier: Apache-2.0
#include "files.h"

namespace ern::data::test {

namespace {

const Expected kExpected{{1, 2, 1}, 2, {"T-shirt/top", "Bag"}};
const Expected kUnnamed{{1, 2, 1}, 2, {}};

std::vector<std::pair<std::string, Bytes>> two_classes() {
    return {{"Bag/1.pgm", netpbm(2, 1, 1, 10)},
            {"Bag/2.pgm", netpbm(2, 1, 1, 20)},
            {"T-shirt_top/1.pgm", netpbm(2, 1, 1, 30)},
            {"README.txt", {'x'}},
            {"Bag/._1.pgm", {'x'}}};
}

void write_tree(const fs::path& directory) {
    for (const auto& [name, bytes] : two_classes()) support::write_file(directory / name, bytes);
}

}  // namespace

TEST_CASE("class folders on disk, matched to the network's labels by name") {
    const TemporaryFolder folder;
    write_tree(folder.path());
    const DataSet set = load_data_set(folder.path(), Split::test, kExpected);
    CHECK(set.classes == std::vector<std::uint16_t>{1, 1, 0});
    CHECK(set.pixels == Bytes{10, 11, 20, 21, 30, 31});
    CHECK(set.labels == kExpected.labels);
}

TEST_CASE("without labels, classes are the sorted names") {
    const TemporaryFolder folder;
    write_tar_xz(folder / "x.tar.xz",
                 {{"./deep/b/1.pgm", netpbm(2, 1, 1)}, {"./deep/a/1.pgm", netpbm(2, 1, 1)}});
    const DataSet set = load_data_set(folder / "x.tar.xz", Split::test, kUnnamed);
    CHECK(set.classes == std::vector<std::uint16_t>{1, 0});
    CHECK(set.labels == std::vector<std::string>{"a", "b"});
}

TEST_CASE("splits are folders or archives of that name") {
    const TemporaryFolder folder;
    write_tree(folder / "train");
    write_tar_xz(folder / "test.tar.xz", two_classes());
    CHECK(load_data_set(folder.path(), Split::train, kExpected).size() == 3);
    CHECK(load_data_set(folder.path(), Split::test, kExpected).size() == 3);
    fs::remove(folder / "test.tar.xz");
    CHECK(
        load_error(folder, folder.path(), Split::test, kExpected) ==
        "DIR: no test data here; wanted idx files, CIFAR-10 .bin files, test.tar.xz, test/ or class folders");
}

TEST_CASE("data that cannot be used is refused in one line") {
    const TemporaryFolder folder;
    auto files = two_classes();
    const auto error = [&](const Expected& expected = kExpected) {
        write_tar_xz(folder / "x.tar.xz", files);
        return load_error(folder, folder / "x.tar.xz", Split::test, expected);
    };
    SECTION("missing") {
        CHECK(load_error(folder, folder / "nowhere", Split::test, kExpected) ==
              "DIR/nowhere: no such file or directory");
    }
    SECTION("neither directory nor archive") {
        support::write_text(folder / "x.zip", "PK");
        CHECK(load_error(folder, folder / "x.zip", Split::test, kExpected) ==
              "DIR/x.zip: neither a directory nor a .tar, .tar.gz or .tar.xz of class folders");
    }
    SECTION("a class that the network does not have") {
        files.push_back({"Shoe/1.pgm", netpbm(2, 1, 1)});
        CHECK(error() ==
              "DIR/x.tar.xz: the class \"Shoe\" is none of the network's labels (T-shirt/top, Bag)");
        CHECK(
            error(kUnnamed) ==
            "DIR/x.tar.xz: more class folders than the 2 classes of the network (\"Shoe\" is one too many)");
    }
    SECTION("a class without pictures") {
        files.resize(2);
        CHECK(error() == "DIR/x.tar.xz: no pictures of the class \"T-shirt/top\"");
        CHECK(error(kUnnamed) == "DIR/x.tar.xz: 1 class folders, but the network has 2 classes");
    }
    SECTION("a picture outside the class folders") {
        files.push_back({"1.pgm", netpbm(2, 1, 1)});
        CHECK(error() == "DIR/x.tar.xz: 1.pgm stands in no class folder");
    }
    SECTION("a picture of another size") {
        files.push_back({"Bag/3.pgm", netpbm(3, 1, 1)});
        CHECK(error() ==
              "DIR/x.tar.xz: Bag/3.pgm: the picture is 3 wide, 1 high, grey, but the network wants 2 wide, 1 "
              "high, "
              "grey");
    }
    SECTION("no pictures") {
        files = {{"README.txt", {'x'}}};
        CHECK(error() == "DIR/x.tar.xz: no pictures in class folders");
    }
    SECTION("a truncated archive") {
        error();
        Bytes bytes = support::read_file(folder / "x.tar.xz");
        bytes.resize(bytes.size() / 2);
        support::write_file(folder / "x.tar.xz", bytes);
        CHECK(load_error(folder, folder / "x.tar.xz", Split::test, kExpected).starts_with("DIR/x.tar.xz: "));
    }
    SECTION("no archive at all") {
        support::write_text(folder / "x.tar", "this is text and no archive, whatever its name says");
        CHECK(load_error(folder, folder / "x.tar", Split::test, kExpected)
                  .starts_with("DIR/x.tar: no archive"));
    }
}

TEST_CASE("a shuffled order is a permutation that depends on the seed alone") {
    auto order = shuffled_order(100, 7);
    CHECK(order == shuffled_order(100, 7));
    CHECK(order != shuffled_order(100, 8));
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < order.size(); ++i) CHECK(order[i] == static_cast<std::int64_t>(i));
    CHECK(shuffled_order(0, 1).empty());
}

}  // namespace ern::data::test
