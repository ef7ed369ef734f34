// SPDX-License-Identifier: Apache-2.0
// What the host reads and writes besides memories: identity, sizes, state, picture geometry (docs/link.md has the map).
// reg_rdata comes two cycles after reg_index. Unknown registers read zero and ignore writes.
`default_nettype none
`include "ern_link_defs.vh"

module ern_registers #(
    parameter integer N_TAPS       = 3,
    parameter integer N_CHANNELS   = 32,
    parameter integer N_OUTPUTS    = 16,
    parameter integer N_COLUMN     = 16,
    parameter integer W_ACC        = 16,
    parameter integer N_ACTIVATION = 512,
    parameter integer N_SUM        = 512,
    parameter integer N_WEIGHT     = 6656,
    parameter integer N_THRESHOLD  = 1024,
    parameter integer N_PROGRAM    = 512,
    parameter integer N_RESULT     = 16,
    parameter integer CLOCK_HZ     = 80000000,
    parameter [31:0]  CONFIGURATION = 32'd0,
    parameter integer EXTERNAL_BITS = 0,
    parameter integer W_BEAT       = 24
) (
    input  wire        clk,
    input  wire        rst,
    input  wire [5:0]  reg_index,
    input  wire        reg_write,
    input  wire [31:0] reg_wdata,
    output reg  [31:0] reg_rdata,
    // state of the engine and of the link
    input  wire        running,
    input  wire        result_waiting,
    input  wire        picture_full,
    input  wire [7:0]  error_code,
    input  wire [15:0] error_index,
    input  wire        load_error,      // a word was written beyond its memory
    input  wire [15:0] result_id,
    input  wire [31:0] result_cycles,
    input  wire [31:0] link_errors,
    // settings
    output reg  [31:0] cfg_watchdog,
    output reg  [15:0] cfg_picture_base,
    output reg  [11:0] cfg_picture_height,
    output reg  [11:0] cfg_picture_width,
    output reg  [1:0]  cfg_picture_colours,
    output reg  [15:0] cfg_picture_row_step,
    output reg  [15:0] cfg_picture_block_step,
    output reg  [8*W_BEAT-1:0] cfg_streams,   // from PROGRAM_AT to PICTURES_BEATS, the first one in the lowest bits
    output reg         clear            // one cycle: abandon the frame, clear errors
);
    localparam [31:0] WATCHDOG_AT_RESET = 32'h01000000;
    wire [2:0] stream = reg_index[2:0];
    wire       of_stream = EXTERNAL_BITS != 0 && reg_index[5:3] == 3'd4;   // PROGRAM_AT = 32 and the seven that follow
    wire error = error_code != 8'd0 || load_error;

    always @(posedge clk) begin
        clear <= 1'b0;
        if (reg_write) begin
            case (reg_index)
                `ERN_REG_WATCHDOG: cfg_watchdog <= reg_wdata;
                `ERN_REG_CONTROL: clear <= |reg_wdata[1:0];
                `ERN_REG_PICTURE_BASE: cfg_picture_base <= reg_wdata[15:0];
                `ERN_REG_PICTURE_SIZE: {cfg_picture_height, cfg_picture_width} <= {reg_wdata[27:16], reg_wdata[11:0]};
                `ERN_REG_PICTURE_COLOURS: cfg_picture_colours <= reg_wdata[1:0];
                `ERN_REG_PICTURE_STEPS: {cfg_picture_row_step, cfg_picture_block_step} <= reg_wdata;
                default: ;
            endcase
        end
        if (rst) begin
            cfg_watchdog <= WATCHDOG_AT_RESET;
            clear        <= 1'b0;
        end
    end

    // One register at a time: of an index into the whole Yosys makes a shifter.
    reg [W_BEAT-1:0] stream_word;
    integer n;
    always @* begin
        stream_word = cfg_streams[0 +: W_BEAT];
        for (n = 1; n < 8; n = n + 1) if (stream == n[2:0]) stream_word = cfg_streams[n*W_BEAT +: W_BEAT];
    end

    // A read in two steps: one of each group of eight, then the group. In one it is the longest path of a design.
    reg [2:0]  group;
    reg [31:0] identity, sizes, state, picture;
    reg [W_BEAT-1:0] streams;
    always @(posedge clk) begin
        group   <= reg_index[5:3];
        streams <= stream_word;
        case ({3'd0, reg_index[2:0]})
            `ERN_REG_MAGIC: identity <= `ERN_LINK_MAGIC;
            `ERN_REG_VERSION: identity <= `ERN_LINK_VERSION;
            `ERN_REG_CONFIGURATION: identity <= CONFIGURATION;
            `ERN_REG_SHAPE: identity <= {N_OUTPUTS[15:0], N_CHANNELS[7:0], N_TAPS[7:0]};
            `ERN_REG_WIDTHS: identity <= {16'd0, N_COLUMN[7:0], W_ACC[7:0]};
            `ERN_REG_N_ACTIVATION: identity <= N_ACTIVATION;
            `ERN_REG_N_SUM: identity <= N_SUM;
            default: identity <= N_WEIGHT;   // `ERN_REG_N_WEIGHT
        endcase
        case ({3'd1, reg_index[2:0]})
            `ERN_REG_N_THRESHOLD: sizes <= N_THRESHOLD;
            `ERN_REG_N_PROGRAM: sizes <= N_PROGRAM;
            `ERN_REG_N_RESULT: sizes <= N_RESULT;
            `ERN_REG_CLOCK_HZ: sizes <= CLOCK_HZ;
            `ERN_REG_EXTERNAL_BITS: sizes <= EXTERNAL_BITS;
            default: sizes <= 32'd0;
        endcase
        case ({3'd2, reg_index[2:0]})
            `ERN_REG_STATUS: state <= {27'd0, load_error, error, picture_full, result_waiting, running};
            `ERN_REG_ERROR: state <= {8'd0, error_index, error_code};
            `ERN_REG_RESULT_ID: state <= {16'd0, result_id};
            `ERN_REG_RESULT_CYCLES: state <= result_cycles;
            `ERN_REG_WATCHDOG: state <= cfg_watchdog;
            `ERN_REG_LINK_ERRORS: state <= link_errors;
            `ERN_REG_PICTURE_BASE: state <= {16'd0, cfg_picture_base};
            default: state <= 32'd0;
        endcase
        case ({3'd3, reg_index[2:0]})
            `ERN_REG_PICTURE_SIZE: picture <= {4'd0, cfg_picture_height, 4'd0, cfg_picture_width};
            `ERN_REG_PICTURE_COLOURS: picture <= {30'd0, cfg_picture_colours};
            `ERN_REG_PICTURE_STEPS: picture <= {cfg_picture_row_step, cfg_picture_block_step};
            default: picture <= 32'd0;
        endcase
        case (group)
            3'd0: reg_rdata <= identity;
            3'd1: reg_rdata <= sizes;
            3'd2: reg_rdata <= state;
            3'd3: reg_rdata <= picture;
            3'd4: reg_rdata <= EXTERNAL_BITS != 0 ? {{(32 - W_BEAT){1'b0}}, streams} : 32'd0;
            default: reg_rdata <= 32'd0;
        endcase
    end

    genvar s;
    generate
        for (s = 0; s < 8; s = s + 1) begin : g_stream
            localparam [2:0] S = s;
            always @(posedge clk) begin
                if (rst) cfg_streams[s*W_BEAT +: W_BEAT] <= {W_BEAT{1'b0}};
                else if (reg_write && of_stream && stream == S) cfg_streams[s*W_BEAT +: W_BEAT] <= reg_wdata[W_BEAT-1:0];
            end
        end
    endgenerate
endmodule

`default_nettype wire
