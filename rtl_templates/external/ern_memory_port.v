// SPDX-License-Identifier: Apache-2.0
// One memory port for N_READ readers and one writer. Requests pass in order of rank: the writer first, then reader 0, 1, ...
//   mem_req_*     a burst of mem_req_length beats from beat address mem_req_address on
//   mem_wdata_*   the beats of write bursts, in the order of their requests
//   mem_rdata_*   the beats of read bursts, in the order of their requests; nobody can hold them back
// `clear` forgets what the readers asked for: their beats are dropped as they come, and until then nothing new is asked
// for. A write burst goes on. Latency: a request leaves one cycle after its ready.
`default_nettype none

module ern_memory_port #(
    parameter integer N_READ = 4,
    parameter integer W_PORT = 128,
    parameter integer W_BEAT = 24,
    parameter integer W_ID   = 2      // >= $clog2(N_READ)
) (
    input  wire                     clk,
    input  wire                     rst,
    input  wire                     clear,
    // readers
    input  wire [N_READ-1:0]        req_valid,
    output wire [N_READ-1:0]        req_ready,
    input  wire [N_READ*W_BEAT-1:0] req_address,
    input  wire [N_READ*8-1:0]      req_length,
    output reg  [N_READ-1:0]        out_valid,
    output reg  [W_PORT-1:0]        out_data,
    // the writer: its beats wait when it asks
    input  wire                     write_valid,
    output wire                     write_ready,
    input  wire [W_BEAT-1:0]        write_address,
    input  wire [7:0]               write_length,
    input  wire                     wdata_valid,
    output wire                     wdata_ready,
    input  wire [W_PORT-1:0]        wdata,
    // memory
    output reg                      mem_req_valid,
    input  wire                     mem_req_ready,
    output reg                      mem_req_write,
    output reg  [W_BEAT-1:0]        mem_req_address,
    output reg  [7:0]               mem_req_length,
    output wire                     mem_wdata_valid,
    input  wire                     mem_wdata_ready,
    output wire [W_PORT-1:0]        mem_wdata,
    input  wire                     mem_rdata_valid,
    input  wire [W_PORT-1:0]        mem_rdata
);
    localparam integer N_ORDER = 4;   // read bursts under way

    // ---- requests -------------------------------------------------------------------------------------------------------
    reg               found;
    reg  [W_ID-1:0]   id;
    reg  [W_BEAT-1:0] address;
    reg  [7:0]        length;
    integer n;
    always @* begin
        found   = 1'b0;
        id      = {W_ID{1'b0}};
        address = {W_BEAT{1'b0}};
        length  = 8'd0;
        for (n = N_READ - 1; n >= 0; n = n - 1) if (req_valid[n]) begin
            found   = 1'b1;
            id      = n[W_ID-1:0];
            address = req_address[n*W_BEAT +: W_BEAT];
            length  = req_length[n*8 +: 8];
        end
    end

    reg               dropping;          // beats of before a clear are still to come
    wire              order_ready, order_valid, order_last;
    wire [W_ID-1:0]   order_id;
    wire [7:0]        order_length;
    wire              free      = !mem_req_valid || mem_req_ready;
    wire              take_read = free && !write_valid && found && order_ready && !dropping && !clear;
    assign write_ready = free;
    genvar k;
    generate
        for (k = 0; k < N_READ; k = k + 1) begin : g_ready
            assign req_ready[k] = take_read && id == k[W_ID-1:0];
        end
    endgenerate

    always @(posedge clk) begin
        if (rst) mem_req_valid <= 1'b0;
        else if (free) begin
            mem_req_valid   <= write_valid || take_read;
            mem_req_write   <= write_valid;
            mem_req_address <= write_valid ? write_address : address;
            mem_req_length  <= write_valid ? write_length : length;
        end
    end
    assign mem_wdata_valid = wdata_valid;
    assign mem_wdata       = wdata;
    assign wdata_ready     = mem_wdata_ready;

    // ---- data: each beat goes to the reader whose burst is the oldest ---------------------------------------------------
    ern_fifo #(.W_DATA(W_ID + 8), .DEPTH(N_ORDER)) u_order (
        .clk(clk), .rst(rst), .in_valid(take_read), .in_ready(order_ready), .in_data({id, length}),
        .out_valid(order_valid), .out_ready(mem_rdata_valid && order_last), .out_data({order_id, order_length}));
    reg [7:0] beat;
    assign order_last = beat + 8'd1 == order_length;
    always @(posedge clk) begin
        if (rst) beat <= 8'd0;
        else if (mem_rdata_valid) beat <= order_last ? 8'd0 : beat + 8'd1;
        if (rst) dropping <= 1'b0;
        else if (clear) dropping <= 1'b1;
        else if (!order_valid) dropping <= 1'b0;
    end
    always @(posedge clk) begin   // a register: from the memory's pins to the write ports of many block RAMs is far
        out_data <= mem_rdata;
        for (n = 0; n < N_READ; n = n + 1)
            out_valid[n] <= !rst && mem_rdata_valid && !dropping && !clear && order_id == n[W_ID-1:0];
    end

`ifdef FORMAL
`include "ern_memory_port.vh"
`endif
endmodule

`default_nettype wire
