// SPDX-License-Identifier: Apache-2.0
#include "files.h"

namespace ern::data::test {

namespace {

const Expected kExpected{{2, 3, 1}, 3, {"a", "b/c", "d"}};

Bytes header(std::uint8_t dimensions, const std::vector<std::uint8_t>& sizes) {
    Bytes file = {0, 0, 8, dimensions};
    for (const std::uint8_t size : sizes) file.insert(file.end(), {0, 0, 0, size});
    return file;
}

Bytes images(int count) {
    Bytes file = header(3, {static_cast<std::uint8_t>(count), 2, 3});
    for (int i = 0; i < count * 6; ++i) file.push_back(static_cast<std::uint8_t>(i));
    return file;
}

Bytes labels(const Bytes& classes) {
    Bytes file = header(1, {static_cast<std::uint8_t>(classes.size())});
    file.insert(file.end(), classes.begin(), classes.end());
    return file;
}

struct IdxFolder : TemporaryFolder {
    IdxFolder() {
        support::write_file(*this / "t10k-images-idx3-ubyte", images(2));
        support::write_file(*this / "t10k-labels-idx1-ubyte", labels({2, 0}));
    }
    std::string error() const { return load_error(*this, path(), Split::test, kExpected); }
};

}  // namespace

TEST_CASE("idx files give pictures and labels in file order") {
    const IdxFolder folder;
    const DataSet set = load_data_set(folder.path(), Split::test, kExpected);
    REQUIRE(set.size() == 2);
    CHECK(set.shape == model::Shape{2, 3, 1});
    CHECK(set.classes == std::vector<std::uint16_t>{2, 0});
    CHECK(set.labels == kExpected.labels);
    CHECK(Bytes(set.picture(1).begin(), set.picture(1).end()) == Bytes{6, 7, 8, 9, 10, 11});
}

TEST_CASE("idx files may be gzipped") {
    const TemporaryFolder folder;
    write_gz(folder / "train-images-idx3-ubyte.gz", images(3));
    write_gz(folder / "train-labels-idx1-ubyte.gz", labels({0, 1, 2}));
    CHECK(load_data_set(folder.path(), Split::train, kExpected).size() == 3);
    CHECK(load_error(folder, folder.path(), Split::test, kExpected) ==
          "DIR: t10k-images-idx3-ubyte[.gz] is missing");
}

TEST_CASE("a truncated gzip file is refused") {
    const IdxFolder folder;
    fs::remove(folder / "t10k-images-idx3-ubyte");
    write_gz(folder / "t10k-images-idx3-ubyte.gz", images(2));
    Bytes bytes = support::read_file(folder / "t10k-images-idx3-ubyte.gz");
    bytes.resize(bytes.size() - 6);
    support::write_file(folder / "t10k-images-idx3-ubyte.gz", bytes);
    CHECK(folder.error() == "DIR/t10k-images-idx3-ubyte.gz: truncated or damaged gzip data");
}

TEST_CASE("idx files that do not fit are refused in one line") {
    const IdxFolder folder;
    const fs::path image_file = folder / "t10k-images-idx3-ubyte";
    const fs::path label_file = folder / "t10k-labels-idx1-ubyte";
    SECTION("missing labels") {
        fs::remove(label_file);
        CHECK(folder.error() == "DIR: t10k-labels-idx1-ubyte[.gz] is missing");
    }
    SECTION("no idx") {
        support::write_text(image_file, "hello, world, this is text");
        CHECK(folder.error() == "DIR/t10k-images-idx3-ubyte: no idx file of bytes with 3 dimensions");
    }
    SECTION("too short for a header") {
        support::write_text(image_file, "");
        CHECK(folder.error() == "DIR/t10k-images-idx3-ubyte: no idx file of bytes with 3 dimensions");
    }
    SECTION("truncated") {
        Bytes bytes = images(2);
        bytes.pop_back();
        support::write_file(image_file, bytes);
        CHECK(folder.error() == "DIR/t10k-images-idx3-ubyte: 11 bytes of data, but its header promises 12");
    }
    SECTION("a header that overflows") {
        support::write_file(image_file, Bytes{0, 0, 8, 3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                              0xff, 0xff, 0xff, 0xff, 1, 2});
        CHECK(folder.error().starts_with(
            "DIR/t10k-images-idx3-ubyte: 2 bytes of data, but its header promises "));
    }
    SECTION("fewer labels than pictures") {
        support::write_file(label_file, labels({1}));
        CHECK(folder.error() ==
              "DIR/t10k-images-idx3-ubyte: 2 pictures, but 1 labels in DIR/t10k-labels-idx1-ubyte");
    }
    SECTION("a label outside the classes") {
        support::write_file(label_file, labels({1, 3}));
        CHECK(folder.error() ==
              "DIR/t10k-labels-idx1-ubyte: label 3 of picture 1 is outside the network's 3 classes");
    }
    SECTION("another size") {
        CHECK(load_error(folder, folder.path(), Split::test, {{3, 3, 1}, 3, {}}) ==
              "DIR/t10k-images-idx3-ubyte: the pictures are 3 wide, 2 high with 1 colours, but the network "
              "wants "
              "3 wide, 3 high with 1");
    }
    SECTION("no pictures") {
        support::write_file(image_file, images(0));
        support::write_file(label_file, labels({}));
        CHECK(folder.error() == "DIR/t10k-images-idx3-ubyte: no pictures");
    }
}

}  // namespace ern::data::test
