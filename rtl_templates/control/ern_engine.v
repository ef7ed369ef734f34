// SPDX-License-Identifier: Apache-2.0
// The accelerator without its host link: memories, sequencer, loaders, window reader, array, writer, picture input and
// result output. A program, its weights and its thresholds are written through the three write ports; then every
// picture that comes in by bytes makes one result.
//
//   bytes -> ern_embed -> activation memory -> ern_reader -> ern_array -> ern_writer -> activation memory ...
//                                                  ^             |
//               program -> ern_sequencer -----------             `-> ern_reduce -> result words
//               weights, thresholds -> ern_loader -> shadow registers of the array
//
// EXTERNAL = 1: program, weights, thresholds and pictures lie in external memory behind the port mem_* (ern_memory_port)
// and stream in; the memories of the network are rings then, and the write ports are not used. Instead, beats are
// written to external memory through beat_*.
//
// stall: each bit, while high, holds one handshake back: 0 windows, 1 weight rows, 2 threshold rows, 3 picture bytes,
// 4 result sums, 5 descriptors. Results do not depend on it. Tie to zero on hardware.
`default_nettype none
`include "ern_descriptor.vh"

module ern_engine #(
    parameter integer N_TAPS       = 3,
    parameter integer N_TAP_ROWS   = 1,     // rows that the taps of a window lie in
    parameter integer N_CHANNELS   = 32,
    parameter integer N_OUTPUTS    = 16,
    parameter integer N_COLUMN     = 16,
    parameter integer W_ACC        = 16,
    parameter integer N_ACTIVATION = 512,   // activation words a bank
    parameter integer N_SUM        = 512,   // partial-sum words
    parameter integer N_WEIGHT     = 6656,  // weight rows
    parameter integer N_THRESHOLD  = 1024,  // threshold rows
    parameter integer N_PROGRAM    = 512,   // 32-bit program words
    parameter integer N_RESULT     = 16,    // 32-bit result words
    parameter integer N_CODES      = 10,    // pixel embedding, codes a colour
    parameter integer N_COLOURS    = 3,
    parameter integer LATENCY_DOT  = 4,
    parameter integer TARGET       = 0,     // body of ern_dot: 0 portable, 1 ECP5
    parameter integer N_POOL       = 1,     // 1: with pooling
    parameter integer EXTERNAL     = 0,
    parameter integer W_PORT       = 128,   // bits of a beat of external memory
    parameter integer W_BEAT       = 24,    // bits of a beat's address
    parameter integer N_KEPT_WEIGHT    = 0, // streamed weight rows that are kept for later tiles
    parameter integer N_KEPT_THRESHOLD = 0, // the same of threshold rows
    parameter integer N_SPILL      = 0,     // 1: partial sums go to external memory and back
    parameter integer OVERLAP      = 0,     // 1: a frame's last layers run beside the next frame's first ones
    parameter integer W_ACTIVATION = $clog2(N_ACTIVATION),
    parameter integer W_WEIGHT     = $clog2(N_WEIGHT > N_KEPT_WEIGHT ? N_WEIGHT : N_KEPT_WEIGHT),
    parameter integer W_THRESHOLD  = $clog2(N_THRESHOLD > N_KEPT_THRESHOLD ? N_THRESHOLD : N_KEPT_THRESHOLD),
    parameter integer W_PROGRAM    = $clog2(N_PROGRAM),
    parameter integer W_RESULT     = $clog2(N_RESULT),
    parameter integer N_LANES      = N_TAPS * N_CHANNELS,
    parameter integer W_THRESHOLD_ROW = 3 * W_ACC + 1
) (
    input  wire                       clk,
    input  wire                       rst,
    input  wire                       clear,             // abandon the frame, leave the error state
    input  wire [5:0]                 stall,
    // write ports of the memories that hold the network
    input  wire                       program_write,
    input  wire [W_PROGRAM-1:0]       program_address,
    input  wire [31:0]                program_word,
    input  wire                       weight_write,
    input  wire [W_WEIGHT-1:0]        weight_address,
    input  wire [N_LANES-1:0]         weight_word,
    input  wire                       threshold_write,
    input  wire [W_THRESHOLD-1:0]     threshold_address,
    input  wire [W_THRESHOLD_ROW-1:0] threshold_word,
    // external memory: where things lie, in beats; the port; beats of the host
    input  wire [W_BEAT-1:0]          cfg_program_base,
    input  wire [W_BEAT-1:0]          cfg_program_length,
    input  wire [W_BEAT-1:0]          cfg_weight_base,
    input  wire [W_BEAT-1:0]          cfg_weight_length,
    input  wire [W_BEAT-1:0]          cfg_threshold_base,
    input  wire [W_BEAT-1:0]          cfg_threshold_length,
    input  wire [W_BEAT-1:0]          cfg_store_base,
    input  wire [W_BEAT-1:0]          cfg_store_length,
    input  wire                       beat_write,     // only while beat_ready, at least 2 cycles apart
    output wire                       beat_ready,
    input  wire [W_BEAT-1:0]          beat_address,
    input  wire [W_PORT-1:0]          beat_word,
    output wire                       mem_req_valid,
    input  wire                       mem_req_ready,
    output wire                       mem_req_write,
    output wire [W_BEAT-1:0]          mem_req_address,
    output wire [7:0]                 mem_req_length,
    output wire                       mem_wdata_valid,
    input  wire                       mem_wdata_ready,
    output wire [W_PORT-1:0]          mem_wdata,
    input  wire                       mem_rdata_valid,
    input  wire [W_PORT-1:0]          mem_rdata,
    // picture
    input  wire [W_ACTIVATION-1:0]    cfg_picture_base,
    input  wire [11:0]                cfg_picture_height,
    input  wire [11:0]                cfg_picture_width,
    input  wire [1:0]                 cfg_picture_colours,
    input  wire [W_ACTIVATION-1:0]    cfg_picture_row_step,
    input  wire [W_ACTIVATION-1:0]    cfg_picture_block_step,
    input  wire [31:0]                cfg_watchdog,
    input  wire                       picture_start,
    input  wire [15:0]                picture_id,
    output wire                       picture_can_start,
    input  wire                       picture_valid,
    output wire                       picture_ready,
    input  wire [7:0]                 picture_data,
    output wire                       picture_full,
    // result
    output reg                        result_waiting,
    input  wire                       result_release,
    output wire [15:0]                result_id,
    output wire [15:0]                result_check,      // see ern_check
    output wire [31:0]                result_cycles,
    input  wire [W_RESULT-1:0]        result_index,
    output wire [31:0]                result_word,       // 2 cycles after result_index
    // state
    output wire                       running,
    output wire [7:0]                 error_code,
    output wire [15:0]                error_index,
    output wire                       trace_start,
    output wire                       trace_done,
    output wire [15:0]                trace_index
);
    localparam integer N_PART    = N_OUTPUTS < N_CHANNELS ? N_OUTPUTS : N_CHANNELS;
    localparam integer N_PARTS   = N_CHANNELS / N_PART;
    localparam integer N_COLUMNS = N_OUTPUTS / N_COLUMN;
    localparam integer W_SUM     = $clog2(N_SUM);
    localparam integer W_ROW     = N_OUTPUTS > 1 ? $clog2(N_OUTPUTS) : 1;
    localparam integer W_SUB     = N_PARTS > 1 ? $clog2(N_PARTS) : 1;
    // from the issue of a window: 6 to the array, LATENCY_DOT + columns + 3 to its codes, 1 to the write port, 2 to land
    localparam integer N_DRAIN   = LATENCY_DOT + N_COLUMNS + 12;
    generate
        if (N_ACTIVATION < 256 || N_ACTIVATION > 32768) begin : g_bad_activation
            ERROR_N_ACTIVATION_must_be_256_to_32768 u_error ();
        end
    endgenerate

    wire halt;
    reg  unit_rst;
    always @(posedge clk) unit_rst <= rst || halt;

    // ---- sequencer ------------------------------------------------------------------------------------------------------
    wire [`ERN_D_BITS-1:0] descriptor;
    wire [W_PROGRAM-1:0]   fetch_address;
    wire [31:0]            fetch_word;
    wire picture_release, result_publish;
    wire weights_go, weights_idle, thresholds_go, thresholds_idle, reader_go, reader_idle, reduce_go, reduce_done;
    wire [W_WEIGHT-1:0]    weights_row;
    wire [W_THRESHOLD-1:0] thresholds_row;
    wire [27:0]            weights_batches, thresholds_batches;
    wire program_available, program_take, program_taken, embed_go, embed_idle, embed_done, spill_go, spill_done;
    wire [15:0] waiting_id;   // number of the picture that the next frame computes
    ern_sequencer #(.N_PROGRAM(N_PROGRAM), .W_PROGRAM(W_PROGRAM), .W_WEIGHT(W_WEIGHT), .W_THRESH(W_THRESHOLD),
                    .EXTERNAL(EXTERNAL), .N_SPILL(N_SPILL), .OVERLAP(OVERLAP)) u_sequencer (
        .clk(clk), .rst(rst), .clear(clear), .stall(stall[5]), .cfg_watchdog(cfg_watchdog),
        .mem_available(program_available), .mem_take(program_take), .mem_address(fetch_address), .mem_data(fetch_word),
        .mem_taken(program_taken),
        // the units forget their pictures one cycle after a clear
        .picture_full(picture_full && !unit_rst), .picture_id(waiting_id), .picture_release(picture_release),
        .result_waiting(result_waiting), .result_publish(result_publish), .result_id(result_id),
        .result_cycles(result_cycles), .descriptor(descriptor),
        .weights_go(weights_go), .weights_row(weights_row), .weights_batches(weights_batches),
        .weights_idle(weights_idle), .thresholds_go(thresholds_go), .thresholds_row(thresholds_row),
        .thresholds_batches(thresholds_batches), .thresholds_idle(thresholds_idle),
        .reader_go(reader_go), .reader_idle(reader_idle), .reduce_go(reduce_go), .reduce_done(reduce_done),
        .spill_go(spill_go), .spill_done(spill_done),
        .embed_go(embed_go), .embed_idle(embed_idle), .embed_done(embed_done), .running(running), .halt(halt), .error_code(error_code), .error_index(error_index),
        .trace_start(trace_start), .trace_done(trace_done), .trace_index(trace_index));

    // ---- weights and thresholds -------------------------------------------------------------------------------------------
    wire [W_WEIGHT-1:0] weight_read_address;
    wire [N_LANES-1:0]  weight_read_word, load_word;
    wire                load_valid, weights_ready, weights_use;
    wire [W_ROW-1:0]    load_row;
    wire                weight_take, weight_available, threshold_take, threshold_available;
    ern_loader #(.N_ROWS(N_OUTPUTS), .W_ROW(W_ROW), .W_WORD(N_LANES), .W_ADDR(W_WEIGHT)) u_weight_loader (
        .clk(clk), .rst(unit_rst), .go(weights_go), .first_row(weights_row), .batches(weights_batches),
        .idle(weights_idle), .ready(weights_ready), .use_batch(weights_use), .stall(stall[1] || !weight_available),
        .mem_take(weight_take), .mem_address(weight_read_address), .mem_data(weight_read_word),
        .row_valid(load_valid), .row(load_row), .row_word(load_word));

    wire [W_THRESHOLD-1:0]     threshold_read_address;
    wire [W_THRESHOLD_ROW-1:0] threshold_read_word, threshold_load_word;
    wire                       threshold_load_valid, thresholds_ready, thresholds_take, thresholds_free;
    wire [W_ROW-1:0]           threshold_load_row;
    reg                        thresholds_pending;   // taken by a pass, not yet copied
    always @(posedge clk) begin
        if (unit_rst || thresholds_free) thresholds_pending <= 1'b0;
        else if (thresholds_take) thresholds_pending <= 1'b1;
    end
    ern_loader #(.N_ROWS(N_OUTPUTS), .W_ROW(W_ROW), .W_WORD(W_THRESHOLD_ROW), .W_ADDR(W_THRESHOLD))
    u_threshold_loader (
        .clk(clk), .rst(unit_rst), .go(thresholds_go), .first_row(thresholds_row), .batches(thresholds_batches),
        .idle(thresholds_idle), .ready(thresholds_ready), .use_batch(thresholds_free), .stall(stall[2] || !threshold_available),
        .mem_take(threshold_take), .mem_address(threshold_read_address), .mem_data(threshold_read_word),
        .row_valid(threshold_load_valid), .row(threshold_load_row), .row_word(threshold_load_word));

    ern_check #(.N_LANES(N_LANES), .W_THRESHOLD(W_THRESHOLD_ROW)) u_check (
        .clk(clk), .start(trace_start), .publish(result_publish), .program_valid(program_taken),
        .program_word(descriptor[`ERN_D_BITS-1 -: 32]), .weight_valid(load_valid), .weight_row(load_word),
        .threshold_valid(threshold_load_valid), .threshold_row(threshold_load_word), .check(result_check));

    // ---- activations ------------------------------------------------------------------------------------------------------
    wire [N_PARTS*N_TAPS*W_ACTIVATION-1:0] read_address;
    wire [N_TAPS*W_ACTIVATION-1:0] code_address;
    wire [N_TAPS*N_CHANNELS-1:0]   read_lo, read_hi;
    wire [N_TAPS*N_PARTS-1:0]      code_enable;
    wire [N_PARTS-1:0]             code_keep;
    wire [N_TAPS*N_PART-1:0]       code_lo, code_hi;
    wire                           embed_valid, embed_ready;
    wire [N_TAPS-1:0]              embed_bank;
    wire [W_ACTIVATION-1:0]        embed_address;
    wire [N_CHANNELS-1:0]          embed_lo, embed_hi;
    ern_activation_memory #(.N_TAPS(N_TAPS), .N_CHANNELS(N_CHANNELS), .N_PART(N_PART), .DEPTH(N_ACTIVATION),
                            .W_ADDR(W_ACTIVATION), .TARGET(TARGET)) u_activations (
        .clk(clk), .read_address(read_address), .read_lo(read_lo), .read_hi(read_hi),
        .code_enable(code_enable), .code_keep(code_keep), .code_address(code_address), .code_lo(code_lo),
        .code_hi(code_hi), .picture_valid(embed_valid), .picture_ready(embed_ready), .picture_bank(embed_bank),
        .picture_address(embed_address), .picture_lo(embed_lo), .picture_hi(embed_hi));

    wire                      spill_busy, spill_peek, fill_valid;
    wire [W_SUM-1:0]          spill_address, fill_address;
    wire [W_ROW-1:0]          spill_row, fill_row;
    wire [N_COLUMN*W_ACC-1:0] peek_sums, fill_sums;

    // ---- the network and the picture, on the chip or streamed ---------------------------------------------------------------
    generate
        if (EXTERNAL == 0) begin : g_internal
            ern_ram #(.W_DATA(32), .DEPTH(N_PROGRAM), .W_ADDR(W_PROGRAM)) u_program (
                .clk(clk), .write_enable(program_write), .write_address(program_address), .write_data(program_word),
                .read_address(fetch_address), .read_data(fetch_word));
            ern_ram #(.W_DATA(N_LANES), .DEPTH(N_WEIGHT), .W_ADDR(W_WEIGHT)) u_weights (
                .clk(clk), .write_enable(weight_write), .write_address(weight_address), .write_data(weight_word),
                .read_address(weight_read_address), .read_data(weight_read_word));
            ern_ram #(.W_DATA(W_THRESHOLD_ROW), .DEPTH(N_THRESHOLD), .W_ADDR(W_THRESHOLD)) u_thresholds (
                .clk(clk), .write_enable(threshold_write), .write_address(threshold_address),
                .write_data(threshold_word), .read_address(threshold_read_address), .read_data(threshold_read_word));
            assign {program_available, weight_available, threshold_available} = 3'b111;

            reg  [15:0] latched_id;   // number of the picture that is coming in or lies in memory
            wire        embed_in_ready;
            always @(posedge clk) if (picture_start && picture_can_start) latched_id <= picture_id;
            assign waiting_id    = latched_id;
            assign picture_ready = embed_in_ready && !stall[3];
            ern_embed #(.N_TAPS(N_TAPS), .N_CHANNELS(N_CHANNELS), .N_CODES(N_CODES), .N_COLOURS(N_COLOURS),
                        .W_ADDR(W_ACTIVATION), .N_TAP_ROWS(N_TAP_ROWS)) u_embed (
                .clk(clk), .rst(rst || clear), .cfg_base(cfg_picture_base), .cfg_height(cfg_picture_height),
                .cfg_width(cfg_picture_width), .cfg_colours(cfg_picture_colours), .cfg_row_step(cfg_picture_row_step),
                .cfg_block_step(cfg_picture_block_step), .start(picture_start), .can_start(picture_can_start),
                .in_valid(picture_valid && !stall[3]), .in_ready(embed_in_ready), .in_data(picture_data),
                .full(picture_full), .release_full(picture_release), .out_valid(embed_valid), .out_ready(embed_ready),
                .out_bank(embed_bank), .out_address(embed_address), .out_lo(embed_lo), .out_hi(embed_hi));
            assign {embed_idle, embed_done, beat_ready} = 3'b101;
            assign {spill_busy, spill_done, spill_peek, spill_address, spill_row, fill_valid, fill_row, fill_address, fill_sums} = 0;
            assign {mem_req_valid, mem_req_write, mem_req_address, mem_req_length, mem_wdata_valid, mem_wdata} = 0;
            wire unused = &{1'b0, cfg_program_base, cfg_program_length, cfg_weight_base, cfg_weight_length,
                            cfg_threshold_base, cfg_threshold_length, cfg_store_base, cfg_store_length, beat_write,
                            beat_address, beat_word, mem_req_ready, mem_wdata_ready, mem_rdata_valid, mem_rdata,
                            program_take, weight_take, threshold_take, embed_go, spill_go, peek_sums};
        end else begin : g_external
            wire external_ready;
            ern_external #(
                .N_TAPS(N_TAPS), .N_CHANNELS(N_CHANNELS), .N_LANES(N_LANES), .W_THRESHOLD_ROW(W_THRESHOLD_ROW),
                .N_WEIGHT(N_WEIGHT), .N_THRESHOLD(N_THRESHOLD), .N_PROGRAM(N_PROGRAM), .N_CODES(N_CODES),
                .N_COLOURS(N_COLOURS), .W_ACTIVATION(W_ACTIVATION), .W_PORT(W_PORT), .W_BEAT(W_BEAT),
                .N_KEPT_WEIGHT(N_KEPT_WEIGHT), .N_KEPT_THRESHOLD(N_KEPT_THRESHOLD), .W_WEIGHT(W_WEIGHT),
                .W_THRESHOLD(W_THRESHOLD), .N_SPILL(N_SPILL), .N_OUTPUTS(N_OUTPUTS), .N_COLUMN(N_COLUMN), .W_ROW(W_ROW), .W_SUM(W_SUM),
                .W_ACC(W_ACC), .N_TAP_ROWS(N_TAP_ROWS)
            ) u_external (
                .clk(clk), .rst(rst), .halt(unit_rst), .cfg_program_base(cfg_program_base),
                .cfg_program_length(cfg_program_length), .cfg_weight_base(cfg_weight_base),
                .cfg_weight_length(cfg_weight_length), .cfg_threshold_base(cfg_threshold_base),
                .cfg_threshold_length(cfg_threshold_length), .cfg_store_base(cfg_store_base),
                .cfg_store_length(cfg_store_length), .cfg_picture_height(cfg_picture_height),
                .cfg_picture_width(cfg_picture_width), .cfg_picture_colours(cfg_picture_colours),
                .load_write(beat_write), .load_ready(beat_ready), .load_address(beat_address), .load_word(beat_word),
                .program_available(program_available), .program_take(program_take), .program_row(fetch_word),
                .weights_go(weights_go), .weight_available(weight_available), .weight_take(weight_take),
                .weight_address(weight_read_address), .weight_row(weight_read_word), .thresholds_go(thresholds_go),
                .threshold_available(threshold_available), .threshold_take(threshold_take),
                .threshold_address(threshold_read_address), .threshold_row(threshold_read_word), .picture_start(picture_start), .picture_id(picture_id),
                .picture_can_start(picture_can_start), .picture_valid(picture_valid && !stall[3]),
                .picture_ready(external_ready), .picture_data(picture_data), .picture_full(picture_full),
                .waiting_id(waiting_id), .picture_release(picture_release), .embed_go(embed_go),
                .descriptor(descriptor), .embed_idle(embed_idle), .embed_done(embed_done), .out_valid(embed_valid),
                .out_ready(embed_ready), .out_bank(embed_bank), .out_address(embed_address), .out_lo(embed_lo),
                .out_hi(embed_hi), .spill_go(spill_go), .spill_stall(stall[4]), .spill_busy(spill_busy), .spill_done(spill_done),
                .spill_peek(spill_peek), .spill_address(spill_address), .spill_row(spill_row), .spill_valid(peek_valid),
                .spill_sums(peek_sums), .fill_valid(fill_valid), .fill_row(fill_row), .fill_address(fill_address),
                .fill_sums(fill_sums), .mem_req_valid(mem_req_valid), .mem_req_ready(mem_req_ready),
                .mem_req_write(mem_req_write), .mem_req_address(mem_req_address), .mem_req_length(mem_req_length),
                .mem_wdata_valid(mem_wdata_valid), .mem_wdata_ready(mem_wdata_ready), .mem_wdata(mem_wdata),
                .mem_rdata_valid(mem_rdata_valid), .mem_rdata(mem_rdata));
            assign picture_ready     = external_ready && !stall[3];
            wire unused = &{1'b0, program_write, program_address, program_word, weight_write, weight_address,
                            weight_word, threshold_write, threshold_address, threshold_word, fetch_address,
                            cfg_picture_base, cfg_picture_row_step, cfg_picture_block_step};
        end
    endgenerate

    // ---- windows through the array ----------------------------------------------------------------------------------------
    wire [N_LANES-1:0]   window_lo, window_hi;
    wire                 swap, window_valid, first, last, threshold_swap, pool, pool_max, peek;
    wire [W_SUB-1:0]     pool_sub;
    wire [W_SUM-1:0]     sum_address, peek_address;
    wire [W_ROW-1:0]     peek_row;
    ern_reader #(.N_TAPS(N_TAPS), .N_CHANNELS(N_CHANNELS), .N_OUTPUTS(N_OUTPUTS), .W_ADDR(W_ACTIVATION),
                 .W_SUM(W_SUM), .W_SUB(W_SUB), .N_DRAIN(N_DRAIN), .N_PARTS(N_PARTS), .TARGET(TARGET), .N_TAP_ROWS(N_TAP_ROWS)) u_reader (
        .clk(clk), .rst(unit_rst), .go(reader_go), .descriptor(descriptor), .idle(reader_idle), .stall(stall[0]),
        .weights_ready(weights_ready), .weights_use(weights_use),
        .thresholds_ready(thresholds_ready && !thresholds_pending), .thresholds_take(thresholds_take),
        .mem_address(read_address), .mem_lo(read_lo), .mem_hi(read_hi),
        .out_swap(swap), .out_lo(window_lo), .out_hi(window_hi), .out_valid(window_valid), .out_first(first),
        .out_last(last), .out_threshold_swap(threshold_swap), .out_pool(pool), .out_pool_max(pool_max),
        .out_pool_sub(pool_sub), .out_sum_address(sum_address));

    wire                 out_valid, peek_valid;
    wire [N_OUTPUTS-1:0] out_lo, out_hi;
    wire [W_ACC-1:0]     peek_value;
    ern_array #(.N_TAPS(N_TAPS), .N_CHANNELS(N_CHANNELS), .N_OUTPUTS(N_OUTPUTS), .N_COLUMN(N_COLUMN), .W_ACC(W_ACC),
                .DEPTH(N_SUM), .W_ADDR(W_SUM), .W_ROW(W_ROW), .W_SUB(W_SUB), .LATENCY_DOT(LATENCY_DOT),
                .N_POOL(N_POOL), .N_SPILL(N_SPILL), .TARGET(TARGET)) u_array (
        .clk(clk), .rst(unit_rst), .in_lo(window_lo), .in_hi(window_hi), .in_valid(window_valid), .in_first(first),
        .in_last(last), .in_threshold_swap(threshold_swap), .in_pool(pool), .in_pool_max(pool_max),
        .in_pool_sub(pool_sub), .in_address(peek ? peek_address : spill_peek ? spill_address : sum_address), .in_peek(peek || spill_peek),
        .in_peek_row(spill_peek ? spill_row : peek_row), .in_swap(swap),
        .load_valid(load_valid), .load_row(load_row), .load_word(load_word),
        .threshold_valid(threshold_load_valid), .threshold_row(threshold_load_row),
        .threshold_word(threshold_load_word), .out_thresholds_free(thresholds_free),
        .out_code_valid(out_valid), .out_code_lo(out_lo), .out_code_hi(out_hi),
        .out_peek_valid(peek_valid), .out_peek(peek_value), .out_sums(peek_sums),
        .fill_valid(fill_valid), .fill_row(fill_row), .fill_address(fill_address), .fill_sums(fill_sums));

    ern_writer #(.N_TAPS(N_TAPS), .N_CHANNELS(N_CHANNELS), .N_OUTPUTS(N_OUTPUTS), .W_ADDR(W_ACTIVATION), .OVERLAP(OVERLAP),
                 .N_TAP_ROWS(N_TAP_ROWS)) u_writer (
        .clk(clk), .rst(unit_rst), .go(reader_go), .descriptor(descriptor), .in_valid(out_valid), .in_lo(out_lo),
        .in_hi(out_hi), .out_enable(code_enable), .out_keep(code_keep), .out_address(code_address), .out_lo(code_lo),
        .out_hi(code_hi));

    // ---- results ----------------------------------------------------------------------------------------------------------
    wire                result_enable;
    wire [W_RESULT-1:0] result_write_index;
    wire [31:0]         result_write_word;
    ern_reduce #(.N_OUTPUTS(N_OUTPUTS), .W_ROW(W_ROW), .W_SUM(W_SUM), .W_ACC(W_ACC), .W_RESULT(W_RESULT)) u_reduce (
        .clk(clk), .rst(unit_rst), .go(reduce_go), .d(descriptor), .done(reduce_done), .stall(stall[4]),
        .out_peek(peek), .out_address(peek_address), .out_row(peek_row), .in_valid(peek_valid && !spill_busy), .in_value(peek_value),
        .result_enable(result_enable), .result_index(result_write_index), .result_word(result_write_word));
    ern_ram #(.W_DATA(32), .DEPTH(N_RESULT), .W_ADDR(W_RESULT)) u_results (
        .clk(clk), .write_enable(result_enable), .write_address(result_write_index), .write_data(result_write_word),
        .read_address(result_index), .read_data(result_word));
    always @(posedge clk) begin
        if (rst || clear) result_waiting <= 1'b0;
        else if (result_publish) result_waiting <= 1'b1;
        else if (result_release) result_waiting <= 1'b0;
    end
endmodule

`default_nettype wire
