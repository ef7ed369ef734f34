// SPDX-License-Identifier: Apache-2.0
// What an opcode of the host link says (docs/link.md), a cycle after it: which command it is, whether data bytes follow its
// fields, and how many bytes of the frame come before them, sequence number and opcode included.
`default_nettype none
`include "ern_link_defs.vh"

module ern_host_opcode (
    input  wire        clk,
    input  wire [7:0]  opcode,
    output reg  [15:0] field_end,   // 3 where the opcode is not known
    output reg         known,
    output reg         has_data,
    output reg         read_reg,
    output reg         write_reg,
    output reg         write_mem,
    output reg         pixels,
    output reg         read_result
);
    always @(posedge clk) begin
        read_reg    <= opcode == `ERN_CMD_READ_REG;
        write_reg   <= opcode == `ERN_CMD_WRITE_REG;
        write_mem   <= opcode == `ERN_CMD_WRITE_MEM;
        pixels      <= opcode == `ERN_CMD_PIXELS;
        read_result <= opcode == `ERN_CMD_READ_RESULT;
        has_data    <= opcode == `ERN_CMD_WRITE_MEM || opcode == `ERN_CMD_PIXELS;
        known       <= 1'b1;
        case (opcode)
            `ERN_CMD_READ_REG, `ERN_CMD_RELEASE_RESULT: field_end <= 16'd4;
            `ERN_CMD_WRITE_REG, `ERN_CMD_WRITE_MEM:     field_end <= 16'd7;
            `ERN_CMD_PIXELS:                            field_end <= 16'd8;
            `ERN_CMD_READ_RESULT:                       field_end <= 16'd5;
            default: begin
                field_end <= 16'd3;
                known     <= 1'b0;
            end
        endcase
    end
endmodule

`default_nettype wire
