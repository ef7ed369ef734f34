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
    const auto error_of_split = [&] {
        write_tar_xz(folder / "test.tar.xz", files);
        return load_error(folder, folder.path(), Split::test, kExpected);
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
        CHECK(error_of_split() ==
              "DIR/test.tar.xz: Bag/3.pgm: the picture is 3 wide, 1 high, grey, but the network wants 2 wide, 1 "
              "high, "
              "grey");
        CHECK(error().empty());  // an archive by itself is of one's own: scaled
    }
    SECTION("the first of several damaged pictures is named, whatever the threads do") {
        for (int i = 0; i < 700; ++i) files.push_back({fmt::format("Bag/{:03}.pgm", i), netpbm(2, 1, 1)});
        for (const std::size_t bad : {630, 640, 690}) files[bad].second.pop_back();
        const std::string name = files[630].first;
        for (int round = 0; round < 5; ++round)
            CHECK(error() == "DIR/x.tar.xz: " + name + ": the picture is damaged: the file is truncated");
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

TEST_CASE("pictures of one's own: classes of the folders, any size, a part held out") {
    const TemporaryFolder folder;
    for (int i = 0; i < 40; ++i) {
        support::write_file(folder / fmt::format("zebra/{:02}.pgm", i),
                            netpbm(2 + i % 3, 2, 1, i));
        if (i < 3) support::write_file(folder / fmt::format("ant/{}.ppm", i), netpbm(4, 2, 3, 100));
    }
    const TrainingData data = load_training_data(folder.path(), kExpected);
    CHECK(data.own);
    CHECK(data.train_set.labels == std::vector<std::string>{"ant", "zebra"});
    CHECK(data.test_set.labels == data.train_set.labels);
    CHECK(data.train_set.size() == 38);
    CHECK(data.test_set.size() == 5);
    CHECK(std::count(data.test_set.classes.begin(), data.test_set.classes.end(), 0) == 1);
    CHECK(data.train_set.pixels.size() == 38 * 2);
    const TrainingData again = load_training_data(folder.path(), kExpected);
    CHECK(again.test_set.pixels == data.test_set.pixels);
    CHECK(load_data_set(folder.path(), Split::test, {{1, 2, 1}, 2, {}}).size() == 43);

    support::write_file(folder / "bee/1.pgm", netpbm(2, 1, 1));
    const std::string error = message_of(folder, [&] { load_training_data(folder.path(), kExpected); });
    CHECK(error == "DIR: one picture of the class \"bee\"; two are needed, for one in 10 is held out to test");
}

TEST_CASE("one's own folders of the network's names keep the network's order") {
    const TemporaryFolder folder;
    auto files = two_classes();
    files.push_back({"T-shirt_top/2.pgm", netpbm(2, 1, 1, 40)});
    write_tar_xz(folder / "mine.tar.xz", files);
    const TrainingData data = load_training_data(folder / "mine.tar.xz", kExpected);
    CHECK(data.own);
    CHECK(data.train_set.labels == kExpected.labels);
    CHECK(data.train_set.classes == std::vector<std::uint16_t>{1, 0});
    files.resize(2);
    write_tar_xz(folder / "mine.tar.xz", files);
    CHECK(message_of(folder, [&] { load_training_data(folder / "mine.tar.xz", kExpected); }) ==
          "DIR/mine.tar.xz: 1 class folder; at least two are needed");
}

TEST_CASE("data with both splits is no folder of one's own") {
    const TemporaryFolder folder;
    write_tree(folder / "train");
    write_tar_xz(folder / "test.tar.xz", two_classes());
    const TrainingData data = load_training_data(folder.path(), kExpected);
    CHECK_FALSE(data.own);
    CHECK(data.train_set.size() == 3);
    CHECK(data.test_set.size() == 3);
    fs::remove(folder / "test.tar.xz");
    CHECK(message_of(folder, [&] { load_training_data(folder.path(), kExpected); }).starts_with("DIR: no test data"));
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
