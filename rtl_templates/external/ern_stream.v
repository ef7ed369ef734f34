// SPDX-License-Identifier: Apache-2.0
// Rows that come from external memory in the order in which they are used, frame after frame the same: a ring of DEPTH
// rows on the chip, filled ahead by bursts.
//   take        takes the next row; only while `available`
//   out_row     the row, 2 cycles after its take
// In memory a row fills UNITS units of 32 bits, least significant first, rows without gaps. A frame is cfg_length beats
// from cfg_base on; it begins when frame_valid, which frame_begin answers for one cycle; then the next one follows.
// Bursts of N_BURST beats, fewer at the end of a frame, are asked for as soon as the ring has room for them, so data
// need no handshake: every beat asked for comes, in order, with in_valid.
// Storage: DEPTH rows. UNITS is a beat's units or more, or a power of two below.
`default_nettype none

module ern_stream #(
    parameter integer W_DATA   = 192,  // bits of a row that are used, <= 32 * UNITS
    parameter integer UNITS    = 6,
    parameter integer W_PORT   = 128,  // bits of a beat, 32, 64 or 128
    parameter integer DEPTH    = 512,  // rows, room for a burst at least
    parameter integer N_BURST  = 32,   // beats, <= 128
    parameter integer W_BEAT   = 24    // bits of a beat's address
) (
    input  wire              clk,
    input  wire              rst,
    input  wire [W_BEAT-1:0] cfg_base,     // beats
    input  wire [W_BEAT-1:0] cfg_length,   // beats a frame; 0: nothing is asked for
    input  wire              frame_valid,
    output wire              frame_begin,
    // bursts
    output reg               req_valid,
    input  wire              req_ready,
    output reg  [W_BEAT-1:0] req_address,
    output reg  [7:0]        req_length,
    input  wire              in_valid,
    input  wire [W_PORT-1:0] in_data,
    // rows
    output wire              available,
    input  wire              take,
    output wire [W_DATA-1:0] out_row
);
    localparam integer BEAT_UNITS = W_PORT / 32;
    localparam integer ROOM       = DEPTH * UNITS;
    localparam integer W_ROOM     = $clog2(ROOM + 1) < 8 ? 9 : $clog2(ROOM + 1) + 1;  // more than a request's length
    localparam integer W_LEVEL    = $clog2(DEPTH + 1);
    localparam integer NARROW     = UNITS < BEAT_UNITS ? 1 : 0;
    generate
        // Else the rest of a row could wait for a burst that waits for the row's room.
        if (ROOM < N_BURST * BEAT_UNITS + (NARROW == 1 ? 0 : UNITS - 1)) begin : g_depth
            ERROR_DEPTH_must_hold_a_burst_beside_the_rest_of_a_row u_error ();
        end
        if (NARROW == 1 && (BEAT_UNITS % UNITS != 0 || ROOM % BEAT_UNITS != 0)) begin : g_units
            ERROR_rows_must_fill_whole_beats u_error ();
        end
    endgenerate

    // ---- bursts ---------------------------------------------------------------------------------------------------------
    reg  [W_BEAT-1:0] address, left;       // next beat, beats of the frame not yet asked for
    reg  [W_ROOM-1:0] room;                // units neither held nor asked for, now or when req_ready comes
    // Of left and room a cycle ago. They change when a burst is raised or a frame begins, and nothing is raised in the cycle
    // after that.
    reg  [7:0]        length;              // beats of the next burst
    reg               none, fits, changed;
    reg               taken;               // `take` a cycle ago
    wire              asked  = req_valid && req_ready;
    wire              raise  = !req_valid && !none && fits && !changed;
    wire [W_ROOM-1:0] given  = {{(W_ROOM - 8){1'b0}}, length} * BEAT_UNITS[W_ROOM-1:0];
    assign frame_begin = none && !changed && !req_valid && frame_valid && cfg_length != {W_BEAT{1'b0}} && !rst;

    always @(posedge clk) begin
        length <= left >= N_BURST[W_BEAT-1:0] ? N_BURST[7:0] : left[7:0];
        if (rst) begin
            req_valid <= 1'b0;
            left      <= {W_BEAT{1'b0}};
            room      <= ROOM[W_ROOM-1:0];
            none      <= 1'b1;
            fits      <= 1'b0;
            taken     <= 1'b0;
            changed   <= 1'b0;
        end else begin
            none    <= left == {W_BEAT{1'b0}};
            fits    <= room >= N_BURST[W_ROOM-1:0] * BEAT_UNITS[W_ROOM-1:0];
            changed <= raise || frame_begin;
            taken   <= take;
            room <= room + (taken ? UNITS[W_ROOM-1:0] : {W_ROOM{1'b0}}) - (raise ? given : {W_ROOM{1'b0}});
            if (frame_begin) begin
                address <= cfg_base;
                left    <= cfg_length;
            end
            if (asked) req_valid <= 1'b0;
            else if (raise) begin
                req_valid   <= 1'b1;
                req_address <= address;
                req_length  <= length;
                address     <= address + {{(W_BEAT - 8){1'b0}}, length};
                left        <= left - {{(W_BEAT - 8){1'b0}}, length};
            end
        end
    end

    // ---- rows -----------------------------------------------------------------------------------------------------------
    reg  [W_LEVEL-1:0] level;   // rows in the ring
    wire [W_LEVEL-1:0] more;    // rows that come in this cycle
    reg                some;    // level != 0, as a register: take, which comes late, depends on it
    assign available = some;
    always @(posedge clk) begin
        if (rst) begin
            level <= {W_LEVEL{1'b0}};
            some  <= 1'b0;
        end else begin
            level <= level + more - {{(W_LEVEL - 1){1'b0}}, take};
            some  <= more != {W_LEVEL{1'b0}} || (take ? level[W_LEVEL-1:1] != {(W_LEVEL - 1){1'b0}} : some);
        end
    end

    generate
        if (NARROW == 1) begin : g_narrow
            // A word of the ring is a beat and holds several rows.
            localparam integer ROWS    = BEAT_UNITS / UNITS;
            localparam integer WORDS   = DEPTH / ROWS;
            localparam integer W_WORDS = $clog2(WORDS);
            localparam integer W_ROWS  = $clog2(ROWS);
            reg  [W_WORDS-1:0] write_at, read_at;
            reg  [W_ROWS-1:0]  row;
            wire [W_ROWS-1:0]  late_row;
            wire [W_PORT-1:0]  word;
            reg  [32*UNITS-1:0] chosen;
            assign more = in_valid ? ROWS[W_LEVEL-1:0] : {W_LEVEL{1'b0}};
            always @(posedge clk) begin
                if (rst) begin
                    write_at <= {W_WORDS{1'b0}};
                    read_at  <= {W_WORDS{1'b0}};
                    row      <= {W_ROWS{1'b0}};
                end else begin
                    if (in_valid) write_at <= write_at == WORDS[W_WORDS-1:0] - 1'b1 ? {W_WORDS{1'b0}} : write_at + 1'b1;
                    if (take) begin
                        row <= row + 1'b1;
                        if (&row) read_at <= read_at == WORDS[W_WORDS-1:0] - 1'b1 ? {W_WORDS{1'b0}} : read_at + 1'b1;
                    end
                end
            end
            ern_ram #(.W_DATA(W_PORT), .DEPTH(WORDS), .W_ADDR(W_WORDS)) u_ram (
                .clk(clk), .write_enable(in_valid), .write_address(write_at), .write_data(in_data),
                .read_address(read_at), .read_data(word));
            ern_delay #(.W_DATA(W_ROWS), .N_CYCLES(2)) u_row (.clk(clk), .in(row), .out(late_row));
            integer n;
            always @* begin
                chosen = word[0 +: 32 * UNITS];
                for (n = 1; n < ROWS; n = n + 1) if (late_row == n[W_ROWS-1:0]) chosen = word[32*UNITS*n +: 32 * UNITS];
            end
            assign out_row = chosen[W_DATA-1:0];
            if (32 * UNITS > W_DATA) begin : g_spare
                wire unused = |chosen[32*UNITS-1:W_DATA];
            end
        end else begin : g_wide
            // Units that wait for the rest of their row; every beat completes at most one row.
            localparam integer W_ADDR  = $clog2(DEPTH);
            localparam integer W_COUNT = $clog2(UNITS + BEAT_UNITS);
            localparam integer W_REST  = UNITS > 1 ? 32 * (UNITS - 1) : 32;
            localparam integer W_ALL   = W_REST + W_PORT;
            reg  [W_REST-1:0]       rest;
            reg  [W_COUNT-1:0]      count;
            reg  [W_ADDR-1:0]       write_at, read_at;
            reg  [W_ALL-1:0]        all;
            wire [W_COUNT-1:0]      total = count + BEAT_UNITS[W_COUNT-1:0];
            wire                    whole = in_valid && total >= UNITS[W_COUNT-1:0];
            wire [W_ALL-1:0]        after = whole ? all >> (32 * UNITS) : all;
            integer n;
            always @* begin
                all = {{W_PORT{1'b0}}, rest};
                for (n = 0; n < UNITS; n = n + 1) if (count == n[W_COUNT-1:0]) all[32*n +: W_PORT] = in_data;
            end
            assign more = whole ? {{(W_LEVEL - 1){1'b0}}, 1'b1} : {W_LEVEL{1'b0}};
            always @(posedge clk) begin
                if (rst) begin
                    count    <= {W_COUNT{1'b0}};
                    write_at <= {W_ADDR{1'b0}};
                    read_at  <= {W_ADDR{1'b0}};
                end else begin
                    if (in_valid) begin
                        rest  <= after[W_REST-1:0];
                        count <= whole ? total - UNITS[W_COUNT-1:0] : total;
                    end
                    if (whole) write_at <= write_at == DEPTH[W_ADDR-1:0] - 1'b1 ? {W_ADDR{1'b0}} : write_at + 1'b1;
                    if (take) read_at <= read_at == DEPTH[W_ADDR-1:0] - 1'b1 ? {W_ADDR{1'b0}} : read_at + 1'b1;
                end
            end
            ern_ram #(.W_DATA(W_DATA), .DEPTH(DEPTH), .W_ADDR(W_ADDR)) u_ram (
                .clk(clk), .write_enable(whole), .write_address(write_at), .write_data(all[W_DATA-1:0]),
                .read_address(read_at), .read_data(out_row));
            wire unused = |after[W_ALL-1:W_REST];
        end
    endgenerate

`ifdef FORMAL
`include "ern_stream.vh"
`endif
endmodule

`default_nettype wire
