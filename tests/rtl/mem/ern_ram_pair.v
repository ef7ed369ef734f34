// SPDX-License-Identifier: Apache-2.0
// ern_ram_banks beside the ern_ram whose body it is, for ern_ram_banks_test.
`default_nettype none

module ern_ram_pair #(
    parameter integer W_DATA = 5,
    parameter integer DEPTH  = 9,
    parameter integer W_ADDR = 4,
    parameter integer N_BANK = 8
) (
    input  wire              clk,
    input  wire              write_enable,
    input  wire [W_ADDR-1:0] write_address,
    input  wire [W_DATA-1:0] write_data,
    input  wire [W_ADDR-1:0] read_address,
    output wire [W_DATA-1:0] one,
    output wire [W_DATA-1:0] banks
);
    ern_ram #(.W_DATA(W_DATA), .DEPTH(DEPTH), .W_ADDR(W_ADDR)) u_one (
        .clk(clk), .write_enable(write_enable), .write_address(write_address), .write_data(write_data),
        .read_address(read_address), .read_data(one));
    ern_ram_banks #(.W_DATA(W_DATA), .DEPTH(DEPTH), .W_ADDR(W_ADDR), .N_BANK(N_BANK)) u_banks (
        .clk(clk), .write_enable(write_enable), .write_address(write_address), .write_data(write_data),
        .read_address(read_address), .read_data(banks));
endmodule

`default_nettype wire
