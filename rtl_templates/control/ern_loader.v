// SPDX-License-Identifier: Apache-2.0
// Fills the array's shadow registers: batches of N_ROWS rows from a memory, one row a cycle, each batch ahead of the
// pass that uses it.
//   go          takes a job: `batches` batches from row `first_row` on; accepted when idle
//   ready       a whole batch is in the shadow registers, or its last row is being read in this cycle
//   use         the shadow registers were (or will be, a fixed time from now) copied: the next batch may follow. A row
//               that is read in the cycle of `use` reaches the shadow registers 7 cycles later.
// Row r of a batch: address first_row + r, to the memory in cycle x, on row_* in cycle x + 6. mem_take says that a row is
// read: from a stream, whose rows come in order, the address is of no use, and `stall` holds back what is not there yet.
// With no stall a batch takes N_ROWS cycles and `use` to the next `ready` N_ROWS - 1 cycles. A reader that uses a batch
// one cycle after it is ready runs passes of N_ROWS windows back to back.
`default_nettype none

module ern_loader #(
    parameter integer N_ROWS = 16,   // rows a batch, >= 2
    parameter integer W_ROW  = 4,    // >= $clog2(N_ROWS)
    parameter integer W_WORD = 96,   // bits a row
    parameter integer W_ADDR = 13
) (
    input  wire              clk,
    input  wire              rst,
    input  wire              go,
    input  wire [W_ADDR-1:0] first_row,
    input  wire [27:0]       batches,      // >= 1
    output wire              idle,
    output wire              ready,
    input  wire              use_batch,
    input  wire              stall,
    output wire              mem_take,
    output wire [W_ADDR-1:0] mem_address,
    input  wire [W_WORD-1:0] mem_data,     // 2 cycles after mem_address
    output wire              row_valid,
    output wire [W_ROW-1:0]  row,
    output wire [W_WORD-1:0] row_word
);
    localparam [1:0] IDLE = 2'd0, LOAD = 2'd1, FULL = 2'd2;
    reg [1:0]        state;
    reg [W_ADDR-1:0] address;
    reg [W_ROW-1:0]  index;
    reg [27:0]       left;      // batches not yet begun, this one excluded

    reg  last_row, more;        // index == N_ROWS - 1, left != 0; registers, for the reader's start hangs on them
    wire read     = !stall && (state == LOAD || (state == FULL && use_batch && more));

    assign idle        = state == IDLE;
    assign ready       = state == FULL || (state == LOAD && last_row && !stall);
    assign mem_address = address;
    assign mem_take    = read;

    always @(posedge clk) begin
        if (rst) begin
            state    <= IDLE;
            left     <= 28'd0;
            more     <= 1'b0;
            index    <= {W_ROW{1'b0}};
            last_row <= 1'b0;
        end else begin
            case (state)
                IDLE: if (go) begin
                    state   <= LOAD;
                    address <= first_row;
                    left    <= batches - 28'd1;
                    more    <= batches != 28'd1;
                end
                LOAD: if (!stall && last_row) state <= FULL;
                default: if (use_batch) begin
                    state <= more ? LOAD : IDLE;
                    if (more) begin
                        left <= left - 28'd1;
                        more <= left != 28'd1;
                    end
                end
            endcase
            if (read) begin
                address <= address + 1'b1;
                index   <= last_row ? {W_ROW{1'b0}} : index + 1'b1;
                last_row <= index + 1'b1 == N_ROWS[W_ROW-1:0] - 1'b1 && !last_row;
            end
        end
    end

    // ---- the row on its way: two cycles of memory, four registers --------------------------------------------------
    reg [5:0] valid;
    always @(posedge clk) begin
        if (rst) valid <= 6'd0;
        else valid <= {valid[4:0], read};
    end
    assign row_valid = valid[5];
    ern_delay #(.W_DATA(W_ROW), .N_CYCLES(6)) u_row (.clk(clk), .in(index), .out(row));
    ern_delay #(.W_DATA(W_WORD), .N_CYCLES(4)) u_word (.clk(clk), .in(mem_data), .out(row_word));

`ifdef FORMAL
`include "ern_loader.vh"
`endif
endmodule

`default_nettype wire
