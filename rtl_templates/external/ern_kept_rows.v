// SPDX-License-Identifier: Apache-2.0
// Rows of a stream that are used again: a memory between an ern_stream and its ern_loader.
//   go            a job begins; its rows come from the stream (cfg_kept = 0) or from the memory (cfg_kept = 1). Rows that come
//                 from the stream are written into the memory as well when cfg_store = 1. Both at the address that the
//                 loader gives with take.
//   out_row       the row, 2 cycles after its take; take only while out_available
// go comes a cycle or more before the first take of its job, and 2 cycles or more after the last take of the one before: what
// that one stored has landed then.
// Storage: DEPTH rows, none with DEPTH = 0: then rows pass through and nothing may be kept.
`default_nettype none

module ern_kept_rows #(
    parameter integer W_DATA = 192,  // bits a row
    parameter integer DEPTH  = 512,  // rows; 0, or 2 at least
    parameter integer W_ADDR = 9     // >= $clog2(DEPTH)
) (
    input  wire              clk,
    input  wire              rst,
    input  wire              go,
    input  wire              cfg_store,
    input  wire              cfg_kept,
    // loader
    output wire              out_available,
    input  wire              take,
    input  wire [W_ADDR-1:0] address,
    output wire [W_DATA-1:0] out_row,
    // stream
    input  wire              in_available,
    output wire              in_take,
    input  wire [W_DATA-1:0] in_row       // 2 cycles after in_take
);
    generate
        if (DEPTH == 0) begin : g_none
            assign out_available = in_available;
            assign in_take       = take;
            assign out_row       = in_row;
            wire unused = &{1'b0, clk, rst, go, cfg_store, cfg_kept, address};
        end else begin : g_kept
            localparam integer W_ROW = $clog2(DEPTH);   // the loader's addresses may be wider
            reg               store, kept;
            wire              late_kept, late_write;
            wire [W_ROW-1:0]  row = address[W_ROW-1:0];
            wire [W_ROW-1:0]  late_row;
            wire              unused = &{1'b0, address};
            wire [W_DATA-1:0] kept_row;
            always @(posedge clk) begin
                if (rst) begin
                    store <= 1'b0;
                    kept  <= 1'b0;
                end else if (go) begin
                    store <= cfg_store;
                    kept  <= cfg_kept;
                end
            end
            assign out_available = kept || in_available;
            assign in_take       = take && !kept;
            ern_delay #(.W_DATA(2 + W_ROW), .N_CYCLES(2)) u_late (
                .clk(clk), .in({kept, in_take && store && !rst, row}), .out({late_kept, late_write, late_row}));
            ern_ram #(.W_DATA(W_DATA), .DEPTH(DEPTH), .W_ADDR(W_ROW)) u_ram (
                .clk(clk), .write_enable(late_write), .write_address(late_row), .write_data(in_row),
                .read_address(row), .read_data(kept_row));
            assign out_row = late_kept ? kept_row : in_row;
        end
    endgenerate
endmodule

`default_nettype wire
