// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <random>

#include "configurations.h"
#include "schedule/descriptor.h"
#include "support/file.h"

namespace ern::schedule {

namespace {

std::int64_t lowest(const Field& field) { return field.is_signed ? -(std::int64_t{1} << (field.bits - 1)) : 0; }

}  // namespace

TEST_CASE("rtl_templates/control/ern_descriptor.vh is what the table gives") {
    CHECK(support::read_text(test::source_directory() / "rtl_templates/control/ern_descriptor.vh") == descriptor_verilog());
}

TEST_CASE("each field holds its whole range, and setting it changes nothing else") {
    const std::uint32_t seed = 41;
    INFO("seed " << seed);
    std::mt19937 random(seed);
    for (const Field& field : kFields) {
        INFO(field.name);
        CHECK(field_limit(field.name) == (std::int64_t{1} << (field.is_signed ? field.bits - 1 : field.bits)) - 1);
        Descriptor before;
        for (std::uint32_t& word : before.words) word = static_cast<std::uint32_t>(random());
        for (const std::int64_t value : {lowest(field), std::int64_t{0}, std::int64_t{1}, field_limit(field.name)}) {
            if (value > field_limit(field.name)) continue;
            Descriptor d = before;
            set(d, field.name, value);
            CHECK(get(d, field.name) == value);
            for (const Field& other : kFields) {
                if (other.name != field.name) CHECK(get(d, other.name) == get(before, other.name));
            }
        }
    }
}

TEST_CASE("a value that does not fit its field, or an unknown field, is a defect and not silently cut") {
    Descriptor d;
    for (const Field& field : kFields) {
        INFO(field.name);
        CHECK_THROWS_AS(set(d, field.name, field_limit(field.name) + 1), std::logic_error);
        CHECK_THROWS_AS(set(d, field.name, lowest(field) - 1), std::logic_error);
    }
    CHECK(d == Descriptor{});
    CHECK_THROWS_AS(get(d, "colour"), std::logic_error);
}

}  // namespace ern::schedule
