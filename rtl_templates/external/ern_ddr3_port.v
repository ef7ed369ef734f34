// SPDX-License-Identifier: Apache-2.0
// Bursts of the accelerator's memory port (ern_memory_port) as commands of LiteDRAM's native port, one a beat.
//   port_cmd_*     a beat's command; a write's goes out when its data wait here
//   port_wdata     data of the oldest write that was commanded; port_wdata_ready takes them, at least two cycles after it
//   port_rdata_*   data in the order of the reads' commands; nobody holds them back
// A beat is a burst of the part: 128 bits. Throughput: a command a cycle, a cycle more between bursts. Latency of data: none.
// Storage: N_WAIT beats.
`default_nettype none

module ern_ddr3_port #(
    parameter integer W_PORT = 128,
    parameter integer W_BEAT = 24,
    parameter integer N_WAIT = 16    // beats to be written that wait, a power of two
) (
    input  wire              clk,
    input  wire              rst,
    input  wire              mem_req_valid,
    output wire              mem_req_ready,
    input  wire              mem_req_write,
    input  wire [W_BEAT-1:0] mem_req_address,
    input  wire [7:0]        mem_req_length,   // beats, >= 1
    input  wire              mem_wdata_valid,
    output wire              mem_wdata_ready,
    input  wire [W_PORT-1:0] mem_wdata,
    output wire              mem_rdata_valid,
    output wire [W_PORT-1:0] mem_rdata,
    // native port
    output wire              port_cmd_valid,
    input  wire              port_cmd_ready,
    output wire              port_cmd_we,
    output wire [W_BEAT-1:0] port_cmd_address,
    input  wire              port_wdata_ready,
    output wire [W_PORT-1:0] port_wdata,
    input  wire              port_rdata_valid,
    input  wire [W_PORT-1:0] port_rdata
);
    localparam integer W_COUNT = $clog2(N_WAIT) + 1;
    generate
        if (W_PORT != 128) begin : g_bad_port
            ERROR_a_beat_of_DDR3_has_128_bits u_error ();
        end
    endgenerate

    reg               run, write;
    reg  [W_BEAT-1:0] at;
    reg  [7:0]        left;      // beats without a command
    reg  [W_COUNT-1:0] free;     // beats that wait without a command
    wire              step = port_cmd_valid && port_cmd_ready;
    wire              put  = mem_wdata_valid && mem_wdata_ready;
    assign mem_req_ready    = !run;
    assign port_cmd_valid   = run && (!write || free != {W_COUNT{1'b0}});
    assign port_cmd_we      = write;
    assign port_cmd_address = at;
    always @(posedge clk) begin
        if (rst) run <= 1'b0;
        else if (!run) run <= mem_req_valid;
        else if (step && left == 8'd1) run <= 1'b0;
        if (!run) {write, at, left} <= {mem_req_write, mem_req_address, mem_req_length};
        else if (step) {at, left} <= {at + 1'b1, left - 8'd1};
        if (rst) free <= {W_COUNT{1'b0}};
        else free <= free + {{(W_COUNT - 1){1'b0}}, put} - {{(W_COUNT - 1){1'b0}}, step && write};
    end

    wire waiting;   // always, when port_wdata_ready comes
    ern_fifo #(.W_DATA(W_PORT), .DEPTH(N_WAIT)) u_data (
        .clk(clk), .rst(rst), .in_valid(mem_wdata_valid), .in_ready(mem_wdata_ready), .in_data(mem_wdata),
        .out_valid(waiting), .out_ready(port_wdata_ready), .out_data(port_wdata));
    wire unused = waiting;
    assign mem_rdata_valid = port_rdata_valid;
    assign mem_rdata       = port_rdata;

`ifdef FORMAL
`include "ern_ddr3_port.vh"
`endif
endmodule

`default_nettype wire
