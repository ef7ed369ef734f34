// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// The border between ernforge and a Verilated ern_top, which is built for its accelerator into a shared library and
// loaded at run time. Plain C so that both sides may be built apart.
extern "C" {

struct ErnTopInputs {
    std::uint8_t rst, uart_rx, host_select, host_in_data, host_in_valid, host_out_ready, stall;
    // external memory, where the top has its port; beats of up to 128 bits, least significant word first
    std::uint8_t mem_req_ready, mem_wdata_ready, mem_rdata_valid;
    std::uint32_t mem_rdata[4];
};

// As they are in the cycle whose inputs were given, before its clock edge.
struct ErnTopOutputs {
    std::uint8_t uart_tx, host_in_ready, host_out_data, host_out_valid, status, trace_start, trace_done;
    std::uint16_t trace_index;
    std::uint8_t mem_req_valid, mem_req_write, mem_req_length, mem_wdata_valid;
    std::uint32_t mem_req_address;
    std::uint32_t mem_wdata[4];
};

// A memory of the model: `words` words, each in `word_bytes` bytes, least significant first, `bits` of them used.
struct ErnTopMemory {
    std::uint8_t* data;
    std::uint64_t words;
    std::uint32_t word_bytes, bits;
};

// seed: random power-up values. wave_file: FST, or null; only a library that was built for waves writes it.
void* ern_top_create(std::uint32_t seed, const char* wave_file);
void ern_top_destroy(void* top);
void ern_top_step(void* top, const ErnTopInputs* in, ErnTopOutputs* out);
// scope: "u_accelerator.u_engine.g_internal.u_program"; false where there is no such memory.
bool ern_top_memory(void* top, const char* scope, ErnTopMemory* memory);
}
