// SPDX-License-Identifier: Apache-2.0
// Collects one command frame: SLIP, then sequence number, opcode, body and CRC-32. A frame whose CRC is right waits in
// the buffer (`frame` high, `length` bytes without the CRC) until `done`; meanwhile in_ready is low. A damaged, too short
// or too long frame is counted and reported by one cycle of `bad`. Nothing of a frame is acted on before its CRC.
// Buffer: N_BYTES bytes of LUT RAM, read combinationally at read_index.
`default_nettype none

module ern_host_receive #(
    parameter integer N_BYTES = 256  // a power of two
) (
    input  wire        clk,
    input  wire        rst,
    input  wire        in_valid,
    output wire        in_ready,
    input  wire [7:0]  in_data,
    output reg         frame,
    output reg  [15:0] length,
    input  wire        done,
    input  wire [$clog2(N_BYTES)-1:0] read_index,
    output wire [7:0]  read_data,
    output reg         bad,
    output reg  [31:0] errors
);
    localparam integer W_INDEX = $clog2(N_BYTES);
    localparam [31:0] RESIDUE  = 32'hdebb20e3;
    localparam [15:0] OVERHEAD = 16'd4, SHORTEST = 16'd6;

    wire take = in_valid && in_ready;
    assign in_ready = !frame && !frame_end;

    // What the decoder says, a cycle later: the CRC hangs on it.
    reg        byte_valid, frame_end, spoiled;
    reg  [7:0] byte_data;
    wire       now_valid, now_end, now_spoiled;
    wire [7:0] now_data;
    ern_slip_decode u_decode (
        .clk(clk), .rst(rst), .in_valid(take), .in_data(in_data), .out_valid(now_valid), .out_data(now_data),
        .out_end(now_end), .out_spoiled(now_spoiled));
    always @(posedge clk) begin
        byte_valid <= now_valid && !rst;
        frame_end  <= now_end && !rst;
        spoiled    <= now_spoiled;
        byte_data  <= now_data;
    end

    (* ram_style = "distributed" *)
    reg [7:0]  buffer [0:N_BYTES-1];
    reg [15:0] count;
    reg [31:0] crc;
    wire [31:0] crc_next;
    ern_crc32 u_crc (.in(crc), .data(byte_data), .out(crc_next));

    wire fits = count < N_BYTES[15:0];
    wire good = !spoiled && count >= SHORTEST && count <= N_BYTES[15:0] && crc == RESIDUE;
    assign read_data = buffer[read_index];

    always @(posedge clk) begin
        bad <= 1'b0;
        if (byte_valid && fits) buffer[count[W_INDEX-1:0]] <= byte_data;
        if (frame_end) begin
            count <= 16'd0;
            crc   <= 32'hffffffff;
            if (good) begin
                frame  <= 1'b1;
                length <= count - OVERHEAD;
            end else if (count != 16'd0 || spoiled) begin   // two ends in a row are no fault
                bad    <= 1'b1;
                errors <= errors + 32'd1;
            end
        end else if (byte_valid) begin
            crc <= crc_next;
            if (count <= N_BYTES[15:0]) count <= count + 16'd1;   // one beyond: too long
        end
        if (done) frame <= 1'b0;
        if (rst) begin
            count  <= 16'd0;
            crc    <= 32'hffffffff;
            frame  <= 1'b0;
            bad    <= 1'b0;
            errors <= 32'd0;
        end
    end

`ifdef FORMAL
`include "ern_host_receive.vh"
`endif
endmodule

`default_nettype wire
