// SPDX-License-Identifier: Apache-2.0
#include "campaign/configuration.h"

#include <bit>
#include <vector>

#include "schedule/external.h"
#include "support/error.h"

namespace ern::campaign {

using schedule::Accelerator;
using schedule::MemoryKind;

namespace {

int random_divisor(fuzz::Random& random, int number) {
    std::vector<int> divisors;
    for (int d = 1; d <= number; ++d) {
        if (number % d == 0) divisors.push_back(d);
    }
    return random.pick(divisors);
}

// With `channels` of a word, or 0 for any number of them.
void random_array(fuzz::Random& random, const ConfigurationLimits& limits, Accelerator& a, int channels = 0) {
    do {
        a.taps = random.pick({2, 3, 3, 3, 4, 5, 6, 7, 8, 9, 9});
        do a.tap_rows = random.chance(50) ? 1 : random_divisor(random, a.taps); while (a.tap_rows > 4);
        a.channels = channels > 0 ? channels : random.chance(50) ? random.pick({8, 16, 32, 64}) : random.uniform(8, 40);
        a.outputs = random.chance(50) ? random_divisor(random, a.channels) : a.channels * random.uniform(1, a.taps);
    } while (a.outputs < 2 || a.macs_per_cycle() > limits.macs_per_cycle || a.lanes() > 500);
    a.column_outputs = random_divisor(random, a.outputs);
    a.tile_depth = random.chance(30) ? random.uniform(4, 40) : random.skewed(16, 1024);
    const int levels = static_cast<int>(std::bit_width(static_cast<unsigned>(a.lanes() - 1)));
    a.dot_latency = std::max(2, (levels + 1) / 2) + random.skewed(0, 6);
    if (limits.tiny) a.dot_latency = std::max(a.dot_latency, (a.lanes() + 31) / 32 + 2);   // ern_ecp5_dot
    const int least_bits = static_cast<int>(std::bit_width(static_cast<unsigned>(3 * a.lanes()))) + 2;
    a.accumulator_bits = random.uniform(std::min(24, std::max(8, least_bits)), random.pick({16, 20, 24, 24}));
}

// Few partial sums, whose rows may go to external memory: a beat then has the accumulators of a column.
void random_spill(fuzz::Random& random, Accelerator& a) {
    std::vector<int> ports;
    for (int bits : {32, 64, 128}) {
        if (a.outputs % (bits / 16) == 0) ports.push_back(bits);
    }
    if (ports.empty()) return;
    a.spill = 1;
    a.external.port_bits = random.pick(ports);
    a.column_outputs = a.external.port_bits / 16;
    a.accumulator_bits = std::min(a.accumulator_bits, 16);
    a.sum_words = random.uniform(60, 300);
}

void random_streams(fuzz::Random& random, const ConfigurationLimits& limits, Accelerator& a) {
    if (random.chance(25)) random_array(random, limits, a, 64);   // two rows of a picture in a word, at times
    constexpr MemoryKind kKinds[] = {MemoryKind::sdr, MemoryKind::sdr32, MemoryKind::ddr3};
    a.external.kind = kKinds[random.uniform(0, 2)];
    a.external.port_bits = random.pick({32, 64, 128});
    if (random.chance(50)) random_spill(random, a);
    const auto ring = [&](int bits, int burst) {
        const int least = schedule::fewest_ring_rows(a, bits, burst);
        const int units = schedule::stream_row_bytes(a, bits) / 4;
        const int rows_a_beat = std::max(1, a.external.port_bits / 32 / units);
        const int rows = random.chance(40) ? least : least + random.skewed(0, 256);
        return (rows + rows_a_beat - 1) / rows_a_beat * rows_a_beat;
    };
    a.weight_rows = std::max(16, ring(a.lanes(), schedule::kWeightBurst));
    a.threshold_rows = std::max(16, ring(3 * a.accumulator_bits + 1, schedule::kSmallBurst));
    a.program_words = std::max(32, ring(32, schedule::kSmallBurst));
}

void tiny_memories(fuzz::Random& random, Accelerator& a) {
    a.activation_words = 256;
    a.sum_words = random.uniform(16, 64);
    a.result_words = random.uniform(2, 16);
    a.weight_rows = random.uniform(64, 256);
    a.threshold_rows = random.uniform(32, 64);
    a.program_words = random.uniform(96, 256);
}

void random_memories(fuzz::Random& random, const ConfigurationLimits& limits, Accelerator& a) {
    if (limits.tiny) return tiny_memories(random, a);
    const bool tight = limits.small || random.chance(30);
    a.activation_words = tight ? random.uniform(256, 700) : random.uniform(256, 8192);
    a.sum_words = tight ? random.uniform(16, 300) : random.uniform(64, 4096);
    a.result_words = random.chance(70) ? 128 : random.uniform(2, 80);
    if (limits.external && random.chance(40)) {
        random_streams(random, limits, a);
        return;
    }
    a.weight_rows = limits.small ? random.uniform(256, 1024) : random.uniform(2000, 40000);
    a.threshold_rows = limits.small ? random.uniform(64, 256) : random.uniform(256, 8192);
    a.program_words = limits.small ? random.uniform(128, 512) : random.uniform(256, 8192);
}

// Rows of the streams that later tiles use again: none, few, as many as most steps have.
void random_kept_rows(fuzz::Random& random, Accelerator& a) {
    if (random.chance(70)) a.kept_weight_rows = random.skewed(2, 2048);
    if (random.chance(70)) a.kept_threshold_rows = random.skewed(2, 512);
}

}  // namespace

Accelerator random_configuration(fuzz::Random& random, const ConfigurationLimits& limits) {
    for (;;) {
        Accelerator a;
        a.name = "fuzz";
        random_array(random, limits, a);
        random_memories(random, limits, a);
        a.clock_mhz = random.uniform(20, 200);
        a.baud = random.pick({115200, 1000000, 3000000});
        if (a.external.kind != MemoryKind::none) {
            random_kept_rows(random, a);
            a.overlap = random.chance(30);
        }
        try {
            schedule::check(a, "random configuration");
            return a;
        } catch (const Error&) {
            // Of two settings that exclude each other.
        }
    }
}

nlohmann::ordered_json to_json(const Accelerator& a) {
    nlohmann::ordered_json json;
    for (const schedule::IntegerKey& key : schedule::integer_keys()) {
        if (a.*key.member != key.missing) json[key.key] = a.*key.member;
    }
    json["mhz"] = a.clock_mhz;
    json["external"] = schedule::memory_name(a.external.kind);
    json["port_bits"] = a.external.port_bits;
    return json;
}

Accelerator accelerator_from_json(const nlohmann::json& json, std::string_view source) {
    Accelerator a;
    a.name = "fuzz";
    try {
        for (const schedule::IntegerKey& key : schedule::integer_keys()) {
            a.*key.member = key.missing != schedule::IntegerKey::kNeeded ? json.value(key.key, key.missing) : json.at(key.key).get<int>();
        }
        a.clock_mhz = json.at("mhz");
        a.external.kind = schedule::memory_kind(json.at("external").get<std::string>(), source);
        a.external.port_bits = json.at("port_bits");
    } catch (const nlohmann::json::exception& error) {
        fail("{}: {}", source, error.what());
    }
    schedule::check(a, source);
    return a;
}

}  // namespace ern::campaign
