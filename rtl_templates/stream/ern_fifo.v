// SPDX-License-Identifier: Apache-2.0
// Synchronous FIFO in LUT RAM. Transfer when valid && ready; out_valid holds with stable data. No combinational path
// between the two sides: a full FIFO takes nothing until the cycle after a word left. Latency 1 cycle, one word a cycle.
// Storage: DEPTH * W_DATA bits.
`default_nettype none

module ern_fifo #(
    parameter integer W_DATA = 8,   // bits, >= 1
    parameter integer DEPTH  = 16   // words, a power of two, >= 2
) (
    input  wire              clk,
    input  wire              rst,
    input  wire              in_valid,
    output wire              in_ready,
    input  wire [W_DATA-1:0] in_data,
    output wire              out_valid,
    input  wire              out_ready,
    output wire [W_DATA-1:0] out_data
);
    localparam integer W_INDEX = $clog2(DEPTH);
    generate
        if (DEPTH < 2 || (1 << W_INDEX) != DEPTH) begin : g_bad_depth
            ERROR_DEPTH_must_be_a_power_of_two u_error ();
        end
    endgenerate

    (* ram_style = "distributed" *)
    reg [W_DATA-1:0] words [0:DEPTH-1];
    reg [W_INDEX:0]  head, tail;   // one bit more than an index: equal is empty, equal but for the top bit is full

    wire put = in_valid && in_ready;
    wire get = out_valid && out_ready;
    // Registers: much hangs on them, and they would come late behind the subtraction.
    reg  room, some;
    wire [W_INDEX:0] count = head - tail;
    always @(posedge clk) begin
        if (rst) {room, some} <= 2'b10;
        else if (put != get) begin
            room <= get || count != DEPTH[W_INDEX:0] - 1'b1;
            some <= put || count != {{W_INDEX{1'b0}}, 1'b1};
        end
    end
    assign in_ready  = room;
    assign out_valid = some;
    assign out_data  = words[tail[W_INDEX-1:0]];

    always @(posedge clk) begin
        if (put) words[head[W_INDEX-1:0]] <= in_data;
        if (rst) begin
            head <= {(W_INDEX + 1){1'b0}};
            tail <= {(W_INDEX + 1){1'b0}};
        end else begin
            if (put) head <= head + 1'b1;
            if (get) tail <= tail + 1'b1;
        end
    end

`ifdef FORMAL
    // The FIFO is a queue: one watched word comes out once, in its place. f_ahead words lie before it.
    (* anyconst *) wire [W_DATA-1:0] f_word;
    (* anyseq *)   wire              f_pick;
    reg              f_inside = 1'b0;
    reg [W_INDEX:0]  f_ahead  = 0;
    reg              f_past   = 1'b0;
    wire [W_INDEX:0] f_count  = head - tail;
    initial assume (rst);
    always @(posedge clk) begin
        f_past <= 1'b1;
        if (rst) f_inside <= 1'b0;
        else if (!f_inside && put && f_pick && in_data == f_word) begin
            f_inside <= 1'b1;
            f_ahead  <= f_count - {{W_INDEX{1'b0}}, get};
        end else if (f_inside && get) begin
            if (f_ahead == 0) f_inside <= 1'b0;
            f_ahead <= f_ahead - 1'b1;
        end
    end
    wire [W_INDEX:0] f_place = tail + f_ahead;
    always @(*) if (f_past) begin
        assert (f_count <= DEPTH[W_INDEX:0]);
        assert (room == (f_count != DEPTH[W_INDEX:0]) && some == (f_count != 0));
        if (f_inside) begin
            assert (f_ahead < f_count);
            assert (words[f_place[W_INDEX-1:0]] == f_word);
            if (f_ahead == 0) assert (out_valid && out_data == f_word);
        end
    end
    ern_stream_rules #(.W_DATA(W_DATA)) f_out (
        .clk(clk), .rst(rst), .valid(out_valid), .ready(out_ready), .data(out_data));
    reg f_full = 1'b0;
    always @(posedge clk) begin
        f_full <= !rst && (f_full || (f_past && f_count == DEPTH[W_INDEX:0]));
        cover (f_full && !rst && !out_valid);                         // filled, then empty
        cover (f_past && !rst && f_inside && f_ahead == 0 && get);    // the watched word comes out
    end
`endif
endmodule

`default_nettype wire
