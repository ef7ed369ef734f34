// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "emit/project.h"

namespace ern::emit {

namespace {

constexpr int kBeatAddressBits = 24;

}  // namespace

std::vector<Parameter> parameters(const schedule::Accelerator& a, Target target) {
    const auto clock_hz = static_cast<std::int64_t>(std::llround(a.clock_mhz * 1e6));
    std::vector<Parameter> list{
        {"N_TAPS", a.taps, "neighbouring pixels, or channel blocks, read in one cycle"},
        {"N_CHANNELS", a.channels, "channels a tap"},
        {"N_OUTPUTS", a.outputs, "dot units"},
        {"N_COLUMN", a.column_outputs, "dot units a systolic column"},
        {"W_ACC", a.accumulator_bits, "bits of an accumulator"},
        {"N_ACTIVATION", a.activation_words, "activation words a bank"},
        {"N_SUM", a.sum_words, "partial-sum words"},
        {"N_WEIGHT", a.weight_rows, "weight rows"},
        {"N_THRESHOLD", a.threshold_rows, "threshold rows"},
        {"N_PROGRAM", a.program_words, "program words of 32 bits"},
        {"N_RESULT", a.result_words, "result words of 32 bits"},
        {"LATENCY_DOT", a.dot_latency, "cycles through a dot unit"},
        {"N_POOL", a.pooling ? 1 : 0, "1: pooling layers can be computed"},
        {"TARGET", static_cast<int>(target), "body of the dot unit: 0 portable, 1 ECP5 carry chains"},
        {"CLOCK_HZ", clock_hz, "what the host is told"},
        {"CLKS_PER_BIT", std::llround(static_cast<double>(clock_hz) / a.baud), "of the serial port"},
        {"CONFIGURATION", schedule::fingerprint(a), "CRC-32 of the configuration; a program carries the same"},
    };
    if (a.tap_rows > 1) list.push_back({"N_TAP_ROWS", a.tap_rows, "rows of pixels that the taps of a window lie in"});
    if (a.external.kind != schedule::MemoryKind::none) {
        list.push_back({"EXTERNAL", 1, "the network and its pictures lie in external memory"});
        list.push_back({"W_PORT", a.external.port_bits, "bits of a beat of external memory"});
        list.push_back({"W_BEAT", kBeatAddressBits, "bits of a beat's address"});
        list.push_back({"N_KEPT_WEIGHT", a.kept_weight_rows, "streamed weight rows that are kept for later tiles"});
        list.push_back({"N_KEPT_THRESHOLD", a.kept_threshold_rows, "the same of threshold rows"});
        list.push_back({"N_SPILL", a.spill, "1: partial sums go to external memory and back"});
        list.push_back({"OVERLAP", a.overlap, "1: a frame's last layers run beside the next frame's first ones"});
    }
    return list;
}

namespace {

struct Port {
    const char* direction;
    int bits;
    const char* name;
    const char* comment;
};

std::vector<Port> memory_ports(const schedule::Accelerator& a) {
    if (a.external.kind == schedule::MemoryKind::none) return {};
    return {{"output", 1, "mem_req_valid", "external memory, see ern_memory_port"},
            {"input", 1, "mem_req_ready", ""},
            {"output", 1, "mem_req_write", ""},
            {"output", kBeatAddressBits, "mem_req_address", "beats"},
            {"output", 8, "mem_req_length", "beats"},
            {"output", 1, "mem_wdata_valid", ""},
            {"input", 1, "mem_wdata_ready", ""},
            {"output", a.external.port_bits, "mem_wdata", ""},
            {"input", 1, "mem_rdata_valid", ""},
            {"input", a.external.port_bits, "mem_rdata", ""}};
}

std::string declaration(const Port& p) {
    const std::string range = p.bits == 1 ? "" : fmt::format("[{}:0]", p.bits - 1);
    std::string text = fmt::format("    {:<6} wire {:<7} {},", p.direction, range, p.name);
    if (*p.comment) text += fmt::format("  // {}", p.comment);
    return text + "\n";
}

// Without external memory its port is shut.
std::string memory_connections(const schedule::Accelerator& a) {
    std::string text;
    for (const Port& p : memory_ports(a)) text += fmt::format("        .{0}({0}),\n", p.name);
    if (!text.empty()) return text;
    return "        // no external memory\n        /* verilator lint_off PINCONNECTEMPTY */\n"
           "        .mem_req_valid(),\n        .mem_req_ready(1'b0),\n        .mem_req_write(),\n        .mem_req_address(),\n"
           "        .mem_req_length(),\n        .mem_wdata_valid(),\n        .mem_wdata_ready(1'b0),\n        .mem_wdata(),\n"
           "        /* verilator lint_on PINCONNECTEMPTY */\n        .mem_rdata_valid(1'b0),\n        .mem_rdata(128'd0),\n";
}

}  // namespace

std::string top_verilog(const schedule::Accelerator& a, Target target) {
    const auto list = parameters(a, target);
    std::size_t name_width = 0, value_width = 0;
    const auto literal = [](const Parameter& p) {
        return p.name == "CONFIGURATION" ? fmt::format("32'h{:08x}", p.value) : fmt::format("{}", p.value);
    };
    for (const Parameter& p : list) {
        name_width = std::max(name_width, p.name.size());
        value_width = std::max(value_width, literal(p).size());
    }
    std::string ports;
    for (const Port& p : memory_ports(a)) ports += declaration(p);
    std::string text = fmt::format(
        "// SPDX-License-Identifier: Apache-2.0\n"
        "// Accelerator '{}': {} lanes x {} outputs = {} MAC a cycle. Written by ernforge from its configuration.\n"
        "`default_nettype none\n\n"
        "module ern_top (\n"
        "    input  wire        clk,\n"
        "    input  wire        rst,\n"
        "    // serial host link\n"
        "    input  wire        uart_rx,\n"
        "    output wire        uart_tx,\n"
        "    // the same link by bytes, for hosts on the chip and for simulation\n"
        "    input  wire        host_select,     // 0: serial, 1: bytes\n"
        "    input  wire [7:0]  host_in_data,\n"
        "    input  wire        host_in_valid,\n"
        "    output wire        host_in_ready,\n"
        "    output wire [7:0]  host_out_data,\n"
        "    output wire        host_out_valid,\n"
        "    input  wire        host_out_ready,\n"
        "    input  wire [7:0]  stall,           // holds back one handshake each; tie to zero\n"
        "    output wire [7:0]  status,          // 0 running, 1 result waiting, 2 picture full, 3 error\n"
        "{}"
        "    // for observers\n"
        "    output wire        trace_start,\n"
        "    output wire        trace_done,\n"
        "    output wire [15:0] trace_index\n"
        ");\n",
        a.name, a.lanes(), a.outputs, a.macs_per_cycle(), ports);
    for (const Parameter& p : list) {
        const bool word = p.name == "CONFIGURATION";
        text += fmt::format("    localparam {:<14} {:<{}} = {:>{}};  // {}\n", word ? "[31:0]" : "integer", p.name, name_width,
                            literal(p), value_width, p.comment);
    }
    text += "\n    ern_accelerator #(\n";
    for (std::size_t i = 0; i < list.size(); ++i) {
        text += fmt::format("        .{}({}){}\n", list[i].name, list[i].name, i + 1 < list.size() ? "," : "");
    }
    text +=
        "    ) u_accelerator (\n"
        "        .clk(clk),\n        .rst(rst),\n        .uart_rx(uart_rx),\n        .uart_tx(uart_tx),\n"
        "        .host_select(host_select),\n        .host_in_data(host_in_data),\n"
        "        .host_in_valid(host_in_valid),\n        .host_in_ready(host_in_ready),\n"
        "        .host_out_data(host_out_data),\n        .host_out_valid(host_out_valid),\n"
        "        .host_out_ready(host_out_ready),\n        .stall(stall),\n        .status(status),\n" +
        memory_connections(a) +
        "        .trace_start(trace_start),\n        .trace_done(trace_done),\n        .trace_index(trace_index)\n"
        "    );\nendmodule\n\n`default_nettype wire\n";
    return text;
}

}  // namespace ern::emit
