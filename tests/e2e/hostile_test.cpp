// SPDX-License-Identifier: Apache-2.0
// Surroundings that mean harm: resets at any cycle, another network after each frame, a line that spoils what passes, bits
// that turn round. Small networks, so that each can be done often.
#include <map>
#include <set>

#include "../unit/link/disturbance.h"
#include "device.h"
#include "fuzz/network_spec.h"
#include "support/error.h"

namespace {

using namespace ern;
using namespace ern::e2e;

constexpr int kResets = 500;
constexpr std::int64_t kLinkFaults = 1000;

struct Loaded {
    model::Network network;
    schedule::Plan plan;
};

// Networks of few cycles that fit, the same each time.
std::vector<std::unique_ptr<Loaded>> small_networks(const std::string& shape, int count, std::int64_t most_cycles = 3000) {
    std::vector<std::unique_ptr<Loaded>> networks;
    for (std::uint32_t seed = 1; std::ssize(networks) < count; ++seed) {
        fuzz::Random random(seed);
        auto loaded = std::make_unique<Loaded>();
        loaded->network = fuzz::build(fuzz::random_spec(random, {.layers = 5, .channels = 40, .side = 8, .max_macs = 60'000}));
        try {
            loaded->plan = schedule::make_plan(loaded->network, accelerator(shape));
        } catch (const Error&) {
            continue;
        }
        if (loaded->plan.predicted_cycles > most_cycles || loaded->plan.predicted_cycles < 600) continue;
        networks.push_back(std::move(loaded));
    }
    return networks;
}

Picture picture_for(const model::Network& network, std::mt19937& random) {
    return random_pictures(network.input, 1, static_cast<std::uint32_t>(random())).front();
}

void steps(Device& device, std::int64_t cycles) {
    for (std::int64_t i = 0; i < cycles; ++i) device.simulation.step();
}

// One frame, every layer compared.
bool exact(Device& device, const model::Network& network, const Picture& picture) {
    device.simulation.observer().expect(golden::run(network, picture));
    const std::int64_t before = device.simulation.observer().mismatches();
    return device.classify(picture).sums == golden_sums(network, picture) && device.simulation.observer().mismatches() == before;
}

}  // namespace

TEST_CASE("500 resets at random cycles: the next frame is exact in every layer") {
    const std::string shape = GENERATE("part-words", "strips-ddr3");
    const auto networks = small_networks(shape, 5);
    std::mt19937 random(3);
    int right = 0;
    for (std::size_t n = 0; n < networks.size(); ++n) {
        const Loaded& loaded = *networks[n];
        Device device(loaded.network, loaded.plan, static_cast<std::uint32_t>(n) + 1);
        for (int i = 0; i < kResets / 5; ++i) {
            // In the picture's transfer, in the frame, in its answer, in the next picture's.
            const Picture abandoned = picture_for(loaded.network, random);
            device.session.send_picture(abandoned);
            if (random() % 3 == 0) device.session.send_picture(abandoned);
            const auto moment = static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(loaded.plan.predicted_cycles + 400));
            const bool by_pin = random() % 2;
            INFO(shape << ", network " << n << ", reset " << i << (by_pin ? " by pin" : " by command") << " after " << moment << " cycles");
            steps(device, moment);
            device.simulation.observer().forget();
            if (by_pin) {
                device.simulation.reset();
                device.session.configure(schedule::make_image(loaded.plan));
            } else {
                device.session.reset();
            }
            const bool good = exact(device, loaded.network, picture_for(loaded.network, random));
            CHECK(good);
            right += good;
        }
    }
    CHECK(right == kResets);
}

TEST_CASE("frames of different networks one after the other, without a reset of the device") {
    const std::string shape = GENERATE("part-words", "two-words", "strips-ddr3", "strips-sdr");
    const auto networks = small_networks(shape, 12);
    std::mt19937 random(4);
    Device device(networks[0]->network, networks[0]->plan, 7);
    for (int round = 0; round < 60; ++round) {
        const Loaded& loaded = *networks[random() % networks.size()];
        INFO(shape << ", round " << round << ", " << loaded.network.name);
        device.simulation.watch(loaded.network, loaded.plan);
        if (random() % 2) device.session.load(schedule::make_image(loaded.plan));
        else device.load(loaded.plan);
        const int classes = loaded.network.classes();
        std::vector<Picture> pictures;
        std::vector<std::uint16_t> numbers;
        for (int i = 0; i < 2; ++i) {
            pictures.push_back(picture_for(loaded.network, random));
            device.simulation.observer().expect(golden::run(loaded.network, pictures.back()));
            numbers.push_back(device.session.send_picture(pictures.back()));
        }
        for (std::size_t i = 0; i < 2; ++i) {
            CHECK(device.session.wait_result(numbers[i], classes).sums == golden_sums(loaded.network, pictures[i]));
        }
        CHECK(device.simulation.observer().mismatches() == 0);
        CHECK(device.simulation.observer().frames() == 2);
    }
}

TEST_CASE("1,000 faults on the simulated device's line: the right result or an error, and no hang beyond its timeout") {
    const auto networks = small_networks("part-words", 4);
    std::mt19937 random(5);
    std::int64_t faults = 0;
    int right = 0, refused = 0, wrong = 0;
    for (std::uint32_t seed = 1; faults < kLinkFaults; ++seed) {
        const Loaded& loaded = *networks[seed % networks.size()];
        Device device(loaded.network, loaded.plan, seed);
        device.patience_cycles = 20'000;  // ten times the network's frame
        link::Disturbance sent(seed, 12), received(seed + 1000, 0);
        device.disturb_sent = [&](std::vector<std::uint8_t>& bytes) { bytes = sent.pass(bytes); };
        std::int64_t spoilt = 0;
        device.disturb_received = [&](std::uint8_t& byte) {
            const auto dice = random() % 400;
            spoilt += dice < 2;
            if (dice == 0) byte = static_cast<std::uint8_t>(byte ^ (1u << (random() % 8)));
            return dice != 1;
        };
        for (int i = 0; i < 12; ++i) {
            const Picture picture = picture_for(loaded.network, random);
            try {
                ++(device.classify(picture).sums == golden_sums(loaded.network, picture) ? right : wrong);
            } catch (const Error&) {
                ++refused;
            }
        }
        faults += sent.faults() + spoilt;
        device.disturb_sent = [](auto&) {};
        device.disturb_received = [](auto&) { return true; };
        constexpr std::int64_t kDeviceTimeout = 65536 + 2000;  // ern_host's, and one exchange
        device.patience_cycles = 300'000;
        const std::int64_t before = device.simulation.cycle();
        device.session.read_register(link::reg("MAGIC"));
        CHECK(device.simulation.cycle() - before < link::Session::kAttempts * kDeviceTimeout);
        device.session.reset();
        device.simulation.observer().forget();
        CHECK(exact(device, loaded.network, picture_for(loaded.network, random)));
    }
    WARN(faults << " faults: " << right << " results right, " << refused << " refused, " << wrong << " wrong");
    CHECK(wrong == 0);
    CHECK(right > refused);
}

namespace {

enum class Effect { none, wrong, checksum, error };

struct Flips {
    std::map<std::string, std::array<int, 4>> counts;
};

// A bit of a memory's first words turns round while a picture is computed.
Effect effect_of(Device& device, const Loaded& loaded, harness::Memory memory, std::uint64_t words, std::mt19937& random) {
    const Picture picture = picture_for(loaded.network, random);
    const auto number = device.session.send_picture(picture);
    steps(device, static_cast<std::int64_t>(random() % 300));
    const std::uint64_t word = random() % words;
    const int bit = static_cast<int>(random() % static_cast<unsigned>(memory.bits()));
    memory.set(word, bit, 1, 1 - memory.get(word, bit, 1));
    device.simulation.observer().forget();
    try {
        const auto first = device.session.wait_result(number, loaded.network.classes());
        const Picture second = picture_for(loaded.network, random);
        const bool right = first.sums == golden_sums(loaded.network, picture) && device.classify(second).sums == golden_sums(loaded.network, second);
        return right ? Effect::none : Effect::wrong;
    } catch (const Error& error) {
        return std::string(error.what()).find("checksum") != std::string::npos ? Effect::checksum : Effect::error;
    }
}

}  // namespace

TEST_CASE("turned bits in what was loaded give no result; elsewhere the device stops with an error or goes on, and a reset with a new load mends it") {
    const auto networks = small_networks("part-words", 3);
    std::mt19937 random(6);
    Flips flips;
    const std::string engine = "u_accelerator.u_engine.";
    struct Target {
        std::string name, scope;
        std::function<std::size_t(const schedule::Plan&)> words;  // in use
    };
    const std::vector<Target> targets{
        {"weights", engine + "g_internal.u_weights", [](const auto& p) { return p.weights.size(); }},
        {"thresholds", engine + "g_internal.u_thresholds", [](const auto& p) { return p.thresholds.size(); }},
        {"descriptors", engine + "g_internal.u_program", [](const auto& p) { return p.program.size() * schedule::kDescriptorWords; }},
        {"activations", engine + "u_activations.g_bank[1].g_part[0].u_ram", [](const auto& p) { return static_cast<std::size_t>(p.activation_words_used); }},
        {"partial sums", engine + "u_array.g_column[0].u_column.u_partial", [](const auto& p) { return static_cast<std::size_t>(p.sum_words_used); }}};
    for (const auto& loaded : networks) {
        Device device(loaded->network, loaded->plan, 1);
        for (const Target& t : targets) {
            for (int i = 0; i < 40; ++i) {
                INFO(t.name << " " << i);
                const Effect effect = effect_of(device, *loaded, device.simulation.top().memory(t.scope), t.words(loaded->plan), random);
                ++flips.counts[t.name][static_cast<std::size_t>(effect)];
                device.load(loaded->plan);
                CHECK(exact(device, loaded->network, picture_for(loaded->network, random)));
            }
        }
    }
    const std::set<std::string> covered{"weights", "thresholds", "descriptors"};
    for (const auto& [name, counts] : flips.counts) {
        WARN(name << ": " << counts[0] << " without effect, " << counts[1] << " wrong results, " << counts[2] << " refused by the checksum, "
                  << counts[3] << " errors");
        if (!covered.contains(name)) continue;
        CHECK(counts[0] + counts[1] == 0);   // every word of these is read in every frame
    }
}

namespace {

// Turns one used bit of a part of the image in external memory, or turns it back.
struct ExternalPart {
    std::string name;
    std::uint32_t at;   // beats
    const std::vector<std::uint8_t>* bytes;
    int row_bytes, row_bits;
};

std::string refused_by(Device& device, const Loaded& loaded, std::mt19937& random) {
    constexpr int kFrames = 20;   // rings hold rows of before, of several frames where a frame has few
    for (int i = 0; i < kFrames; ++i) {
        const Picture picture = picture_for(loaded.network, random);
        try {
            if (device.classify(picture).sums != golden_sums(loaded.network, picture)) return "wrong";
        } catch (const Error& error) {
            return std::string(error.what()).find("checksum") != std::string::npos ? "checksum" : "error";
        }
    }
    return "none";
}

}  // namespace

TEST_CASE("turned bits in external memory give no result") {
    const std::string shape = GENERATE("strips-ddr3", "strips-sdr");
    std::mt19937 random(7);
    std::map<std::string, int> effects;
    for (const auto& loaded : small_networks(shape, 3)) {
        const schedule::Accelerator& a = loaded->plan.accelerator;
        const schedule::Image image = schedule::make_image(loaded->plan);
        const std::vector<ExternalPart> parts{{"program", image.program_at, &image.program, 4, 32},
                                              {"weights", image.weights_at, &image.weights, image.weight_bytes, a.lanes()},
                                              {"thresholds", image.thresholds_at, &image.thresholds, image.threshold_bytes,
                                               3 * a.accumulator_bits + 1}};
        Device device(loaded->network, loaded->plan, 1);
        for (const ExternalPart& part : parts) {
            for (int i = 0; i < 20; ++i) {
                const std::size_t row = random() % (part.bytes->size() / static_cast<std::size_t>(part.row_bytes));
                const auto bit = static_cast<std::size_t>(random()) % static_cast<std::size_t>(part.row_bits);
                const std::size_t byte = row * static_cast<std::size_t>(part.row_bytes) + bit / 8;
                const auto turned = static_cast<std::uint8_t>((*part.bytes)[byte] ^ (1u << (bit % 8)));
                const std::uint64_t address = std::uint64_t{part.at} * static_cast<std::uint64_t>(image.beat_bits / 8) + byte;
                device.simulation.external_memory()->write(address, &turned, 1);
                device.simulation.observer().forget();
                const std::string effect = refused_by(device, *loaded, random);
                INFO(shape << ", " << part.name << ", byte " << byte << ", bit " << bit % 8);
                CHECK((effect == "checksum" || effect == "error"));
                ++effects[part.name + ": " + effect];
                device.simulation.observer().forget();
                device.load(loaded->plan);
                CHECK(exact(device, loaded->network, picture_for(loaded->network, random)));
            }
        }
    }
    for (const auto& [effect, times] : effects) WARN(shape << ", " << effect << " " << times);
}

namespace {

// A bit of a register turns round before a picture is sent, or while it is computed.
std::string effect_of_register(Device& device, const Loaded& loaded, std::uint8_t at, std::uint32_t value, std::mt19937& random) {
    const Picture picture = picture_for(loaded.network, random);
    try {
        const bool before = random() % 2 == 0;
        if (before) device.session.write_register(at, value);
        const auto number = device.session.send_picture(picture);
        steps(device, static_cast<std::int64_t>(random() % 300));
        if (!before) device.session.write_register(at, value);
        const auto first = device.session.wait_result(number, loaded.network.classes());
        if (first.sums != golden_sums(loaded.network, picture)) return "wrong";
    } catch (const Error& error) {
        return std::string(error.what()).find("checksum") != std::string::npos ? "checksum" : "error";
    }
    return refused_by(device, loaded, random);
}

}  // namespace

TEST_CASE("turned bits of registers: no hang beyond the host's patience, and a reset with a new load mends all of them") {
    const std::string shape = GENERATE("part-words", "strips-ddr3");
    std::mt19937 random(8);
    std::map<std::string, int> effects;
    std::map<std::string, std::uint8_t> registers{{"WATCHDOG", link::reg("WATCHDOG")}, {"PICTURE_SIZE", link::reg("PICTURE_SIZE")},
                                                  {"PICTURE_COLOURS", link::reg("PICTURE_COLOURS")}};
    if (shape == "part-words") {
        registers.insert({{"PICTURE_BASE", link::reg("PICTURE_BASE")}, {"PICTURE_STEPS", link::reg("PICTURE_STEPS")}});
    } else {
        registers.insert({{"PROGRAM_AT", link::reg("PROGRAM_AT")}, {"PROGRAM_BEATS", link::reg("PROGRAM_BEATS")},
                          {"WEIGHTS_AT", link::reg("WEIGHTS_AT")}, {"WEIGHTS_BEATS", link::reg("WEIGHTS_BEATS")},
                          {"THRESHOLDS_AT", link::reg("THRESHOLDS_AT")}, {"THRESHOLDS_BEATS", link::reg("THRESHOLDS_BEATS")},
                          {"PICTURES_AT", link::reg("PICTURES_AT")}, {"PICTURES_BEATS", link::reg("PICTURES_BEATS")}});
    }
    for (const auto& loaded : small_networks(shape, 2)) {
        Device device(loaded->network, loaded->plan, 1);
        device.patience_cycles = 20'000;
        for (const auto& [name, at] : registers) {
            for (int i = 0; i < 8; ++i) {
                const std::uint32_t old = device.session.read_register(at);
                const std::uint32_t bit = static_cast<std::uint32_t>(random()) % 20;
                INFO(shape << ", " << name << ", bit " << bit);
                device.simulation.observer().forget();
                ++effects[name + ": " + effect_of_register(device, *loaded, at, old ^ (1u << bit), random)];
                device.session.reset();
                device.session.write_register(at, old);
                device.load(loaded->plan);
                device.simulation.observer().forget();
                CHECK(exact(device, loaded->network, picture_for(loaded->network, random)));
            }
        }
    }
    for (const auto& [effect, times] : effects) WARN(shape << ", " << effect << " " << times);
}
