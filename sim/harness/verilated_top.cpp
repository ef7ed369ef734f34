// SPDX-License-Identifier: Apache-2.0
// The model's side of top_ports.h. Compiled together with the Verilated ern_top, not with ernforge.
#include <verilated.h>
#include <verilated_syms.h>

#include <cstring>
#include <memory>
#include <string>

#include "Vern_top.h"
#include "coverage.h"
#include "top_ports.h"
#if VM_TRACE
#include <verilated_fst_c.h>
#endif

namespace {

struct Top {
    VerilatedContext context;
    std::unique_ptr<Vern_top> model;
#if VM_TRACE
    std::unique_ptr<VerilatedFstC> wave;
#endif
    void dump() {
#if VM_TRACE
        if (wave) wave->dump(context.time());
#endif
        context.timeInc(1);
    }
};

// Verilator names generate scopes g[0] as g__BRA__0__KET__.
std::string verilated_scope(const char* scope) {
    std::string name = "TOP.ern_top.";
    for (const char* c = scope; *c; ++c) {
        if (*c == '[') name += "__BRA__";
        else if (*c == ']') name += "__KET__";
        else name += *c;
    }
    return name;
}

std::uint32_t bytes_of_word(std::uint32_t bits) {
    if (bits <= 8) return 1;
    if (bits <= 16) return 2;
    if (bits <= 32) return 4;
    if (bits <= 64) return 8;
    return (bits + 31) / 32 * 4;
}

}  // namespace

extern "C" void* ern_top_create(std::uint32_t seed, const char* wave_file) {
    auto* top = new Top;
    top->context.randReset(2);
    top->context.randSeed(static_cast<int>(seed & 0x7fffffff));
#if VM_TRACE
    top->context.traceEverOn(true);
#endif
    top->model = std::make_unique<Vern_top>(&top->context, "TOP");
#if VM_TRACE
    if (wave_file) {
        top->wave = std::make_unique<VerilatedFstC>();
        top->model->trace(top->wave.get(), 99);
        top->wave->open(wave_file);
    }
#else
    (void)wave_file;
#endif
    return top;
}

extern "C" void ern_top_destroy(void* handle) {
    auto* top = static_cast<Top*>(handle);
#if VM_TRACE
    if (top->wave) top->wave->close();
#endif
    top->model->final();
    ern::harness::write_coverage(top->context);
    delete top;
}

extern "C" void ern_top_step(void* handle, const ErnTopInputs* in, ErnTopOutputs* out) {
    auto* top = static_cast<Top*>(handle);
    Vern_top& m = *top->model;
    m.clk = 0;
    m.rst = in->rst;
    m.uart_rx = in->uart_rx;
    m.host_select = in->host_select;
    m.host_in_data = in->host_in_data;
    m.host_in_valid = in->host_in_valid;
    m.host_out_ready = in->host_out_ready;
    m.stall = in->stall;
#ifdef ERN_PORT_BITS
    m.mem_req_ready = in->mem_req_ready;
    m.mem_wdata_ready = in->mem_wdata_ready;
    m.mem_rdata_valid = in->mem_rdata_valid;
    std::memcpy(&m.mem_rdata, in->mem_rdata, ERN_PORT_BITS / 8);
#endif
    m.eval();
    top->dump();
    *out = {};
    out->uart_tx = m.uart_tx;
    out->host_in_ready = m.host_in_ready;
    out->host_out_data = m.host_out_data;
    out->host_out_valid = m.host_out_valid;
    out->status = m.status;
    out->trace_start = m.trace_start;
    out->trace_done = m.trace_done;
    out->trace_index = m.trace_index;
#ifdef ERN_PORT_BITS
    out->mem_req_valid = m.mem_req_valid;
    out->mem_req_write = m.mem_req_write;
    out->mem_req_length = m.mem_req_length;
    out->mem_req_address = m.mem_req_address;
    out->mem_wdata_valid = m.mem_wdata_valid;
    std::memcpy(out->mem_wdata, &m.mem_wdata, ERN_PORT_BITS / 8);
#endif
    m.clk = 1;
    m.eval();
    top->dump();
}

extern "C" bool ern_top_memory(void* handle, const char* scope, ErnTopMemory* memory) {
    auto* top = static_cast<Top*>(handle);
    const VerilatedScope* found = top->context.scopeFind(verilated_scope(scope).c_str());
    const VerilatedVar* variable = found ? found->varFind("mem") : nullptr;
    if (!variable) return false;
    const auto bits = static_cast<std::uint32_t>(variable->packed().elements());
    *memory = {static_cast<std::uint8_t*>(variable->datap()), static_cast<std::uint64_t>(variable->unpacked().elements()),
               bytes_of_word(bits), bits};
    return true;
}
