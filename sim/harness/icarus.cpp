// SPDX-License-Identifier: Apache-2.0
#include "harness/icarus.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>

#include "emit/project.h"
#include "harness/build.h"
#include "link/protocol.h"
#include "schedule/image.h"
#include "support/error.h"
#include "support/file.h"
#include "support/process.h"

namespace ern::harness {

namespace fs = std::filesystem;

namespace {

// ---- the bytes that the host sends ------------------------------------------------------------------------------------
// One line each: 000..0ff a byte, 100 wait for a result, 101 wait until a picture may come.
constexpr const char* kWaitForResult = "100\n";
constexpr const char* kWaitForRoom = "101\n";

class Script {
  public:
    void command(std::uint8_t code, std::span<const std::uint8_t> body) {
        link::Bytes content{++sequence_number_, code};
        content.insert(content.end(), body.begin(), body.end());
        for (std::uint8_t byte : link::encode_frame(content)) text_ += fmt::format("{:03x}\n", byte);
    }
    void write_register(std::uint8_t index, std::uint32_t value) {
        link::Bytes body{index};
        append(body, value, 4);
        command(link::opcode("WRITE_REG"), body);
    }
    void picture(std::uint16_t number, std::span<const std::uint8_t> picture) {
        text_ += kWaitForRoom;
        for (std::size_t at = 0; at < picture.size(); at += link::kMaxData) {
            link::Bytes body;
            append(body, number, 2);
            append(body, static_cast<std::uint32_t>(at), 4);
            const auto part = picture.subspan(at, std::min<std::size_t>(link::kMaxData, picture.size() - at));
            body.insert(body.end(), part.begin(), part.end());
            command(link::opcode("PIXELS"), body);
        }
    }
    void fetch(std::uint16_t number, int classes) {
        text_ += kWaitForResult;
        const int most = link::kMaxWords - 1;  // the first word of an answer is the picture's number
        link::Bytes body;
        for (int first = 0; first < classes; first += most) {
            body.clear();
            append(body, static_cast<std::uint32_t>(first), 2);
            append(body, static_cast<std::uint32_t>(std::min(most, classes - first)), 1);
            command(link::opcode("READ_RESULT"), body);
        }
        body.clear();
        append(body, number, 2);
        command(link::opcode("RELEASE_RESULT"), body);
    }
    const std::string& text() const { return text_; }

  private:
    static void append(link::Bytes& bytes, std::uint32_t value, int count) {
        for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
    std::string text_;
    std::uint8_t sequence_number_ = 0;
};

std::string script_of(const schedule::Image& image, const std::vector<std::vector<std::uint8_t>>& pictures) {
    Script script;
    const auto pair = [](int low, int high) { return static_cast<std::uint32_t>(low) | static_cast<std::uint32_t>(high) << 16; };
    script.write_register(link::reg("PICTURE_BASE"), static_cast<std::uint32_t>(image.picture_base));
    script.write_register(link::reg("PICTURE_SIZE"), pair(image.picture.width, image.picture.height));
    script.write_register(link::reg("PICTURE_COLOURS"), static_cast<std::uint32_t>(image.picture.channels));
    script.write_register(link::reg("PICTURE_STEPS"), pair(image.picture_block_step, image.picture_row_step));
    const int classes = static_cast<int>(image.logit_scale.size());
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        script.picture(static_cast<std::uint16_t>(i + 1), pictures[i]);
        if (i > 0) script.fetch(static_cast<std::uint16_t>(i), classes);
    }
    script.fetch(static_cast<std::uint16_t>(pictures.size()), classes);
    return script.text();
}

// ---- the test bench ---------------------------------------------------------------------------------------------------
std::string bench_text(const schedule::Accelerator& a, std::size_t script_bytes, std::int64_t limit_cycles) {
    std::string dump;
    const auto scopes = observed_scopes(a);
    for (std::size_t s = 0; s < scopes.size(); ++s) {
        dump += fmt::format("            for (i = 0; i < dut.{0}.DEPTH; i = i + 1) $fwrite(file, \"{1} %0d %h\\n\", i, dut.{0}.mem[i]);\n",
                            scopes[s], s);
    }
    return fmt::format(R"(// Drives ern_top from a script of bytes and writes down what its memories hold whenever a descriptor is done.
`timescale 1ns / 1ns
module ern_bench;
    reg clk = 0, rst = 1;
    reg [8:0] script [0:{0}];
    integer   at = 0, cycle = 0, i, file;
    reg [7:0] data = 0;
    reg       valid = 0, take;
    wire      in_ready, out_valid, trace_start, trace_done, uart_tx;
    wire [7:0]  out_data, status;
    wire [15:0] trace_index;
    ern_top dut (
        .clk(clk), .rst(rst), .uart_rx(1'b1), .uart_tx(uart_tx), .host_select(1'b1), .host_in_data(data),
        .host_in_valid(valid), .host_in_ready(in_ready), .host_out_data(out_data), .host_out_valid(out_valid),
        .host_out_ready(1'b1), .stall(8'd0), .status(status), .trace_start(trace_start), .trace_done(trace_done),
        .trace_index(trace_index));
    always #5 clk = ~clk;
    initial begin
        $readmemh("script.hex", script);
        $readmemh("program.hex", dut.u_accelerator.u_engine.g_internal.u_program.mem);
        $readmemh("weights.hex", dut.u_accelerator.u_engine.g_internal.u_weights.mem);
        $readmemh("thresholds.hex", dut.u_accelerator.u_engine.g_internal.u_thresholds.mem);
        file = $fopen("seen.txt", "w");
    end
    always @(negedge clk) begin
        cycle = cycle + 1;
        rst = cycle < 32;
        if (^{{in_ready, out_valid, trace_start, trace_done, status}} === 1'bx && !rst) begin
            $fwrite(file, "unknown output in cycle %0d\n", cycle);
            $finish;
        end
        if (!rst) begin
            if (trace_start) $fwrite(file, "start %0d\n", cycle);
            if (out_valid) $fwrite(file, "byte %h\n", out_data);
            if (trace_done) begin
                $fwrite(file, "done %0d %0d\n", cycle, trace_index);
                $display("done %0d", trace_index);
                $fflush;
{1}                $fwrite(file, "end\n");
            end
            if (valid && in_ready) begin
                valid = 0;
                at = at + 1;
            end
            if (!valid) begin
                if (at == {0} && !out_valid && !dut.u_accelerator.u_host.answer_busy && !dut.u_accelerator.u_host.frame
                    && dut.u_accelerator.u_host.state == 0) $finish;
                if (at < {0}) begin
                    if (script[at] == 9'h100) begin if (status[1]) at = at + 1; end
                    else if (script[at] == 9'h101) begin if (dut.u_accelerator.u_engine.picture_can_start) at = at + 1; end
                    else begin
                        data = script[at][7:0];
                        valid = 1;
                    end
                end
            end
        end
        if (cycle > {2}) begin
            $fwrite(file, "timeout\n");
            $finish;
        end
    end
endmodule
)",
                       script_bytes, dump, limit_cycles);
}

// ---- what it saw ------------------------------------------------------------------------------------------------------
// The memories as the last dump had them, unknown bits filled with one value.
class DumpedMemories {
  public:
    explicit DumpedMemories(bool fill) : fill_(fill) {}

    void declare(const std::string& scope, std::uint64_t words, std::uint32_t bits) {
        const std::uint32_t word_bytes = (bits + 7) / 8;
        auto& bytes = bytes_[scope];
        bytes.assign(words * word_bytes, 0);
        views_[scope] = {bytes.data(), words, word_bytes, bits};
    }
    Memory memory(const std::string& scope) const { return Memory(views_.at(scope)); }

    void put(const std::string& scope, std::uint64_t word, std::string_view hex) {
        const ErnTopMemory& view = views_.at(scope);
        Memory memory(view);
        for (std::size_t digit = 0; digit < hex.size(); ++digit) {
            const char c = hex[hex.size() - 1 - digit];
            std::uint64_t value = fill_ ? 15 : 0;
            if (c >= '0' && c <= '9') value = static_cast<std::uint64_t>(c - '0');
            else if (c >= 'a' && c <= 'f') value = static_cast<std::uint64_t>(c - 'a' + 10);
            const int low = static_cast<int>(4 * digit);
            const int count = std::min(4, static_cast<int>(view.bits) - low);
            if (count > 0) memory.set(word, low, count, value);
        }
    }

  private:
    bool fill_;
    std::map<std::string, std::vector<std::uint8_t>> bytes_;
    std::map<std::string, ErnTopMemory> views_;
};

void declare_all(DumpedMemories& memories, const schedule::Accelerator& a) {
    const auto scopes = observed_scopes(a);
    const int part = std::min(a.channels, a.outputs);
    for (const std::string& scope : scopes) {
        if (scope.find("u_results") != std::string::npos) {
            memories.declare(scope, static_cast<std::uint64_t>(a.result_words), 32);
        } else if (scope.find("u_activations") != std::string::npos) {
            memories.declare(scope, static_cast<std::uint64_t>(a.activation_words), static_cast<std::uint32_t>(2 * part));
        } else {
            memories.declare(scope, static_cast<std::uint64_t>(a.sum_words),
                             static_cast<std::uint32_t>(a.column_outputs * a.accumulator_bits));
        }
    }
}

// One reading of the log, with one value for unknown bits.
class Reading {
  public:
    Reading(const model::Network& network, const schedule::Plan& plan, bool fill)
        : scopes_(observed_scopes(plan.accelerator)), memories_(prepared(plan.accelerator, fill)),
          observer_(network, plan, [&](const std::string& scope) { return memories_.memory(scope); }) {}

    Observer& observer() { return observer_; }
    const std::vector<link::Bytes>& answers() const { return answers_; }
    std::int64_t cycles() const { return cycle_; }

    void read(const fs::path& log) {
        std::ifstream in(log);
        std::string line;
        ErnTopOutputs done{};
        while (std::getline(in, line)) {
            char word[16];
            int a = 0, b = 0, used = 0;
            if (std::sscanf(line.c_str(), "start %d", &a) == 1) {
                ErnTopOutputs out{};
                out.trace_start = 1;
                observer_.observe(out, cycle_ = a);
            } else if (std::sscanf(line.c_str(), "byte %15s", word) == 1) {
                if (auto frame = decoder_.put(static_cast<std::uint8_t>(std::stoi(word, nullptr, 16)))) answers_.push_back(*frame);
            } else if (std::sscanf(line.c_str(), "done %d %d", &a, &b) == 2) {
                cycle_ = a;
                done.trace_done = 1;
                done.trace_index = static_cast<std::uint16_t>(b);
            } else if (line == "end") {
                observer_.observe(done, cycle_);
            } else if (std::sscanf(line.c_str(), "%d %d %n", &a, &b, &used) == 2 && used > 0) {
                memories_.put(scopes_[static_cast<std::size_t>(a)], static_cast<std::uint64_t>(b),
                              std::string_view(line).substr(static_cast<std::size_t>(used)));
            } else {
                fail("the Icarus simulation stopped: {}", line);
            }
        }
    }

  private:
    static DumpedMemories prepared(const schedule::Accelerator& a, bool fill) {
        DumpedMemories memories(fill);
        declare_all(memories, a);
        return memories;
    }
    std::vector<std::string> scopes_;
    DumpedMemories memories_;
    Observer observer_;
    link::FrameDecoder decoder_;
    std::vector<link::Bytes> answers_;
    std::int64_t cycle_ = 0;
};

std::vector<FrameReport> results_of(const std::vector<link::Bytes>& answers, const schedule::Plan& plan,
                                    const std::vector<golden::Result>& expected) {
    std::vector<FrameReport> frames;
    std::vector<std::int32_t> sums;  // of a result, which may come in several answers
    const std::size_t classes = plan.logit_scale.size();
    for (const link::Bytes& answer : answers) {
        if (answer.size() < 2 + 4 + 4 || answer[1] != link::status("OK")) continue;  // of no result
        for (std::size_t at = 6; at + 4 <= answer.size(); at += 4) {
            std::uint32_t word = 0;
            for (std::size_t i = 0; i < 4; ++i) word |= std::uint32_t{answer[at + i]} << (8 * i);
            sums.push_back(static_cast<std::int32_t>(word));
        }
        if (sums.size() < classes) continue;
        const auto& golden = std::get<golden::Sums>(expected.at(frames.size()).maps.back());
        FrameReport frame;
        frame.equals_golden = std::equal(sums.begin(), sums.end(), golden.begin(), golden.end());
        for (std::size_t c = 0; c < classes; ++c) frame.logits.push_back(static_cast<double>(sums[c]) * plan.logit_scale[c]);
        frame.best = golden::best_class(frame.logits);
        frames.push_back(frame);
        sums.clear();
    }
    return frames;
}

}  // namespace

SimulationReport simulate_with_icarus(const model::Network& network, const schedule::Plan& plan,
                                      const std::vector<std::vector<std::uint8_t>>& pictures,
                                      const std::function<void(std::int64_t, std::int64_t)>& on_progress) {
    for (const char* program : {"iverilog", "vvp"}) {
        if (!support::find_program(program)) fail("{} is missing, which simulations with Icarus need: apt install iverilog", program);
    }
    if (plan.external()) fail("{}: external memory is simulated with Verilator alone; leave --simulator icarus out", plan.accelerator.name);
    const fs::path work = cache_directory() / fmt::format("icarus-{}", ::getpid());
    fs::remove_all(work);
    emit::write_project(plan.accelerator, emit::Target::portable, work, &plan);
    const std::string script = script_of(schedule::make_image(plan), pictures);
    const auto lines = static_cast<std::size_t>(std::count(script.begin(), script.end(), '\n'));
    const std::int64_t limit = 100000 + 4 * static_cast<std::int64_t>(lines) + 4 * plan.predicted_cycles * std::ssize(pictures);
    support::write_text(work / "script.hex", script);
    support::write_text(work / "ern_bench.v", bench_text(plan.accelerator, lines, limit));
    const int built = support::run_process({"iverilog", "-g2005-sv", "-Wall", "-o", "bench.vvp", "-s", "ern_bench", "-f", "files.f",
                                            "ern_bench.v"}, work / "iverilog.log", work);
    if (built != 0) fail("iverilog could not read the project; its log is {}", (work / "iverilog.log").string());
    const auto start = std::chrono::steady_clock::now();
    std::int64_t done = 0;
    const auto on_line = [&](std::string_view line) {
        if (on_progress && line.starts_with("done ")) on_progress(++done, std::ssize(plan.program) * std::ssize(pictures));
    };
    const int ran = support::run_process({"vvp", "-n", "bench.vvp"}, work / "vvp.log", work, on_line);
    if (ran != 0) fail("vvp failed with status {}; its log is {}", ran, (work / "vvp.log").string());

    std::vector<golden::Result> expected;
    for (const auto& picture : pictures) expected.push_back(golden::run(network, picture));
    Reading zeros(network, plan, false), ones(network, plan, true);
    for (const golden::Result& result : expected) {
        zeros.observer().expect(result);
        ones.observer().expect(result);
    }
    zeros.read(work / "seen.txt");
    ones.read(work / "seen.txt");

    SimulationReport report;
    report.frames = results_of(zeros.answers(), plan, expected);
    if (report.frames.size() != pictures.size()) {
        fail("Icarus: {} of {} results came; the log is {}", report.frames.size(), pictures.size(), (work / "seen.txt").string());
    }
    report.layers = zeros.observer().layers();
    report.mismatches = std::max(zeros.observer().mismatches(), ones.observer().mismatches());
    for (const FrameReport& frame : report.frames) report.mismatches += !frame.equals_golden;
    report.compared = zeros.observer().compared();
    report.cycles_per_frame = zeros.observer().frame_cycles();
    report.period_cycles = zeros.observer().period_cycles();
    report.predicted_cycles = plan.predicted_cycles;
    report.cycles = zeros.cycles();
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    report.utilisation = static_cast<double>(model::total_macs(network)) / static_cast<double>(report.cycles_per_frame) /
                         plan.accelerator.macs_per_cycle();
    fs::remove_all(work);
    return report;
}

}  // namespace ern::harness
