// SPDX-License-Identifier: Apache-2.0
// Runs the program: once over the descriptors for every picture.
//
//   wait for a picture -> fetch descriptor 0 -> hand it to the loaders -> hand it to the reader -> fetch the next ...
//
// EXTERNAL = 1: descriptors come word by word from a stream that begins again with every frame, weights and thresholds
// come in the order of use, and embed descriptors bring rows of the picture in, beside the reader's work; a descriptor
// with wait_picture starts when all of them before it are done. N_SPILL = 1: spill and fill descriptors move partial sums out and
// back (ern_spill) while the reader rests, as reduce does.
//
// OVERLAP = 1 (with EXTERNAL = 1) and an `end` with release_input: the program's late part belongs to the frame before. A run starts when a picture is there, or when that
// frame's end part is pending and no picture has come for 2^W_LINGER cycles; it publishes the frame before, if there is one. A run
// without a picture passes over its embed descriptors. So each picture is published one run after the one that took it, whether
// or not others follow.
//
// A descriptor is fetched, and its first weights are loaded, while the one before still runs. The reader gets it when
// everything that the one before writes has landed. `end` publishes the result with the picture's number.
//
// Watchdog: cfg_watchdog cycles without a descriptor being done stop the run (waiting for the host to take a result
// is not counted). An unknown opcode, or a program that leaves its memory, stops it too. A stopped run publishes
// nothing; error_code and error_index stay until `clear`, and meanwhile `halt` holds all units in reset.
`default_nettype none
`include "ern_descriptor.vh"

module ern_sequencer #(
    parameter integer N_PROGRAM = 512,  // 32-bit words
    parameter integer W_PROGRAM = 9,    // >= $clog2(N_PROGRAM)
    parameter integer W_WEIGHT  = 13,   // weight row address
    parameter integer W_THRESH  = 10,   // threshold row address
    parameter integer EXTERNAL  = 0,
    parameter integer N_SPILL   = 0,
    parameter integer OVERLAP   = 0,
    parameter integer W_LINGER  = 19
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire                   clear,           // leave the error state, abandon a running frame
    input  wire                   stall,
    input  wire [31:0]            cfg_watchdog,    // cycles
    // program memory, or stream: word now, data 2 cycles later
    input  wire                   mem_available,   // EXTERNAL = 1: a word may be taken
    output wire                   mem_take,
    output wire [W_PROGRAM-1:0]   mem_address,
    input  wire [31:0]            mem_data,
    output wire                   mem_taken,       // a word came: it is the top one of `descriptor`
    // pictures and results
    input  wire                   picture_full,
    input  wire [15:0]            picture_id,
    output wire                   picture_release,
    input  wire                   result_waiting,
    output reg                    result_publish,
    output reg  [15:0]            result_id,
    output reg  [31:0]            result_cycles,   // of the run that publishes it, without waiting for the host
    // units
    output wire [`ERN_D_BITS-1:0] descriptor,
    output wire                   weights_go,
    output wire [W_WEIGHT-1:0]    weights_row,
    output wire [27:0]            weights_batches,
    input  wire                   weights_idle,
    output wire                   thresholds_go,
    output wire [W_THRESH-1:0]    thresholds_row,
    output wire [27:0]            thresholds_batches,
    input  wire                   thresholds_idle,
    output reg                    reader_go,       // for the descriptor of the cycle before, which still stands there
    input  wire                   reader_idle,
    output wire                   reduce_go,
    input  wire                   reduce_done,
    output wire                   spill_go,        // N_SPILL = 1: spill or fill
    input  wire                   spill_done,
    output wire                   embed_go,
    input  wire                   embed_idle,
    input  wire                   embed_done,
    // state
    output wire                   running,
    output wire                   halt,            // units back to reset
    output reg  [7:0]             error_code,      // 0 none, 1 watchdog, 2 opcode, 3 end of program memory
    output reg  [15:0]            error_index,     // descriptor
    // for observers: a frame starts; a descriptor is done, with everything that it writes in the memories (`end`:
    // the result is published). OVERLAP = 1: trace_index is 1 at the start of a run with a picture, 0 of one without
    output reg                    trace_start,
    output reg                    trace_done,
    output reg  [15:0]            trace_index
);
    localparam [7:0] ERROR_WATCHDOG = 8'd1, ERROR_OPCODE = 8'd2, ERROR_PROGRAM = 8'd3;
    localparam [2:0] IDLE = 3'd0, FETCH = 3'd1, READY = 3'd2, REDUCE = 3'd3, STOPPED = 3'd4;
    localparam integer W_COUNT = $clog2(`ERN_D_WORDS + 1);
    localparam [W_COUNT-1:0] WORDS = `ERN_D_WORDS;

    reg [2:0]             state;
    reg [`ERN_D_BITS-1:0] d;             // the fetched descriptor, word 0 in the least significant bits
    reg [15:0]            index;         // its number
    reg [W_PROGRAM:0]     address;       // next program word to ask for
    reg [W_COUNT-1:0]     asked, got;
    reg [2:0]             on_the_way;
    reg                   loading;       // the loaders have it
    reg                   reader_busy, reader_releases, embed_releases;
    reg [15:0]            reader_index;
    reg [15:0]            frame_id;      // the next frame may start before the host took this one's result
    reg [31:0]            cycles, watchdog;
    reg                   with_picture, with_result;   // OVERLAP = 1: what this run takes and publishes
    reg                   pending;       // OVERLAP = 1: the last run took a picture
    reg [15:0]            pending_id;
    reg [W_LINGER:0]      linger;        // cycles that it has been waiting for a picture
    wire                  takes     = OVERLAP == 0 || with_picture;
    wire                  overlaps  = OVERLAP == 1 && d[`ERN_D_RELEASE_INPUT];   // of an `end`
    wire                  publishes = OVERLAP == 0 || (overlaps ? with_result : with_picture);

    // What the descriptor is, a cycle later; its last word has come a cycle before READY.
    reg        is_conv, is_reduce, is_embed, is_end, is_spill;
    always @(posedge clk) begin
        is_conv   <= d[`ERN_D_OPCODE +: 4] == `ERN_OP_CONV;
        is_reduce <= d[`ERN_D_OPCODE +: 4] == `ERN_OP_REDUCE;
        is_embed  <= d[`ERN_D_OPCODE +: 4] == `ERN_OP_EMBED && EXTERNAL == 1;
        is_end    <= d[`ERN_D_OPCODE +: 4] == `ERN_OP_END;
        is_spill  <= (d[`ERN_D_OPCODE +: 4] == `ERN_OP_SPILL || d[`ERN_D_OPCODE +: 4] == `ERN_OP_FILL) && N_SPILL == 1;
    end
    wire       ready    = state == READY && !stall;
    wire       conv     = ready && is_conv;
    wire       needs_weights    = !d[`ERN_D_DEPTHWISE];
    wire       needs_thresholds = d[`ERN_D_CODES];
    wire       load     = conv && !loading && (weights_idle || !needs_weights)
                          && (thresholds_idle || !needs_thresholds);
    wire       reader_done = reader_busy && reader_idle && running;   // a stopped reader is idle too, but not done
    wire       ask      = state == FETCH && asked != WORDS && (EXTERNAL == 0 || mem_available);
    wire       embed    = ready && is_embed;
    wire       picture_there = EXTERNAL == 0 || !d[`ERN_D_WAIT_PICTURE] || embed_idle;
    wire       reader_start = conv && loading && reader_idle && picture_there;
    wire       finish   = ready && is_end && reader_idle && !reader_done && !(result_waiting && publishes);
    wire       beyond   = EXTERNAL == 0 && address + {{(W_PROGRAM + 1 - W_COUNT){1'b0}}, WORDS} > N_PROGRAM[W_PROGRAM:0];

    assign descriptor         = d;
    assign mem_take           = ask;
    assign mem_taken          = on_the_way[2];
    assign mem_address        = address[W_PROGRAM-1:0];
    assign weights_go         = load && needs_weights;
    assign weights_row        = d[`ERN_D_WEIGHT_ROW +: W_WEIGHT];
    assign weights_batches    = {4'd0, d[`ERN_D_PASSES +: 24]};
    assign thresholds_go      = load && needs_thresholds;
    assign thresholds_row     = d[`ERN_D_THRESHOLD_ROW +: W_THRESH];
    assign thresholds_batches = {16'd0, d[`ERN_D_BLOCKS +: 12]};
    assign embed_go           = embed && embed_idle && takes;
    assign reduce_go          = ready && is_reduce && reader_idle && !reader_done && !result_waiting;
    assign spill_go           = ready && is_spill && reader_idle && !reader_done;
    assign picture_release    = EXTERNAL == 1 ? embed_done && embed_releases && running : reader_done && reader_releases;
    assign running            = state != IDLE && state != STOPPED;
    assign halt               = state == STOPPED || clear;

    // Nothing but the host holds the run: what the array still works on counts.
    wire waits_for_host = state == READY && result_waiting && !reader_busy && !is_conv && !embed && !is_spill && (publishes || !is_end);

    always @(posedge clk) begin
        trace_start    <= 1'b0;
        trace_done     <= 1'b0;
        result_publish <= 1'b0;
        reader_go      <= reader_start;
        on_the_way     <= {on_the_way[1:0], ask};
        linger         <= state != IDLE ? {(W_LINGER + 1){1'b0}} : linger[W_LINGER] ? linger : linger + 1'b1;
        if (!waits_for_host) cycles <= cycles + 32'd1;
        watchdog       <= waits_for_host || reader_done || reduce_done || (N_SPILL == 1 && spill_done) || (EXTERNAL == 1 && embed_done) ? 32'd0 : watchdog + 32'd1;

        if (ask) begin
            asked   <= asked + 1'b1;
            address <= address + 1'b1;
        end
        if (on_the_way[1]) begin
            d   <= {mem_data, d[`ERN_D_BITS-1:32]};
            got <= got + 1'b1;
        end
        if (load) loading <= 1'b1;
        if (reader_go) reader_busy <= 1'b1;
        if (reader_done) begin
            reader_busy <= 1'b0;
            trace_done  <= 1'b1;
            trace_index <= reader_index;
        end

        case (state)
            IDLE: if ((picture_full || (OVERLAP == 1 && pending && linger[W_LINGER])) && !stall) begin
                state       <= FETCH;
                address     <= {(W_PROGRAM + 1){1'b0}};
                index       <= 16'd0;
                asked       <= {W_COUNT{1'b0}};
                got         <= {W_COUNT{1'b0}};
                cycles      <= 32'd0;
                watchdog    <= 32'd0;
                frame_id    <= picture_id;
                trace_start <= 1'b1;
                if (OVERLAP == 1) begin
                    with_picture <= picture_full;
                    with_result  <= pending;
                    pending_id   <= frame_id;
                    trace_index  <= {15'd0, picture_full};
                end
            end
            FETCH: begin
                loading <= 1'b0;
                if (beyond && asked == {W_COUNT{1'b0}}) begin
                    state       <= STOPPED;
                    error_code  <= ERROR_PROGRAM;
                    error_index <= index;
                end else if (got == WORDS) begin
                    state <= READY;
                end
            end
            READY: begin
                if (reader_start) begin
                    reader_releases <= d[`ERN_D_RELEASE_INPUT];
                    reader_index    <= index;
                end
                if (reduce_go || spill_go) state <= REDUCE;
                if (embed_go) embed_releases <= d[`ERN_D_RELEASE_INPUT];
                if (reader_start || embed_go || (embed && !takes)) begin
                    state <= FETCH;
                    index <= index + 16'd1;
                    asked <= {W_COUNT{1'b0}};
                    got   <= {W_COUNT{1'b0}};
                end
                if (finish) begin
                    state          <= IDLE;
                    result_publish <= publishes;
                    result_cycles  <= cycles + 32'd1;
                    trace_done     <= 1'b1;
                    trace_index    <= index;
                    result_id      <= overlaps ? pending_id : frame_id;
                    pending        <= overlaps && with_picture;
                end
                if (!is_conv && !is_reduce && !is_end && !is_embed && !is_spill) begin
                    state       <= STOPPED;
                    error_code  <= ERROR_OPCODE;
                    error_index <= index;
                end
            end
            REDUCE: if (reduce_done || (N_SPILL == 1 && spill_done)) begin
                state       <= FETCH;
                index       <= index + 16'd1;
                asked       <= {W_COUNT{1'b0}};
                got         <= {W_COUNT{1'b0}};
                trace_done  <= 1'b1;
                trace_index <= index;
            end
            default: ;
        endcase

        if (running && watchdog >= cfg_watchdog) begin
            state       <= STOPPED;
            error_code  <= ERROR_WATCHDOG;
            error_index <= index;
            result_publish <= 1'b0;
            reader_go      <= 1'b0;
        end
        if (rst || clear) begin
            state       <= IDLE;
            on_the_way  <= 3'b000;
            loading     <= 1'b0;
            reader_busy <= 1'b0;
            reader_go   <= 1'b0;
            error_code  <= 8'd0;
            error_index <= 16'd0;
            trace_start <= 1'b0;
            trace_done  <= 1'b0;
            result_publish <= 1'b0;
            pending     <= 1'b0;
            if (rst) result_id <= 16'd0;
        end
    end

`ifdef FORMAL
`include "ern_sequencer.vh"
`endif
endmodule

`default_nettype wire
