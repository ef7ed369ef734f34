// SPDX-License-Identifier: Apache-2.0
// One write port, one read port.
//   read_data(t + 2) = mem[read_address(t)] as of the start of cycle t
// The second register keeps the slow clock-to-output of a block RAM away from logic; the flow moves it into the block.
// Reading the word that is written in the same cycle gives an undefined value on hardware (no_rw_check): users keep one
// cycle's distance.
// Storage: DEPTH * W_DATA bits. Data is not reset. For synthesis (SYNTHESIS defined) a memory of more than 2,048 words, or
// of 1,025 to 1,536, is made of banks: see ern_ram_banks, which has the same function and latency.
`default_nettype none

module ern_ram #(
    parameter integer W_DATA = 32,   // bits a word, >= 1
    parameter integer DEPTH  = 512,  // words, >= 2
    parameter integer W_ADDR = 9     // >= $clog2(DEPTH)
) (
    input  wire              clk,
    input  wire              write_enable,
    input  wire [W_ADDR-1:0] write_address,
    input  wire [W_DATA-1:0] write_data,
    input  wire [W_ADDR-1:0] read_address,
    output wire [W_DATA-1:0] read_data
);
    generate
        if (W_DATA < 1) begin : g_bad_width
            ERROR_W_DATA_must_be_at_least_1 u_error ();
        end
        if (DEPTH < 2 || $clog2(DEPTH) > W_ADDR) begin : g_bad_depth
            ERROR_DEPTH_must_be_2_or_more_and_fit_W_ADDR u_error ();
        end
    endgenerate

`ifdef SYNTHESIS
    localparam integer N_BANK = 2048;
    generate
        if (DEPTH > N_BANK || (DEPTH > 1024 && DEPTH <= 1536)) begin : g_banks
            ern_ram_banks #(.W_DATA(W_DATA), .DEPTH(DEPTH), .W_ADDR(W_ADDR), .N_BANK(N_BANK)) u_banks (
                .clk(clk), .write_enable(write_enable), .write_address(write_address), .write_data(write_data),
                .read_address(read_address), .read_data(read_data));
        end else begin : g_one
            (* no_rw_check *)
            reg [W_DATA-1:0] mem [0:DEPTH-1];
            reg [W_DATA-1:0] read_word;
            reg [W_DATA-1:0] out_word;
            always @(posedge clk) begin
                if (write_enable) mem[write_address] <= write_data;
                read_word <= mem[read_address];
                out_word  <= read_word;
            end
            assign read_data = out_word;
        end
    endgenerate
`else
    (* no_rw_check *)
    reg [W_DATA-1:0] mem [0:DEPTH-1]  /* verilator public_flat_rw */;
    reg [W_DATA-1:0] read_word;
    reg [W_DATA-1:0] out_word;

    always @(posedge clk) begin
        if (write_enable) mem[write_address] <= write_data;
        read_word <= mem[read_address];
        out_word  <= read_word;
    end
    assign read_data = out_word;
`endif
endmodule

`default_nettype wire
