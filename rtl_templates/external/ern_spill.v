// SPDX-License-Identifier: Apache-2.0
// Partial sums out to external memory (`spill`) and back (`fill`), while nothing else runs. A descriptor names the words
//   sum_base + block * sum_block_step + (sum_start + pixel) mod sum_ring,  `passes` pixels of each block
// block by block, and threshold_row beats from beat weight_row on: a beat holds a column's accumulators of one word, 16 bits
// each, and the columns of a word follow each other.
//   go      begins; the descriptor stands until `done`, which comes when the last beat has left or has come
//   spill   a word of one column is asked for each cycle through the array's peek path, whose latency does not matter here,
//           as long as u_beats has room for the answers; bursts of N_BURST beats are written when their beats are there
//   fill    bursts of N_BURST beats are asked for; each beat goes on to the array's edge one cycle after it came, so nobody
//           can hold it back
// `rst` forgets what runs; beats of a write burst that was asked for are then the arbiter's (ern_external).
`default_nettype none
`include "ern_descriptor.vh"

module ern_spill #(
    parameter integer N_OUTPUTS = 64,
    parameter integer N_COLUMN  = 8,     // outputs of a column: a beat has 16 bits for each
    parameter integer W_ROW     = 6,     // >= $clog2(N_OUTPUTS)
    parameter integer W_SUM     = 12,    // of a partial sum's address
    parameter integer W_ACC     = 16,    // <= 16
    parameter integer W_PORT    = 128,   // 16 * N_COLUMN
    parameter integer W_BEAT    = 24,
    parameter integer N_BURST   = 32,    // beats, a power of two, < 128
    parameter integer DEPTH     = 64     // beats of u_beats, a power of two, >= N_BURST
) (
    input  wire                      clk,
    input  wire                      rst,
    input  wire                      go,
    /* verilator lint_off UNUSED */  // a descriptor has fields for other units
    input  wire [`ERN_D_BITS-1:0]    d,
    /* verilator lint_on UNUSED */
    output wire                      busy,
    output wire                      done,
    input  wire                      stall,
    // questions and answers
    output wire                      out_peek,
    output wire [W_SUM-1:0]          out_address,
    output wire [W_ROW-1:0]          out_row,       // the column's first output
    input  wire                      in_valid,
    input  wire [N_COLUMN*W_ACC-1:0] in_sums,
    // words of one column
    output reg                       fill_valid,
    output reg  [W_ROW-1:0]          fill_row,
    output reg  [W_SUM-1:0]          fill_address,
    output wire [N_COLUMN*W_ACC-1:0] fill_sums,
    // write bursts: their beats are there when they are asked for
    output reg                       write_valid,
    input  wire                      write_ready,
    output wire [W_BEAT-1:0]         write_address,
    output wire [7:0]                write_length,
    output wire                      wdata_valid,
    input  wire                      wdata_ready,
    output wire [W_PORT-1:0]         wdata,
    // read bursts
    output reg                       req_valid,
    input  wire                      req_ready,
    output wire [W_BEAT-1:0]         req_address,
    output wire [7:0]                req_length,
    input  wire                      data_valid,
    input  wire [W_PORT-1:0]         data
);
    localparam integer W_HELD = $clog2(DEPTH + 1);
    generate
        if (W_PORT != 16 * N_COLUMN || W_ACC > 16) begin : g_bad_width
            ERROR_a_beat_must_hold_a_columns_accumulators_of_16_bits u_error ();
        end
    endgenerate

    wire [W_SUM-1:0]  ring   = d[`ERN_D_SUM_RING +: W_SUM];
    wire [W_SUM-1:0]  start  = d[`ERN_D_SUM_START +: W_SUM];
    wire [W_BEAT-1:0] beats  = d[`ERN_D_THRESHOLD_ROW +: W_BEAT];
    wire [W_BEAT-1:0] first  = d[`ERN_D_WEIGHT_ROW +: W_BEAT];
    wire [15:0]       pixels = d[`ERN_D_PASSES +: 16];

    reg               spilling, filling;
    reg  [W_BEAT-1:0] to_place;    // beats whose word has not been asked for, or not come
    reg  [W_BEAT-1:0] to_move;     // beats that have not left, or not come
    assign busy = spilling || filling;
    wire   moved = spilling ? wdata_valid && wdata_ready : data_valid && filling;
    assign done  = busy && to_move == {W_BEAT{1'b0}};

    // ---- words in their order: columns, pixels, blocks ----------------------------------------------------------------------
    reg  [W_ROW-1:0]  row;
    reg  [W_SUM-1:0]  base, place;
    reg  [15:0]       pixel;
    reg  [W_HELD-1:0] asked;       // beats asked for that have not left
    wire room        = asked != DEPTH[W_HELD-1:0];
    wire ask         = spilling && to_place != {W_BEAT{1'b0}} && room && !stall;
    wire next        = ask || (filling && data_valid);
    wire last_row    = {1'b0, row} == N_OUTPUTS[W_ROW:0] - N_COLUMN[W_ROW:0];
    wire last_pixel  = pixel + 16'd1 == pixels;
    assign out_peek    = ask;
    assign out_address = base + place;
    assign out_row     = row;
    always @(posedge clk) begin
        if (go) begin
            row      <= {W_ROW{1'b0}};
            base     <= d[`ERN_D_SUM_BASE +: W_SUM];
            place    <= start;
            pixel    <= 16'd0;
            to_place <= beats;
        end else if (next) begin
            to_place <= to_place - 1'b1;
            row      <= last_row ? {W_ROW{1'b0}} : row + N_COLUMN[W_ROW-1:0];
            if (last_row) begin
                pixel <= last_pixel ? 16'd0 : pixel + 16'd1;
                place <= last_pixel ? start : place + 1'b1 == ring ? {W_SUM{1'b0}} : place + 1'b1;
                if (last_pixel) base <= base + d[`ERN_D_SUM_BLOCK_STEP +: W_SUM];
            end
        end
        if (rst) {spilling, filling} <= 2'b00;
        else if (go) {spilling, filling} <= {d[`ERN_D_OPCODE +: 4] == `ERN_OP_SPILL, d[`ERN_D_OPCODE +: 4] == `ERN_OP_FILL};
        else if (done) {spilling, filling} <= 2'b00;
        if (go) to_move <= beats;
        else if (moved) to_move <= to_move - 1'b1;
    end

    // ---- bursts -------------------------------------------------------------------------------------------------------------
    reg  [W_BEAT-1:0] address, left;       // next beat, beats not yet asked for
    reg  [7:0]        length;
    wire [7:0]        next_length = left >= N_BURST[W_BEAT-1:0] ? N_BURST[7:0] : left[7:0];
    wire              there;               // a write burst's beats
    wire              free   = !write_valid && !req_valid && left != {W_BEAT{1'b0}};
    wire              raise  = free && (filling || (spilling && there));
    assign write_address = address;
    assign req_address   = address;
    assign write_length  = length;
    assign req_length    = length;
    wire              taken  = (write_valid && write_ready) || (req_valid && req_ready);
    always @(posedge clk) begin
        if (go) begin
            address <= first;
            left    <= beats;
        end else begin
            if (raise) begin
                length <= next_length;
                left   <= left - {{(W_BEAT - 8){1'b0}}, next_length};
            end
            if (taken) address <= address + {{(W_BEAT - 8){1'b0}}, length};
        end
        if (rst) {write_valid, req_valid} <= 2'b00;
        else if (raise) {write_valid, req_valid} <= {spilling, filling};
        else if (taken) {write_valid, req_valid} <= 2'b00;
    end

    // ---- beats on their way out -----------------------------------------------------------------------------------------------
    reg  [W_HELD-1:0] held;    // beats that have come and are of no burst yet
    wire              fifo_ready;
    wire [W_HELD-1:0] burst = next_length[W_HELD-1:0];
    wire              left_one = wdata_valid && wdata_ready;
    assign there = held >= burst;
    always @(posedge clk) begin
        if (rst || go) begin
            asked <= {W_HELD{1'b0}};
            held  <= {W_HELD{1'b0}};
        end else begin
            asked <= asked + {{(W_HELD - 1){1'b0}}, ask} - {{(W_HELD - 1){1'b0}}, left_one};
            held  <= held + {{(W_HELD - 1){1'b0}}, in_valid && spilling} - (raise && spilling ? burst : {W_HELD{1'b0}});
        end
    end
    wire [W_PORT-1:0] beat;
    ern_fifo #(.W_DATA(W_PORT), .DEPTH(DEPTH)) u_beats (
        .clk(clk), .rst(rst), .in_valid(in_valid && spilling), .in_ready(fifo_ready), .in_data(beat),
        .out_valid(wdata_valid), .out_ready(wdata_ready), .out_data(wdata));
    wire unused = fifo_ready;

    // ---- beats on their way in ------------------------------------------------------------------------------------------------
    reg  [W_PORT-1:0] came;
    always @(posedge clk) begin
        fill_valid   <= filling && data_valid && !rst;
        fill_row     <= row;
        fill_address <= out_address;
        came         <= data;
    end
    genvar o;
    generate
        for (o = 0; o < N_COLUMN; o = o + 1) begin : g_out
            assign fill_sums[o*W_ACC +: W_ACC] = came[16*o +: W_ACC];
            if (W_ACC < 16) begin : g_pad
                assign beat[16*o +: 16] = {{(16 - W_ACC){1'b0}}, in_sums[o*W_ACC +: W_ACC]};
                wire unused_bits = |came[16*o + W_ACC +: 16 - W_ACC];
            end else begin : g_all
                assign beat[16*o +: 16] = in_sums[o*W_ACC +: W_ACC];
            end
        end
    endgenerate

`ifdef FORMAL
`include "ern_spill.vh"
`endif
endmodule

`default_nettype wire
