// SPDX-License-Identifier: Apache-2.0
#include "data/scale.h"

#include "files.h"

namespace ern::data::test {

TEST_CASE("a picture of the wanted size stays as it is") {
    const Bytes pixels{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    CHECK(scale_picture(pixels, {2, 2, 3}, {2, 2, 3}) == pixels);
}

TEST_CASE("shrinking takes the mean of the area") {
    CHECK(scale_picture(Bytes{0, 10, 20, 30}, {2, 2, 1}, {1, 1, 1}) == Bytes{15});
    CHECK(scale_picture(Bytes{0, 2, 100, 102, 4, 6, 104, 106}, {2, 4, 1}, {1, 2, 1}) == Bytes{3, 103});
    // 3 pixels to 2: each covers one and a half
    CHECK(scale_picture(Bytes{0, 30, 60, 0, 30, 60, 0, 30, 60}, {3, 3, 1}, {2, 2, 1}) == Bytes{10, 50, 10, 50});
    CHECK(scale_picture(Bytes{0, 100, 2, 102}, {1, 2, 2}, {1, 1, 2}) == Bytes{1, 101});
}

TEST_CASE("enlarging goes linearly between the pixels") {
    CHECK(scale_picture(Bytes{0, 100}, {1, 2, 1}, {2, 4, 1}) == Bytes{0, 25, 75, 100, 0, 25, 75, 100});
    CHECK(scale_picture(Bytes{7}, {1, 1, 1}, {3, 3, 1}) == Bytes(9, 7));
}

TEST_CASE("the middle of the wanted proportions is taken") {
    CHECK(scale_picture(Bytes{255, 1, 2, 255, 255, 3, 4, 255}, {2, 4, 1}, {2, 2, 1}) == Bytes{1, 2, 3, 4});
    CHECK(scale_picture(Bytes{255, 1, 2, 255}, {4, 1, 1}, {2, 1, 1}) == Bytes{1, 2});
}

TEST_CASE("a constant picture stays constant at every size") {
    for (int from = 1; from < 40; from += 3) {
        for (int to = 1; to < 40; to += 2) {
            const model::Shape source{from, 2 * from + 1, 1}, wanted{to, to + 3, 1};
            const Bytes result = scale_picture(Bytes(static_cast<std::size_t>(source.size()), 200), source, wanted);
            REQUIRE(result == Bytes(static_cast<std::size_t>(wanted.size()), 200));
        }
    }
}

}  // namespace ern::data::test
