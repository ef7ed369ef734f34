// SPDX-License-Identifier: Apache-2.0
// Everything that lies in external memory: the streams of program, weights and thresholds, pictures on their way through
// it and into the embedding, the host's beats, partial sums (N_SPILL = 1), and the one memory port that they share.
// A frame's rows begin again with every frame. `halt` forgets all streams and pictures; the memory's content stays.
`default_nettype none
`include "ern_descriptor.vh"

module ern_external #(
    parameter integer N_TAPS          = 3,
    parameter integer N_CHANNELS      = 64,
    parameter integer N_LANES         = 192,
    parameter integer W_THRESHOLD_ROW = 49,
    parameter integer N_WEIGHT        = 512,   // rows of the ring
    parameter integer N_THRESHOLD     = 512,
    parameter integer N_PROGRAM       = 256,   // words of the ring
    parameter integer N_CODES         = 10,
    parameter integer N_COLOURS       = 3,
    parameter integer W_ACTIVATION    = 10,
    parameter integer W_PORT          = 128,
    parameter integer W_BEAT          = 24,
    parameter integer N_KEPT_WEIGHT    = 0,    // rows that later tiles use again
    parameter integer N_KEPT_THRESHOLD = 0,
    parameter integer W_WEIGHT        = 9,     // bits of a loader's address
    parameter integer W_THRESHOLD     = 9,
    parameter integer N_SPILL         = 0,
    parameter integer N_OUTPUTS       = 64,
    parameter integer N_COLUMN        = 8,
    parameter integer W_ROW           = 6,
    parameter integer W_SUM           = 10,
    parameter integer W_ACC           = 16,
    parameter integer N_TAP_ROWS      = 1
) (
    input  wire                       clk,
    input  wire                       rst,
    input  wire                       halt,
    input  wire [W_BEAT-1:0]          cfg_program_base,
    input  wire [W_BEAT-1:0]          cfg_program_length,
    input  wire [W_BEAT-1:0]          cfg_weight_base,
    input  wire [W_BEAT-1:0]          cfg_weight_length,
    input  wire [W_BEAT-1:0]          cfg_threshold_base,
    input  wire [W_BEAT-1:0]          cfg_threshold_length,
    input  wire [W_BEAT-1:0]          cfg_store_base,
    input  wire [W_BEAT-1:0]          cfg_store_length,
    input  wire [11:0]                cfg_picture_height,
    input  wire [11:0]                cfg_picture_width,
    input  wire [1:0]                 cfg_picture_colours,
    // the host's beats; they must not come faster than they leave (ern_word_writer: one in W_PORT / 8 cycles)
    input  wire                       load_write,     // only while load_ready, at least 2 cycles apart
    output wire                       load_ready,
    input  wire [W_BEAT-1:0]          load_address,
    input  wire [W_PORT-1:0]          load_word,
    // rows, see ern_stream and ern_kept_rows
    output wire                       program_available,
    input  wire                       program_take,
    output wire [31:0]                program_row,
    input  wire                       weights_go,      // the loader takes the descriptor's job
    output wire                       weight_available,
    input  wire                       weight_take,
    input  wire [W_WEIGHT-1:0]        weight_address,
    output wire [N_LANES-1:0]         weight_row,
    input  wire                       thresholds_go,
    output wire                       threshold_available,
    input  wire                       threshold_take,
    input  wire [W_THRESHOLD-1:0]     threshold_address,
    output wire [W_THRESHOLD_ROW-1:0] threshold_row,
    // pictures
    input  wire                       picture_start,
    input  wire [15:0]                picture_id,
    output wire                       picture_can_start,
    input  wire                       picture_valid,
    output wire                       picture_ready,
    input  wire [7:0]                 picture_data,
    output wire                       picture_full,
    output wire [15:0]                waiting_id,
    input  wire                       picture_release,
    // embedding
    input  wire                       embed_go,
    input  wire [`ERN_D_BITS-1:0]     descriptor,
    output wire                       embed_idle,
    output wire                       embed_done,
    output wire                       out_valid,
    input  wire                       out_ready,
    output wire [N_TAPS-1:0]          out_bank,
    output wire [W_ACTIVATION-1:0]    out_address,
    output wire [N_CHANNELS-1:0]      out_lo,
    output wire [N_CHANNELS-1:0]      out_hi,
    // partial sums, see ern_spill
    input  wire                       spill_go,
    input  wire                       spill_stall,
    output wire                       spill_busy,
    output wire                       spill_done,
    output wire                       spill_peek,
    output wire [W_SUM-1:0]           spill_address,
    output wire [W_ROW-1:0]           spill_row,
    input  wire                       spill_valid,
    input  wire [N_COLUMN*W_ACC-1:0]  spill_sums,
    output wire                       fill_valid,
    output wire [W_ROW-1:0]           fill_row,
    output wire [W_SUM-1:0]           fill_address,
    output wire [N_COLUMN*W_ACC-1:0]  fill_sums,
    // memory port
    output wire                       mem_req_valid,
    input  wire                       mem_req_ready,
    output wire                       mem_req_write,
    output wire [W_BEAT-1:0]          mem_req_address,
    output wire [7:0]                 mem_req_length,
    output wire                       mem_wdata_valid,
    input  wire                       mem_wdata_ready,
    output wire [W_PORT-1:0]          mem_wdata,
    input  wire                       mem_rdata_valid,
    input  wire [W_PORT-1:0]          mem_rdata
);
    // Units of 32 bits that a row fills: as many as it needs, or the next power of two where it is narrower than a beat.
    localparam integer BEAT_UNITS  = W_PORT / 32;
    localparam integer LANE_UNITS  = (N_LANES + 31) / 32;
    localparam integer THRESH_UNITS = (W_THRESHOLD_ROW + 31) / 32;
    localparam integer U_WEIGHT    = LANE_UNITS < BEAT_UNITS ? 1 << $clog2(LANE_UNITS) : LANE_UNITS;
    localparam integer U_THRESHOLD = THRESH_UNITS < BEAT_UNITS ? 1 << $clog2(THRESH_UNITS) : THRESH_UNITS;
    localparam integer N_WORD      = 256;   // words of five codes in the ring before the embedding
    localparam integer B_WEIGHT    = 32, B_SMALL = 16;   // beats a burst
    localparam integer N_LOAD      = 16;    // beats of the host that wait

    localparam integer N_READ      = N_SPILL == 1 ? 5 : 4;
    localparam integer W_READ      = N_SPILL == 1 ? 3 : 2;

    wire [N_READ-1:0]        req_valid, req_ready, data_valid;
    wire [N_READ*W_BEAT-1:0] req_address;
    wire [8*N_READ-1:0]      req_length;
    wire [W_PORT-1:0]   data;
    wire                words_valid, words_begin, word_available, word_take, pixel_available, pixel_take;
    wire [W_BEAT-1:0]   words_base;
    wire [29:0]         word;
    wire [17:0]         pixel;
    wire                new_weight_available, new_weight_take, new_threshold_available, new_threshold_take;
    wire [N_LANES-1:0]  new_weight_row;
    wire [W_THRESHOLD_ROW-1:0] new_threshold_row;
    /* verilator lint_off PINCONNECTEMPTY */  // of these streams every frame is the same
    ern_stream #(.W_DATA(32), .UNITS(1), .W_PORT(W_PORT), .DEPTH(N_PROGRAM), .N_BURST(B_SMALL), .W_BEAT(W_BEAT)) u_program (
        .clk(clk), .rst(halt), .cfg_base(cfg_program_base), .cfg_length(cfg_program_length), .frame_valid(1'b1),
        .frame_begin(), .req_valid(req_valid[0]), .req_ready(req_ready[0]), .req_address(req_address[0 +: W_BEAT]),
        .req_length(req_length[7:0]), .in_valid(data_valid[0]), .in_data(data), .available(program_available),
        .take(program_take), .out_row(program_row));
    ern_stream #(.W_DATA(W_THRESHOLD_ROW), .UNITS(U_THRESHOLD), .W_PORT(W_PORT), .DEPTH(N_THRESHOLD), .N_BURST(B_SMALL),
                 .W_BEAT(W_BEAT)) u_thresholds (
        .clk(clk), .rst(halt), .cfg_base(cfg_threshold_base), .cfg_length(cfg_threshold_length), .frame_valid(1'b1),
        .frame_begin(), .req_valid(req_valid[1]), .req_ready(req_ready[1]), .req_address(req_address[W_BEAT +: W_BEAT]),
        .req_length(req_length[15:8]), .in_valid(data_valid[1]), .in_data(data), .available(new_threshold_available),
        .take(new_threshold_take), .out_row(new_threshold_row));
    ern_stream #(.W_DATA(N_LANES), .UNITS(U_WEIGHT), .W_PORT(W_PORT), .DEPTH(N_WEIGHT), .N_BURST(B_WEIGHT),
                 .W_BEAT(W_BEAT)) u_weights (
        .clk(clk), .rst(halt), .cfg_base(cfg_weight_base), .cfg_length(cfg_weight_length), .frame_valid(1'b1),
        .frame_begin(), .req_valid(req_valid[3]), .req_ready(req_ready[3]), .req_address(req_address[3*W_BEAT +: W_BEAT]),
        .req_length(req_length[31:24]), .in_valid(data_valid[3]), .in_data(data), .available(new_weight_available),
        .take(new_weight_take), .out_row(new_weight_row));
    /* verilator lint_on PINCONNECTEMPTY */
    ern_stream #(.W_DATA(30), .UNITS(1), .W_PORT(W_PORT), .DEPTH(N_WORD), .N_BURST(B_SMALL), .W_BEAT(W_BEAT)) u_words (
        .clk(clk), .rst(halt), .cfg_base(words_base), .cfg_length(cfg_store_length), .frame_valid(words_valid),
        .frame_begin(words_begin), .req_valid(req_valid[2]), .req_ready(req_ready[2]),
        .req_address(req_address[2*W_BEAT +: W_BEAT]), .req_length(req_length[23:16]), .in_valid(data_valid[2]),
        .in_data(data), .available(word_available), .take(word_take), .out_row(word));
    ern_pixels u_pixels (
        .clk(clk), .rst(halt), .cfg_colours(cfg_picture_colours), .word_available(word_available), .word_take(word_take),
        .in_word(word), .available(pixel_available), .take(pixel_take), .out_pixel(pixel));
    ern_kept_rows #(.W_DATA(N_LANES), .DEPTH(N_KEPT_WEIGHT), .W_ADDR(W_WEIGHT)) u_kept_weights (
        .clk(clk), .rst(halt), .go(weights_go), .cfg_store(descriptor[`ERN_D_STORE_WEIGHTS]),
        .cfg_kept(descriptor[`ERN_D_KEPT_WEIGHTS]), .out_available(weight_available), .take(weight_take),
        .address(weight_address), .out_row(weight_row), .in_available(new_weight_available), .in_take(new_weight_take),
        .in_row(new_weight_row));
    ern_kept_rows #(.W_DATA(W_THRESHOLD_ROW), .DEPTH(N_KEPT_THRESHOLD), .W_ADDR(W_THRESHOLD)) u_kept_thresholds (
        .clk(clk), .rst(halt), .go(thresholds_go), .cfg_store(descriptor[`ERN_D_STORE_THRESHOLDS]),
        .cfg_kept(descriptor[`ERN_D_KEPT_THRESHOLDS]), .out_available(threshold_available), .take(threshold_take),
        .address(threshold_address), .out_row(threshold_row), .in_available(new_threshold_available),
        .in_take(new_threshold_take), .in_row(new_threshold_row));
    ern_embed_rows #(.N_TAPS(N_TAPS), .N_CHANNELS(N_CHANNELS), .N_CODES(N_CODES), .N_COLOURS(N_COLOURS),
                     .W_ADDR(W_ACTIVATION), .N_TAP_ROWS(N_TAP_ROWS)) u_embed (
        .clk(clk), .rst(halt), .go(embed_go), .descriptor(descriptor), .idle(embed_idle), .done(embed_done),
        .pixel_available(pixel_available), .pixel_take(pixel_take), .in_pixel(pixel[6*N_COLOURS-1:0]), .out_valid(out_valid),
        .out_ready(out_ready), .out_bank(out_bank), .out_address(out_address), .out_lo(out_lo), .out_hi(out_hi));

    // ---- writes: the picture's bursts, between them the host's single beats, then partial sums ------------------------------
    localparam integer N_WRITE = N_SPILL == 1 ? 3 : 2;
    wire [N_WRITE-1:0]        put_valid, put_ready, put_wvalid, put_wready;
    wire [N_WRITE*W_BEAT-1:0] put_address;
    wire [N_WRITE*8-1:0]      put_length;
    wire [N_WRITE*W_PORT-1:0] put_wdata;
    ern_picture_store #(.W_PORT(W_PORT), .W_BEAT(W_BEAT), .N_BURST(B_SMALL)) u_store (
        .clk(clk), .rst(rst), .clear(halt), .cfg_base(cfg_store_base), .cfg_length(cfg_store_length),
        .cfg_height(cfg_picture_height), .cfg_width(cfg_picture_width), .cfg_colours(cfg_picture_colours),
        .start(picture_start), .in_id(picture_id), .can_start(picture_can_start), .in_valid(picture_valid),
        .in_ready(picture_ready), .in_data(picture_data), .full(picture_full), .out_id(waiting_id),
        .release_full(picture_release), .words_valid(words_valid), .words_base(words_base), .words_begin(words_begin),
        .write_valid(put_valid[0]), .write_ready(put_ready[0]), .write_address(put_address[0 +: W_BEAT]),
        .write_length(put_length[7:0]), .wdata_valid(put_wvalid[0]), .wdata_ready(put_wready[0]), .wdata(put_wdata[0 +: W_PORT]));

    ern_fifo #(.W_DATA(W_BEAT + W_PORT), .DEPTH(N_LOAD)) u_load (   // an address with its beat, which leaves it with the beat
        .clk(clk), .rst(rst), .in_valid(load_write), .in_ready(load_ready), .in_data({load_address, load_word}),
        .out_valid(put_valid[1]), .out_ready(put_wready[1]), .out_data({put_address[W_BEAT +: W_BEAT], put_wdata[W_PORT +: W_PORT]}));
    assign put_length[15:8] = 8'd1;
    assign put_wvalid[1]    = put_valid[1];
    wire unused_load = put_ready[1];

    wire              write_valid, write_ready, wdata_valid, wdata_ready;
    wire [W_BEAT-1:0] write_address;
    wire [7:0]        write_length;
    wire [W_PORT-1:0] wdata;
    ern_write_arbiter #(.N_WRITE(N_WRITE), .W_PORT(W_PORT), .W_BEAT(W_BEAT)) u_writes (
        .clk(clk), .rst(rst), .forget(N_SPILL == 1 && halt), .req_valid(put_valid), .req_ready(put_ready),
        .req_address(put_address), .req_length(put_length), .data_valid(put_wvalid), .data_ready(put_wready), .data(put_wdata),
        .write_valid(write_valid), .write_ready(write_ready), .write_address(write_address), .write_length(write_length),
        .wdata_valid(wdata_valid), .wdata_ready(wdata_ready), .wdata(wdata));

    generate
        if (N_SPILL == 1) begin : g_spill
            ern_spill #(.N_OUTPUTS(N_OUTPUTS), .N_COLUMN(N_COLUMN), .W_ROW(W_ROW), .W_SUM(W_SUM), .W_ACC(W_ACC), .W_PORT(W_PORT),
                        .W_BEAT(W_BEAT)) u_spill (
                .clk(clk), .rst(halt), .go(spill_go), .d(descriptor), .busy(spill_busy), .done(spill_done), .stall(spill_stall),
                .out_peek(spill_peek), .out_address(spill_address), .out_row(spill_row), .in_valid(spill_valid),
                .in_sums(spill_sums), .fill_valid(fill_valid), .fill_row(fill_row), .fill_address(fill_address),
                .fill_sums(fill_sums), .write_valid(put_valid[2]), .write_ready(put_ready[2]),
                .write_address(put_address[2*W_BEAT +: W_BEAT]), .write_length(put_length[23:16]), .wdata_valid(put_wvalid[2]),
                .wdata_ready(put_wready[2]), .wdata(put_wdata[2*W_PORT +: W_PORT]),
                .req_valid(req_valid[4]), .req_ready(req_ready[4]), .req_address(req_address[4*W_BEAT +: W_BEAT]),
                .req_length(req_length[39:32]), .data_valid(data_valid[4]), .data(data));
        end else begin : g_no_spill
            assign {spill_busy, spill_done, spill_peek, spill_address, spill_row, fill_valid, fill_row, fill_address, fill_sums} = 0;
            wire unused = &{1'b0, spill_go, spill_stall, spill_valid, spill_sums};
        end
    endgenerate

    // Nothing is read before all that the host wrote is there, nor in the cycle after.
    reg host_writes;
    always @(posedge clk) host_writes <= !rst && (put_valid[1] || load_write);
    ern_memory_port #(.N_READ(N_READ), .W_PORT(W_PORT), .W_BEAT(W_BEAT), .W_ID(W_READ)) u_port (
        .clk(clk), .rst(rst), .clear(halt), .req_valid(host_writes ? {N_READ{1'b0}} : req_valid), .req_ready(req_ready),
        .req_address(req_address), .req_length(req_length), .out_valid(data_valid), .out_data(data), .write_valid(write_valid),
        .write_ready(write_ready), .write_address(write_address), .write_length(write_length), .wdata_valid(wdata_valid),
        .wdata_ready(wdata_ready), .wdata(wdata), .mem_req_valid(mem_req_valid), .mem_req_ready(mem_req_ready),
        .mem_req_write(mem_req_write), .mem_req_address(mem_req_address), .mem_req_length(mem_req_length),
        .mem_wdata_valid(mem_wdata_valid), .mem_wdata_ready(mem_wdata_ready), .mem_wdata(mem_wdata),
        .mem_rdata_valid(mem_rdata_valid), .mem_rdata(mem_rdata));
endmodule

`default_nettype wire
