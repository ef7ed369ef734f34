// SPDX-License-Identifier: Apache-2.0
#include "link/session.h"

#include <algorithm>

#include "link/protocol.h"
#include "schedule/checksum.h"
#include "support/error.h"

namespace ern::link {

namespace {

// A device that is busy this often in a row does not work. The longer a frame takes the more often it may be, for in a
// simulation a poll takes some 80 cycles, and two frames may be under way.
constexpr std::int64_t kBusyPolls = 100000;
constexpr std::int64_t kCyclesAPoll = 16;
constexpr int kMostDropped = 4;  // more results than a device holds, and one that a lost release left

void append(Bytes& bytes, std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::string status_text(std::uint8_t value) {
    for (const Constant& c : kStatuses) {
        if (c.value == value) return fmt::format("{} ({})", c.name, c.meaning);
    }
    return fmt::format("status {}", value);
}

std::string error_text(std::uint32_t error) {
    const std::uint32_t code = error & 0xff, descriptor = (error >> 8) & 0xffff;
    const char* what = code == 1   ? "the watchdog stopped it"
                       : code == 2 ? "it met an unknown opcode"
                       : code == 3 ? "its program left the program memory"
                                   : "unknown error";
    return fmt::format("{} at descriptor {}", what, descriptor);
}

}  // namespace

std::optional<Session::Answer> Session::await(std::uint8_t sequence_number) {
    while (const auto byte = transport_.read()) {
        const auto content = decoder_.put(*byte);
        if (!content || content->size() < 2 || (content->size() - 2) % 4 != 0) continue;
        Answer answer;
        answer.status = (*content)[1];
        if (answer.status == status("BAD_FRAME")) return std::nullopt;  // ours was damaged on the way
        if ((*content)[0] != sequence_number) continue;                 // the late answer to an earlier attempt
        for (std::size_t i = 2; i < content->size(); i += 4) {
            std::uint32_t word = 0;
            for (std::size_t b = 0; b < 4; ++b) word |= std::uint32_t{(*content)[i + b]} << (8 * b);
            answer.words.push_back(word);
        }
        return answer;
    }
    return std::nullopt;
}

Session::Answer Session::command(std::uint8_t code, std::span<const std::uint8_t> body) {
    if (++sequence_number_ == 0) ++sequence_number_;  // 0 is what a damaged frame is answered with
    Bytes content{sequence_number_, code};
    content.insert(content.end(), body.begin(), body.end());
    const Bytes frame = encode_frame(content);
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        if (attempt > 0) ++repeated_;
        transport_.write(frame);
        if (auto answer = await(sequence_number_)) return *answer;
    }
    fail("{}: no answer to {} attempts; check the cable, the baud rate and that an ernforge bitstream is loaded",
         transport_.name(), kAttempts);
}

std::uint32_t Session::read_register(std::uint8_t index) {
    const Answer answer = command(opcode("READ_REG"), Bytes{index, 1});
    if (answer.status != status("OK") || answer.words.size() != 1) {
        fail("{}: reading register {}: {}", transport_.name(), index, status_text(answer.status));
    }
    return answer.words[0];
}

void Session::write_register(std::uint8_t index, std::uint32_t value) {
    Bytes body{index};
    append(body, value, 4);
    const Answer answer = command(opcode("WRITE_REG"), body);
    if (answer.status != status("OK")) {
        fail("{}: writing register {}: {}", transport_.name(), index, status_text(answer.status));
    }
}

void Session::reset() {
    write_register(reg("CONTROL"), 3);
    // A number that the device cannot know from before.
    picture_number_ = static_cast<std::uint16_t>(read_register(reg("RESULT_ID")) + 1000);
}

Session::Session(Transport& transport) : transport_(transport), busy_polls_(kBusyPolls) {}

Identity Session::identify() {
    const std::uint32_t magic = read_register(reg("MAGIC"));
    if (magic != kMagic) {
        fail("{}: the device says {:08x} instead of {:08x}; it is no ernforge accelerator", transport_.name(), magic, kMagic);
    }
    Identity id;
    id.version = read_register(reg("VERSION"));
    if (id.version != kVersion) {
        fail("{}: the device speaks version {} of the protocol, this ernforge version {}; build its bitstream again",
             transport_.name(), id.version, kVersion);
    }
    id.configuration = read_register(reg("CONFIGURATION"));
    const std::uint32_t shape = read_register(reg("SHAPE"));
    id.taps = static_cast<int>(shape & 0xff);
    id.channels = static_cast<int>((shape >> 8) & 0xff);
    id.outputs = static_cast<int>(shape >> 16);
    id.accumulator_bits = static_cast<int>(read_register(reg("WIDTHS")) & 0xff);
    id.activation_words = static_cast<int>(read_register(reg("N_ACTIVATION")));
    id.sum_words = static_cast<int>(read_register(reg("N_SUM")));
    id.weight_rows = static_cast<int>(read_register(reg("N_WEIGHT")));
    id.threshold_rows = static_cast<int>(read_register(reg("N_THRESHOLD")));
    id.program_words = static_cast<int>(read_register(reg("N_PROGRAM")));
    id.result_words = static_cast<int>(read_register(reg("N_RESULT")));
    id.clock_hz = read_register(reg("CLOCK_HZ"));
    return id;
}

void Session::write_memory(std::uint8_t space, std::span<const std::uint8_t> bytes, int word_bytes,
                           const std::function<void(std::size_t)>& on_bytes, std::uint32_t first_word) {
    const std::size_t words_a_frame = static_cast<std::size_t>(std::max(1, kMaxData / word_bytes));
    const std::size_t chunk = words_a_frame * static_cast<std::size_t>(word_bytes);
    for (std::size_t at = 0; at < bytes.size(); at += chunk) {
        const auto part = bytes.subspan(at, std::min(chunk, bytes.size() - at));
        Bytes body{space};
        append(body, first_word + at / static_cast<std::size_t>(word_bytes), 4);
        body.insert(body.end(), part.begin(), part.end());
        const Answer answer = command(opcode("WRITE_MEM"), body);
        if (answer.status != status("OK")) {
            fail("{}: loading memory {}: {}", transport_.name(), space, status_text(answer.status));
        }
        on_bytes(part.size());
    }
}

void Session::refuse_other_device(const schedule::Image& image) {
    const Identity id = identify();
    if (id.configuration != image.configuration) {
        fail("{}: the device has configuration {:08x}, program {} was compiled for {} ({:08x}); compile it for this device",
             transport_.name(), id.configuration, image.network, image.accelerator, image.configuration);
    }
    checksum_ = schedule::frame_checksum(image, id.outputs);
}

// Nothing of an older program may come in while a new one is written.
void Session::stop_streams(const schedule::Image& image) {
    refuse_other_device(image);
    for (const char* name : {"PROGRAM_BEATS", "WEIGHTS_BEATS", "THRESHOLDS_BEATS"}) {
        const auto found = std::find_if(kRegisters.begin(), kRegisters.end(), [&](const Constant& c) { return c.name == name; });
        write_register(static_cast<std::uint8_t>(found->value), 0);
    }
    reset();
}

void Session::configure(const schedule::Image& image) {
    if (image.beat_bits > 0) {
        stop_streams(image);
    } else {
        refuse_other_device(image);
        reset();
    }
    const auto pair = [](int low, int high) { return static_cast<std::uint32_t>(low) | static_cast<std::uint32_t>(high) << 16; };
    write_register(reg("PICTURE_BASE"), static_cast<std::uint32_t>(image.picture_base));
    write_register(reg("PICTURE_SIZE"), pair(image.picture.width, image.picture.height));
    write_register(reg("PICTURE_COLOURS"), static_cast<std::uint32_t>(image.picture.channels));
    write_register(reg("PICTURE_STEPS"), pair(image.picture_block_step, image.picture_row_step));
    if (image.beat_bits > 0) configure_streams(image);
    busy_polls_ = kBusyPolls + image.predicted_cycles / kCyclesAPoll;
    // Far above any descriptor, far below a host's patience.
    write_register(reg("WATCHDOG"), static_cast<std::uint32_t>(100000 + 4 * image.predicted_cycles));
}

// The streams begin when their length is written, so the memory must hold them by then.
void Session::configure_streams(const schedule::Image& image) {
    write_register(reg("PICTURES_AT"), image.pictures_at);
    write_register(reg("PICTURES_BEATS"), image.picture_beats);
    write_register(reg("PROGRAM_AT"), image.program_at);
    write_register(reg("WEIGHTS_AT"), image.weights_at);
    write_register(reg("THRESHOLDS_AT"), image.thresholds_at);
    write_register(reg("PROGRAM_BEATS"), schedule::beats_of(image, image.program));
    write_register(reg("WEIGHTS_BEATS"), schedule::beats_of(image, image.weights));
    write_register(reg("THRESHOLDS_BEATS"), schedule::beats_of(image, image.thresholds));
}

void Session::load(const schedule::Image& image, const std::function<void(std::size_t, std::size_t)>& on_progress) {
    const bool external = image.beat_bits > 0;
    if (!external) configure(image);
    else stop_streams(image);
    const std::size_t total = image.program.size() + image.weights.size() + image.thresholds.size();
    std::size_t done = 0;
    const auto on_bytes = [&](std::size_t count) {
        done += count;
        if (on_progress) on_progress(done, total);
    };
    if (external) {
        const int beat_bytes = image.beat_bits / 8;
        write_memory(memory("EXTERNAL"), image.program, beat_bytes, on_bytes, image.program_at);
        write_memory(memory("EXTERNAL"), image.thresholds, beat_bytes, on_bytes, image.thresholds_at);
        write_memory(memory("EXTERNAL"), image.weights, beat_bytes, on_bytes, image.weights_at);
        configure(image);
    } else {
        write_memory(memory("PROGRAM"), image.program, 4, on_bytes);
        write_memory(memory("WEIGHTS"), image.weights, image.weight_bytes, on_bytes);
        write_memory(memory("THRESHOLDS"), image.thresholds, image.threshold_bytes, on_bytes);
    }
    refuse_error();
}

void Session::refuse_error() {
    const std::uint32_t state = read_register(reg("STATUS"));
    if (state & 0x10) fail("{}: the program does not fit the device's memories; compile it for this device", transport_.name());
    if (state & 0x08) fail("{}: the accelerator stopped: {}", transport_.name(), error_text(read_register(reg("ERROR"))));
}

void Session::send_chunk(std::uint16_t number, std::span<const std::uint8_t> picture, std::size_t offset, std::size_t count) {
    Bytes body;
    append(body, number, 2);
    append(body, offset, 4);
    const auto part = picture.subspan(offset, count);
    body.insert(body.end(), part.begin(), part.end());
    for (std::int64_t poll = 0; poll < busy_polls_; ++poll) {
        const Answer answer = command(opcode("PIXELS"), body);
        if (answer.status == status("OK")) return;
        // An attempt whose answer was lost did its work: the device then expects what comes next.
        const bool done_before = answer.status == status("BAD_OFFSET") && answer.words.size() == 1 &&
                                 answer.words[0] == offset + count;
        if (done_before) return;
        if (answer.status != status("BUSY")) {
            fail("{}: sending picture {} at byte {}: {}", transport_.name(), number, offset, status_text(answer.status));
        }
        refuse_error();
    }
    fail("{}: no room for picture {}; the accelerator does not finish", transport_.name(), number);
}

std::uint16_t Session::send_picture(std::span<const std::uint8_t> picture) {
    const std::uint16_t number = ++picture_number_;
    for (std::size_t at = 0; at < picture.size(); at += kMaxData) {
        send_chunk(number, picture, at, std::min<std::size_t>(kMaxData, picture.size() - at));
    }
    return number;
}

Result Session::wait_result(std::uint16_t picture, int classes) {
    Result result;
    result.picture = picture;
    const int most = kMaxWords - 1;  // the first word of an answer is the picture's number
    int dropped = 0;
    std::uint32_t checksum = 0;
    for (int first = 0; first < classes;) {
        const int count = std::min(most, classes - first);
        Bytes body;
        append(body, static_cast<std::uint64_t>(first), 2);
        append(body, static_cast<std::uint64_t>(count), 1);
        Answer answer = command(opcode("READ_RESULT"), body);
        for (std::int64_t poll = 0; answer.status == status("EMPTY") && poll < busy_polls_; ++poll) {
            refuse_error();
            answer = command(opcode("READ_RESULT"), body);
        }
        if (answer.status != status("OK") || static_cast<int>(answer.words.size()) != count + 1) {
            fail("{}: the result of picture {} does not come: {}", transport_.name(), picture, status_text(answer.status));
        }
        const std::uint32_t number = answer.words[0] & 0xffff;
        checksum = answer.words[0] >> 16;
        if (number != picture) {
            // Of a picture that was given up, by this session or one before.
            if (++dropped > kMostDropped) {
                fail("{}: the device holds the result of picture {}, not of {}; reset it", transport_.name(),
                     number, picture);
            }
            release(static_cast<std::uint16_t>(number));
            continue;
        }
        for (int i = 1; i <= count; ++i) result.sums.push_back(static_cast<std::int32_t>(answer.words[static_cast<std::size_t>(i)]));
        first += count;
    }
    result.cycles = read_register(reg("RESULT_CYCLES"));
    release(picture);
    refuse_other_memories(checksum);
    return result;
}

void Session::refuse_other_memories(std::uint32_t checksum) {
    if (!checksum_ || checksum == *checksum_) return;
    fail("{}: its memories no longer hold what was loaded: the frame read a program, weights and thresholds of checksum {:04x} instead of "
         "{:04x}; load the program again", transport_.name(), checksum, *checksum_);
}

void Session::check_memories(const schedule::Image& image) {
    const auto bytes = static_cast<std::size_t>(image.picture.size());
    wait_result(send_picture(std::vector<std::uint8_t>(bytes)), static_cast<int>(image.logit_scale.size()));
}

void Session::release(std::uint16_t picture) {
    Bytes body;
    append(body, picture, 2);
    const Answer answer = command(opcode("RELEASE_RESULT"), body);
    // EMPTY: an attempt whose answer was lost has released it.
    if (answer.status != status("OK") && answer.status != status("EMPTY")) {
        fail("{}: releasing the result of picture {}: {}", transport_.name(), picture, status_text(answer.status));
    }
}

}  // namespace ern::link
