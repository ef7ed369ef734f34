// SPDX-License-Identifier: Apache-2.0
// N_WRITE writers on one write port, a burst at a time: the first that asks is granted, and its beats follow its request before
// anybody is granted again.
//   req_*     a burst of req_length >= 1 beats from beat address req_address on; it stays until it is taken
//   data_*    its beats; nobody but the owner of the burst is asked for any
//   forget    the last writer has forgotten what it asked for: the beats that its burst lacks go out as data is
// A request that waits for `write_ready` may give way to one of a writer before it. Latency: none, a beat passes as soon as both
// sides are ready, from the cycle after the grant on.
`default_nettype none

module ern_write_arbiter #(
    parameter integer N_WRITE = 3,
    parameter integer W_PORT  = 128,
    parameter integer W_BEAT  = 24
) (
    input  wire                      clk,
    input  wire                      rst,
    input  wire                      forget,
    // writers
    input  wire [N_WRITE-1:0]        req_valid,
    output wire [N_WRITE-1:0]        req_ready,
    input  wire [N_WRITE*W_BEAT-1:0] req_address,
    input  wire [N_WRITE*8-1:0]      req_length,
    input  wire [N_WRITE-1:0]        data_valid,
    output wire [N_WRITE-1:0]        data_ready,
    input  wire [N_WRITE*W_PORT-1:0] data,
    // the port
    output wire                      write_valid,
    input  wire                      write_ready,
    output reg  [W_BEAT-1:0]         write_address,
    output reg  [7:0]                write_length,
    output wire                      wdata_valid,
    input  wire                      wdata_ready,
    output reg  [W_PORT-1:0]         wdata
);
    reg  [N_WRITE-1:0] first;         // of those who ask
    integer n;
    always @* begin
        first         = {N_WRITE{1'b0}};
        write_address = {W_BEAT{1'b0}};
        write_length  = 8'd0;
        for (n = N_WRITE - 1; n >= 0; n = n - 1) if (req_valid[n]) begin
            first         = {N_WRITE{1'b0}};
            first[n]      = 1'b1;
            write_address = req_address[n*W_BEAT +: W_BEAT];
            write_length  = req_length[n*8 +: 8];
        end
    end

    reg                busy;          // a burst is granted
    reg  [N_WRITE-1:0] owner;
    reg  [7:0]         left;          // its beats that have not gone
    reg                forgot;
    wire               grant = write_valid && write_ready;
    wire               moved = wdata_valid && wdata_ready;
    assign write_valid = !busy && req_valid != {N_WRITE{1'b0}};
    assign req_ready   = first & {N_WRITE{!busy && write_ready}};
    assign wdata_valid = busy && ((owner & data_valid) != {N_WRITE{1'b0}} || (owner[N_WRITE-1] && forgot));
    assign data_ready  = owner & {N_WRITE{busy && wdata_ready}} & {!forgot, {(N_WRITE - 1){1'b1}}};
    always @* begin
        wdata = {W_PORT{1'b0}};
        for (n = 0; n < N_WRITE; n = n + 1) wdata = wdata | (data[n*W_PORT +: W_PORT] & {W_PORT{owner[n]}});
    end

    always @(posedge clk) begin
        if (rst) busy <= 1'b0;
        else if (grant) busy <= 1'b1;
        else if (moved && left == 8'd1) busy <= 1'b0;
        if (grant) owner <= first;
        if (grant) left <= write_length;
        else if (moved) left <= left - 8'd1;
        forgot <= !rst && ((forget && (busy || grant)) || (forgot && busy));
    end

`ifdef FORMAL
`include "ern_write_arbiter.vh"
`endif
endmodule

`default_nettype wire
