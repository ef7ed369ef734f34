// SPDX-License-Identifier: Apache-2.0
// Controller of one SDR SDRAM of 16 or 32 bits behind the accelerator's memory port (ern_memory_port). All times are in cycles.
//   beat address = {row, bank, column / N_WORDS}: neighbouring rows of a stream lie in different banks, and the row that a
//   burst will need next is opened while data of the one before still move
// A beat is one SDRAM burst of N_WORDS = W_PORT / W_DATA words, low word first. Reads come in the order asked for, READ_DELAY
// cycles after their command at the pins; writes take the beats in their order. Commands, addresses and data out are registers,
// sd_dq_in must be one outside (in the pad): the board's top has them (ern_board_sdr).
// Throughput: a beat each N_WORDS cycles within a row and from row to row where T_RP + T_RCD + 6 is less than what is left
// of the row before; refresh takes T_RP + T_RFC + T_RCD + 6 cycles each T_REFRESH.
// After reset: T_INIT cycles of rest, all banks closed, eight refreshes, the mode register; requests wait.
`default_nettype none

module ern_sdram #(
    parameter integer W_PORT     = 32,     // 32, 64 or 128
    parameter integer W_DATA     = 16,     // the part's: 16, or 32 with a port of at least 64
    parameter integer W_BEAT     = 24,     // bits of a beat's address; what is above the part's size is ignored
    parameter integer W_ROW      = 13,
    parameter integer W_COLUMN   = 9,
    parameter integer CAS        = 3,      // cycles from a read command to its first word, as the part counts
    parameter integer READ_DELAY = 5,      // cycles from sd_command at the registers to sd_dq_in: CAS, and registers on the way
    parameter integer T_INIT     = 20000,  // 200 us
    parameter integer T_RCD      = 2,      // row opened to column command
    parameter integer T_RP       = 2,      // row closed to bank opened
    parameter integer T_RAS      = 5,      // row opened to row closed
    parameter integer T_RC       = 7,      // row opened to the bank's next one
    parameter integer T_RRD      = 2,      // row opened to row opened in another bank
    parameter integer T_WR       = 2,      // last word written to row closed
    parameter integer T_RFC      = 7,      // refresh to the next command
    parameter integer T_MRD      = 2,      // mode register to the next command
    parameter integer T_REFRESH  = 760     // between refreshes, less than 7.8 us by what a refresh may wait (32 cycles)
) (
    input  wire              clk,
    input  wire              rst,
    // memory port, see ern_memory_port
    input  wire              mem_req_valid,
    output wire              mem_req_ready,
    input  wire              mem_req_write,
    /* verilator lint_off UNUSED */  // above the part's size
    input  wire [W_BEAT-1:0] mem_req_address,
    /* verilator lint_on UNUSED */
    input  wire [7:0]        mem_req_length,   // beats, >= 1
    input  wire              mem_wdata_valid,
    output wire              mem_wdata_ready,
    input  wire [W_PORT-1:0] mem_wdata,
    output reg               mem_rdata_valid,
    output reg  [W_PORT-1:0] mem_rdata,
    // pins
    output reg  [2:0]        sd_command,       // {ras_n, cas_n, we_n}; chip select is always low
    output reg  [1:0]        sd_bank,
    output reg  [W_ROW-1:0]  sd_address,
    output reg  [W_DATA-1:0] sd_dq_out,
    output reg               sd_dq_drive,
    input  wire [W_DATA-1:0] sd_dq_in
);
    localparam integer N_WORDS  = W_PORT / W_DATA;
    localparam integer W_WORD   = $clog2(N_WORDS);
    localparam integer W_CBEAT  = W_COLUMN - W_WORD;      // bits of a beat's place in a row
    localparam integer W_USED   = W_ROW + 2 + W_CBEAT;
    localparam [2:0] NOP = 3'b111, ACTIVE = 3'b011, READ = 3'b101, WRITE = 3'b100, PRECHARGE = 3'b010, REFRESH = 3'b001,
                     MODE = 3'b000;
    generate
        if (W_PORT != 32 && W_PORT != 64 && W_PORT != 128) begin : g_bad_port
            ERROR_W_PORT_must_be_32_64_or_128 u_error ();
        end
        if ((W_DATA != 16 && W_DATA != 32) || W_PORT < 2 * W_DATA) begin : g_bad_data
            ERROR_W_DATA_must_be_16_or_32_and_a_beat_two_words u_error ();
        end
        if (W_BEAT < W_USED || W_ROW < 11 || W_COLUMN > 10) begin : g_bad_address
            ERROR_W_BEAT_must_hold_row_bank_and_column u_error ();
        end
        if (T_RCD < 1 || T_RP < 1 || T_RC > 15 || T_RAS > 15 || T_RFC > 31 || T_INIT < T_RFC) begin : g_bad_time
            ERROR_a_time_is_out_of_range u_error ();
        end
    endgenerate

    // ---- bursts: the one under way and the one after it -------------------------------------------------------------------
    reg               run, next_valid, write, next_write;
    reg               hit;       // the burst's row is open; known a cycle after `at`
    reg               fresh;     // `at` has just changed
    reg               opening;   // a row was opened or closed in the cycle before: hit does not know it yet
    reg  [W_USED-1:0] at, next_at;
    reg  [7:0]        left, next_left;        // beats
    wire [W_ROW-1:0]  row    = at[W_USED-1 -: W_ROW];
    wire [1:0]        bank   = at[W_CBEAT +: 2];
    wire [W_CBEAT-1:0] column = at[W_CBEAT-1:0];
    wire              step;                   // a column command goes out
    reg               last;                   // left == 1
    wire              burst_ends = step && last;
    wire              take_next  = next_valid && (!run || burst_ends);
    assign mem_req_ready = !next_valid;
    always @(posedge clk) begin
        if (rst) {run, next_valid} <= 2'b00;
        else begin
            if (take_next) run <= 1'b1;
            else if (burst_ends) run <= 1'b0;
            if (mem_req_ready && mem_req_valid) next_valid <= 1'b1;
            else if (take_next) next_valid <= 1'b0;
        end
        if (mem_req_ready) {next_write, next_at, next_left} <= {mem_req_write, mem_req_address[W_USED-1:0], mem_req_length};
        if (take_next) {write, at, left, last} <= {next_write, next_at, next_left, next_left == 8'd1};
        else if (step) {at, left, last} <= {at + 1'b1, left - 8'd1, left == 8'd2};
    end

    // Where data will be needed after this row: the next one, or the next burst's.
    wire [W_CBEAT:0]      row_left   = {1'b1, {W_CBEAT{1'b0}}} - {1'b0, column};   // beats
    reg                   ahead_valid;
    reg  [W_ROW+1:0]      ahead;
    wire                  goes_on = {{(11 - W_CBEAT){1'b0}}, row_left} < {4'd0, left};
    always @(posedge clk) begin
        if (rst || take_next) ahead_valid <= 1'b0;
        else if (!step) ahead_valid <= run && (goes_on || next_valid);
        if (!step) ahead <= goes_on ? at[W_USED-1 -: W_ROW+2] + 1'b1 : next_at[W_USED-1 -: W_ROW+2];
    end

    // ---- banks: what is open, and how long until what may be done ---------------------------------------------------------
    reg  [3:0]       open;
    reg  [W_ROW-1:0] open_row [0:3];
    reg  [3:0]       to_column [0:3], to_close [0:3], to_open [0:3];
    wire [3:0]       may_close, may_open;
    wire             do_close_all, do_refresh;
    reg              row_valid, row_opens;    // a row is opened, or closed, in this cycle
    reg  [1:0]       row_bank;
    reg  [W_ROW-1:0] row_row;
    wire [3:0]       busy_close;   // cycles after a column command until its row may be closed
    assign busy_close = write ? N_WORDS[3:0] - 4'd1 + T_WR[3:0] : N_WORDS[3:0];
    genvar b;
    generate
        for (b = 0; b < 4; b = b + 1) begin : g_bank
            wire opened = row_valid && row_opens && row_bank == b;
            wire closed = (row_valid && !row_opens && row_bank == b) || do_close_all;
            wire moved  = step && bank == b;
            always @(posedge clk) begin
                if (rst || closed) open[b] <= 1'b0;
                else if (opened) open[b] <= 1'b1;
                if (opened) open_row[b] <= row_row;
                if (rst) {to_column[b], to_close[b], to_open[b]} <= 12'd0;
                else begin
                    if (opened) to_column[b] <= T_RCD[3:0] - 4'd1;
                    else if (to_column[b] != 0) to_column[b] <= to_column[b] - 4'd1;
                    if (opened) to_close[b] <= T_RAS[3:0] - 4'd1;
                    else if (moved && to_close[b] < busy_close) to_close[b] <= busy_close - 4'd1;
                    else if (to_close[b] != 0) to_close[b] <= to_close[b] - 4'd1;
                    if (opened) to_open[b] <= T_RC[3:0] - 4'd1;
                    else if (closed && to_open[b] < T_RP[3:0]) to_open[b] <= T_RP[3:0] - 4'd1;
                    else if (to_open[b] != 0) to_open[b] <= to_open[b] - 4'd1;
                end
            end
            assign may_close[b]  = to_close[b] == 0;
            assign may_open[b]   = !open[b] && to_open[b] == 0;
        end
    endgenerate
    reg [3:0] between_opens;   // T_RRD
    always @(posedge clk) begin
        if (rst) between_opens <= 4'd0;
        else if (row_valid && row_opens) between_opens <= T_RRD[3:0] - 4'd1;
        else if (between_opens != 0) between_opens <= between_opens - 4'd1;
    end

    // ---- the data bus -----------------------------------------------------------------------------------------------------
    // A command every N_WORDS cycles; a write after a read waits until the read's words and one idle cycle are over.
    localparam integer READ_TO_WRITE = CAS + N_WORDS + 1;
    reg  [3:0]        to_step, to_write;
    reg               may_step, may_write;    // to_step == 0; a beat waits and to_write == 0, right where may_step is
    reg               beat_valid;             // a beat to write waits
    reg  [W_PORT-1:0] beat, shift;
    reg  [3:0]        drive_left;
    always @(posedge clk) begin
        may_step  <= !step && to_step <= 4'd1;
        may_write <= (beat_valid || mem_wdata_valid) && to_write <= 4'd1;
        if (rst) {to_step, to_write} <= 8'd0;
        else begin
            if (step) to_step <= N_WORDS[3:0] - 4'd1;
            else if (to_step != 0) to_step <= to_step - 4'd1;
            if (step && !write) to_write <= READ_TO_WRITE[3:0] - 4'd1;
            else if (to_write != 0) to_write <= to_write - 4'd1;
        end
        if (rst) beat_valid <= 1'b0;
        else if (mem_wdata_valid && mem_wdata_ready) beat_valid <= 1'b1;
        else if (step && write) beat_valid <= 1'b0;
        if (mem_wdata_ready) beat <= mem_wdata;
        if (step && write) shift <= beat >> W_DATA;
        else shift <= shift >> W_DATA;
        sd_dq_out <= step && write ? beat[W_DATA-1:0] : shift[W_DATA-1:0];
        if (rst) drive_left <= 4'd0;
        else if (step && write) drive_left <= N_WORDS[3:0] - 4'd1;
        else if (drive_left != 0) drive_left <= drive_left - 4'd1;
        sd_dq_drive <= !rst && ((step && write) || drive_left != 0);
    end
    assign mem_wdata_ready = !beat_valid;

    // ---- beginning and refresh --------------------------------------------------------------------------------------------
    localparam integer W_INIT = $clog2(T_INIT + 1);
    localparam [2:0] REST = 3'd0, CLOSE_ALL = 3'd1, REFRESHES = 3'd2, SET_MODE = 3'd3, WORK = 3'd4, DRAIN = 3'd5;
    reg  [2:0]        state;
    reg  [W_INIT-1:0] wait_left;
    reg  [3:0]        refreshes_left;
    reg  [15:0]       to_refresh;
    reg               refresh_due;
    reg               waited;          // wait_left == 0
    wire              working = state == WORK;
    reg               drained;         // in DRAIN: nothing is on its way, every open row may be closed
    always @(posedge clk) drained <= state == DRAIN && !do_close_all && !row_valid && (may_close | ~open) == 4'b1111;
    assign do_close_all = (state == CLOSE_ALL && waited) || (state == DRAIN && drained);
    assign do_refresh   = state == REFRESHES && waited;
    always @(posedge clk) begin
        if (rst || to_refresh == 0) to_refresh <= T_REFRESH[15:0] - 16'd1;
        else to_refresh <= to_refresh - 16'd1;
        if (rst || do_refresh) refresh_due <= 1'b0;
        else if (to_refresh == 0) refresh_due <= 1'b1;
        if (rst) begin
            state          <= REST;
            wait_left      <= T_INIT[W_INIT-1:0];
            waited         <= 1'b0;
            refreshes_left <= 4'd8;
        end else begin
            if (!waited) begin
                wait_left <= wait_left - 1'b1;
                waited    <= wait_left == {{(W_INIT - 1){1'b0}}, 1'b1};
            end
            case (state)
                REST: if (waited) state <= CLOSE_ALL;
                CLOSE_ALL: if (waited) begin
                    state     <= REFRESHES;
                    {wait_left, waited} <= {T_RP[W_INIT-1:0] - 1'b1, T_RP == 1};
                end
                REFRESHES: if (waited) begin
                    {wait_left, waited} <= {T_RFC[W_INIT-1:0] - 1'b1, T_RFC == 1};
                    refreshes_left <= refreshes_left - 4'd1;
                    if (refreshes_left == 4'd1) state <= SET_MODE;
                    else if (refreshes_left == 4'd0) begin   // one in work
                        refreshes_left <= 4'd0;
                        state          <= WORK;
                    end
                end
                SET_MODE: if (waited) begin
                    state     <= WORK;
                    {wait_left, waited} <= {T_MRD[W_INIT-1:0] - 1'b1, T_MRD == 1};
                end
                WORK: if (refresh_due && waited) state <= DRAIN;
                default: if (drained) begin
                    state     <= REFRESHES;
                    {wait_left, waited} <= {T_RP[W_INIT-1:0] - 1'b1, T_RP == 1};
                end
            endcase
        end
    end

    // ---- rows: the one of this burst, else the one ahead; decided in one cycle, on its way to the pins in the next ---------
    // Registers know a cycle later whether a row is open: `fresh` (at has changed) and `opening` (a bank has) say that they
    // do not yet. Nothing that allows a row command is undone by a column command of the cycle before it: that one belongs
    // to the burst's own open row.
    reg              ready_column, seen_valid, seen_hit;
    reg  [W_ROW+1:0] seen;
    wire [1:0]       seen_bank = seen[1:0];
    always @(posedge clk) begin
        fresh        <= step || take_next;
        opening      <= row_valid;
        hit          <= open[bank] && open_row[bank] == row && !do_close_all && !(row_valid && !row_opens && row_bank == bank);
        ready_column <= to_column[bank] <= 4'd1;
        seen         <= ahead;
        seen_valid   <= ahead_valid && !rst;
        seen_hit     <= open[ahead[1:0]] && open_row[ahead[1:0]] == ahead[W_ROW+1:2];
    end
    wire can  = working && waited;
    assign step = can && run && !fresh && !row_valid && hit && ready_column && may_step && (may_write || !write);
    wire decide = can && !row_valid && !opening;
    wire need   = run && !fresh && !hit;
    wire look   = seen_valid && !seen_hit && seen_bank != bank && to_step != 4'd1;   // else the next beat would wait
    wire may_first  = need ? may_open[bank] : look && may_open[seen_bank];
    wire may_second = need ? open[bank] && may_close[bank] : look && open[seen_bank] && may_close[seen_bank];
    always @(posedge clk) begin
        row_valid <= !rst && decide && ((may_first && between_opens == 0) || may_second);
        row_opens <= may_first;
        row_bank  <= need ? bank : seen_bank;
        row_row   <= need ? row : seen[W_ROW+1:2];
    end

    // ---- one command a cycle ------------------------------------------------------------------------------------------------
    localparam [W_ROW-1:0] ALL_BANKS = {{(W_ROW - 11){1'b0}}, 11'd1024};
    localparam [W_ROW-1:0] MODE_WORD = {{(W_ROW - 7){1'b0}}, CAS[2:0], 1'b0, W_WORD[2:0]};   // sequential bursts of N_WORDS
    always @(posedge clk) begin
        sd_bank    <= row_valid ? row_bank : bank;
        sd_address <= row_opens ? row_row : {W_ROW{1'b0}};
        sd_command <= NOP;
        if (do_close_all) {sd_command, sd_address} <= {PRECHARGE, ALL_BANKS};
        else if (do_refresh) sd_command <= REFRESH;
        else if (state == SET_MODE && waited) {sd_command, sd_bank, sd_address} <= {MODE, 2'b00, MODE_WORD};
        else if (row_valid) sd_command <= row_opens ? ACTIVE : PRECHARGE;
        else begin
            if (step) sd_command <= write ? WRITE : READ;
            sd_address <= {{(W_ROW - W_COLUMN){1'b0}}, column, {W_WORD{1'b0}}};
        end
        if (rst) sd_command <= NOP;
    end

    // ---- words that come back ---------------------------------------------------------------------------------------------
    reg  [READ_DELAY+N_WORDS-1:0] coming;     // bit i: a beat's command went out i + 1 cycles ago
    reg  [W_PORT-W_DATA-1:0]      words;      // the beat so far
    wire [W_PORT-1:0]             next_words = {sd_dq_in, words};
    always @(posedge clk) begin
        if (rst) coming <= {(READ_DELAY + N_WORDS){1'b0}};
        else coming <= {coming[READ_DELAY+N_WORDS-2:0], step && !write};
        words           <= next_words[W_PORT-1:W_DATA];
        mem_rdata_valid <= !rst && coming[READ_DELAY+N_WORDS-1];
        mem_rdata       <= next_words;
    end

`ifdef FORMAL
`include "ern_sdram.vh"
`endif
endmodule

`default_nettype wire
