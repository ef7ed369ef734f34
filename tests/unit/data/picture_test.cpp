// SPDX-License-Identifier: Apache-2.0
#include "data/picture.h"

#include "files.h"

namespace ern::data::test {

namespace {

// Header of a PNG of 2 x 1 pixels, RGB with alpha.
const Bytes kRgbaPng = {0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00,
                        0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00,
                        0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0xf4, 0x22, 0x7f, 0x8a};

// JPEG of 8 x 8 grey pixels, quantisation all 1, one block with every coefficient 0: each pixel is 128.
const Bytes kGreyJpeg = {
    0xff, 0xd8, 0xff, 0xdb, 0x00, 0x43, 0x00, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
    0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
    0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
    0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
    0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0xff, 0xc0, 0x00, 0x0b, 0x08, 0x00, 0x08, 0x00, 0x08,
    0x01, 0x01, 0x11, 0x00, 0xff, 0xc4, 0x00, 0x14, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xc4, 0x00, 0x14, 0x10, 0x01,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0xff, 0xda, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3f, 0x00, 0x3f, 0xff, 0xd9};

std::string decode_error(const Bytes& file, const model::Shape& wanted) {
    const TemporaryFolder folder;
    return message_of(folder, [&] { decode_picture(file, wanted, "p"); });
}

}  // namespace

TEST_CASE("a grey picture keeps its bytes in rows") {
    CHECK(decode_picture(netpbm(3, 2, 1, 7), {2, 3, 1}, "p") == Bytes{7, 8, 9, 10, 11, 12});
}

TEST_CASE("a colour picture is [y][x][colour]") {
    CHECK(decode_picture(netpbm(1, 2, 3, 100), {2, 1, 3}, "p") == Bytes{100, 101, 102, 103, 104, 105});
}

TEST_CASE("a picture is read from disk by its content, not its name") {
    const TemporaryFolder folder;
    support::write_file(folder / "x.jpg", netpbm(2, 2, 1));
    CHECK(read_picture(folder / "x.jpg", {2, 2, 1}) == Bytes{0, 1, 2, 3});
}

TEST_CASE("pictures that the network cannot take are refused in one line") {
    CHECK(decode_error({'h', 'i'}, {2, 2, 1}) ==
          "p: no picture (JPEG, PNG, BMP, PGM or PPM): unknown image type");
    CHECK(decode_error({}, {2, 2, 1}) == "p: no picture (JPEG, PNG, BMP, PGM or PPM): unknown image type");
    CHECK(decode_error(netpbm(3, 2, 1), {2, 2, 1}) ==
          "p: the picture is 3 wide, 2 high, grey, but the network wants 2 wide, 2 high, grey");
    CHECK(decode_error(netpbm(2, 2, 1), {2, 2, 3}) ==
          "p: the picture is 2 wide, 2 high, grey, but the network wants 2 wide, 2 high, RGB");
    CHECK(decode_error(kRgbaPng, {1, 2, 3}) ==
          "p: the picture is 2 wide, 1 high, RGB with alpha, but the network wants 2 wide, 1 high, RGB");
}

TEST_CASE("a truncated picture is damaged, not shorter") {
    const Bytes whole = netpbm(4, 4, 1);
    const Bytes file(whole.begin(), whole.end() - 3);
    CHECK(decode_error(file, {4, 4, 1}) == "p: the picture is damaged: the file is truncated");
}

TEST_CASE("a chunk of a PNG that claims more than the file is not believed") {
    Bytes file = kRgbaPng;
    for (const int byte : {0x7f, 0xff, 0xff, 0xff, int{'I'}, int{'D'}, int{'A'}, int{'T'}, 0x78}) file.push_back(static_cast<std::uint8_t>(byte));
    CHECK(decode_error(file, {1, 2, 4}) == "p: the picture is damaged: the file is truncated");
}

TEST_CASE("a JPEG is whole or damaged") {
    CHECK(decode_picture(kGreyJpeg, {8, 8, 1}, "p") == Bytes(64, 128));
    for (std::size_t length = kGreyJpeg.size() - 1; length > kGreyJpeg.size() - 4; --length) {
        CHECK(decode_error(Bytes(kGreyJpeg.begin(), kGreyJpeg.begin() + static_cast<std::ptrdiff_t>(length)),
                           {8, 8, 1})
                  .starts_with("p: the picture is damaged"));
    }
}

// Regression: a number of ten digits overflowed in the decoder.
TEST_CASE("a Huffman table of more codes than there are symbols is damage") {
    const Bytes marker = {0xff, 0xc4};
    const auto found = std::search(kGreyJpeg.begin(), kGreyJpeg.end(), marker.begin(), marker.end());
    const auto at = static_cast<std::size_t>(found - kGreyJpeg.begin());
    Bytes file = kGreyJpeg;
    file[at + 5] = file[at + 6] = 0x80;   // of one and two bits
    file[at + 7] = 1;
    CHECK(decode_error(file, {8, 8, 1}) == "p: the picture is damaged: a Huffman table has more than 256 codes");
    file.insert(file.begin(), 2, 0xff);
    CHECK(decode_error(file, {8, 8, 1}) == "p: the picture is damaged: a Huffman table has more than 256 codes");
    const Bytes comment = {0xff, 0xfe, 0x00, 0x18, 0xff, 0xc4, 0x00, 0x13, 0x00, 0xff, 0xff, 0xff, 0xff};   // is no table
    file = kGreyJpeg;
    file.insert(file.begin() + 2, 13, 0);
    std::copy(comment.begin(), comment.end(), file.begin() + 2);
    file.insert(file.begin() + 15, 13, 0);
    CHECK(decode_picture(file, {8, 8, 1}, "p") == Bytes(64, 128));
}

TEST_CASE("numbers of a PGM or PPM header end before they overflow") {
    const auto error = [](const std::string& text) { return decode_error(Bytes(text.begin(), text.end()), {1, 1, 1}); };
    CHECK(error("P5\n9999999999 1\n255\n!") == "p: no picture: a number in its header is too long");
    CHECK(error("P6 1 # 1\n 1234567890 255\n!") == "p: no picture: a number in its header is too long");
    CHECK(error("P5\n1 1\n0000000255\n!") == "p: no picture: a number in its header is too long");
    CHECK(decode_picture(Bytes{'P', '5', '\n', '#', '1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '\n', '1', ' ', '1', '\n', '2', '5', '5', '\n', '!'},
                         {1, 1, 1}, "p") == Bytes{'!'});
    const std::string digits = "P5\n11 1\n255\n12345678901";
    CHECK(decode_picture(Bytes(digits.begin(), digits.end()), {1, 11, 1}, "p").size() == 11);
}

TEST_CASE("16 bits a colour are refused") {
    const std::string header = "P5\n1 1\n65535\n";
    Bytes file(header.begin(), header.end());
    file.insert(file.end(), {1, 2});
    CHECK(decode_error(file, {1, 1, 1}) == "p: the picture has 16 bits a colour, but the network wants 8");
}

TEST_CASE("picture names are told by their ending") {
    CHECK(has_picture_name("a/b.JPG"));
    CHECK(has_picture_name("b.png"));
    CHECK_FALSE(has_picture_name("README.md"));
    CHECK_FALSE(has_picture_name("png"));
}

}  // namespace ern::data::test
