// SPDX-License-Identifier: Apache-2.0
// Pictures into external memory, which has room for two: bytes v [y][x][colour] -> codes of 6 bits {v[7:3], v[2:0] != 0}, which is all
// that the embedding reads of them -> five codes in every 32 bits, the first one in the least significant bits, the two most
// significant bits zero -> bursts of up to N_BURST beats.
//   start / can_start   begins a picture with its number; it is heeded while a picture has room, and a half picture is
//                       then overwritten
//   full                a whole picture lies in memory, out_id its number, out_base its first beat; `release_full` gives
//                       its room back
//   words_valid         as `full`, until words_begin says that its reader has begun; then for the next picture
//   clear               forgets all pictures; a burst that was asked for still goes out
// One byte a cycle. cfg_length: beats of a picture. Its last beat with codes is filled up with zeros; beats behind that are not written.
`default_nettype none

module ern_picture_store #(
    parameter integer W_PORT  = 128,
    parameter integer W_BEAT  = 24,
    parameter integer N_BURST = 16
) (
    input  wire              clk,
    input  wire              rst,
    input  wire              clear,
    input  wire [W_BEAT-1:0] cfg_base,      // of the first picture; the second one follows it
    input  wire [W_BEAT-1:0] cfg_length,
    input  wire [11:0]       cfg_height,
    input  wire [11:0]       cfg_width,
    input  wire [1:0]        cfg_colours,   // 1..3
    // bytes
    input  wire              start,
    input  wire [15:0]       in_id,
    output wire              can_start,
    input  wire              in_valid,
    output wire              in_ready,
    input  wire [7:0]        in_data,
    // whole pictures
    output wire              full,
    output wire [15:0]       out_id,
    input  wire              release_full,
    output wire              words_valid,
    output wire [W_BEAT-1:0] words_base,
    input  wire              words_begin,
    // writes
    output wire              write_valid,
    input  wire              write_ready,
    output reg  [W_BEAT-1:0] write_address,
    output reg  [7:0]        write_length,
    output wire              wdata_valid,
    input  wire              wdata_ready,
    output wire [W_PORT-1:0] wdata
);
    localparam integer CODES   = W_PORT / 32 * 5;   // a beat
    localparam integer W_PLACE = $clog2(CODES);

    localparam [1:0] EMPTY = 2'd0, BYTES = 2'd1, BURST = 2'd2;
    reg [1:0]         state;
    reg               side, read_side, words_side;   // which of the two rooms
    reg [1:0]         pictures, words;               // whole ones; those whose reader has not begun
    reg [15:0]        id_0, id_1, id;
    reg [1:0]         colour;
    reg [11:0]        x, y;
    reg [W_PORT-1:0]  beat;
    reg [W_PLACE-1:0] place;                         // of the next code in the beat
    reg [7:0]         held;                          // beats of the burst that is being filled
    reg               finishing;                     // the picture's last beat is among them
    reg [W_BEAT-1:0]  address;
    reg               asked;
    reg [7:0]         sent;
    reg               abandon;                       // a clear waits for its burst
    // Registers, for what hangs on them is long enough: x, y, colour and place are the last ones; the burst's last beat is filled, is sent next.
    reg               last_x, last_y, last_colour, last_place, last_held, one_left, one_wide;
    reg               begun;                         // `begins`, a cycle later: no code comes before the one behind it

    // A register: the host's buffer gives its byte late. No byte is taken behind one that ends a burst, so none is here during one.
    reg               take;
    reg  [5:0]        code;
    wire last_pixel  = last_x && last_y;
    wire last_code   = last_colour && last_pixel;
    wire put         = take && (last_place || last_code);   // a beat is complete
    wire burst_full  = put && (last_held || last_code);
    wire sending     = wdata_valid && wdata_ready;
    wire burst_done  = sending && one_left;
    reg  done;   // a picture is whole: a cycle after its last beat, whose end the memory says and comes late

    wire forget      = rst || ((clear || abandon) && state != BURST);   // so too a cycle after the burst
    wire begins      = start && can_start;

    // the beat with this code
    reg [W_PORT-1:0]  whole_beat;
    integer n;
    always @* begin
        whole_beat = beat;
        for (n = 0; n < CODES; n = n + 1) if (place == n[W_PLACE-1:0]) whole_beat[32 * (n / 5) + 6 * (n % 5) +: 6] = code;
    end

    assign can_start   = state != BURST && !take && !done && pictures != 2'd2 && !abandon;
    assign in_ready    = state == BYTES && !burst_full;
    assign full        = pictures != 2'd0 && !abandon;
    assign out_id      = read_side ? id_1 : id_0;
    assign words_valid = words != 2'd0 && !abandon;
    assign words_base  = words_side ? cfg_base + cfg_length : cfg_base;
    assign write_valid = state == BURST && !asked;
    wire   fifo_ready;

    always @(posedge clk) begin
        take     <= in_valid && in_ready && !forget && !begins;
        code     <= {in_data[7:3], |in_data[2:0]};
        one_wide <= cfg_width == 12'd1;
        done     <= state == BURST && burst_done && finishing && !rst;
        if (burst_full) one_left <= held == 8'd0;
        else if (sending) one_left <= sent + 8'd2 == write_length;
        case (state)
            BYTES: if (burst_full) begin
                state         <= BURST;
                asked         <= 1'b0;
                finishing     <= last_code;
                write_address <= address;
                write_length  <= held + 8'd1;
                address       <= address + {{(W_BEAT - 8){1'b0}}, held} + 1'b1;
            end
            BURST: begin
                if (write_ready) asked <= 1'b1;
                if (burst_done) state <= finishing ? EMPTY : BYTES;
            end
            default: ;
        endcase
        if (take) begin
            place      <= last_place ? {W_PLACE{1'b0}} : place + 1'b1;
            last_place <= !last_place && place + 1'b1 == CODES[W_PLACE-1:0] - 1'b1;
            colour     <= last_colour ? 2'd0 : colour + 2'd1;
            last_colour <= (last_colour ? 2'd1 : colour + 2'd2) == cfg_colours;
            if (last_colour) begin
                x      <= last_x ? 12'd0 : x + 12'd1;
                last_x <= last_x ? one_wide : x + 12'd2 == cfg_width;
                if (last_x) begin
                    y      <= y + 12'd1;
                    last_y <= y + 12'd2 == cfg_height;
                end
            end
        end
        if (put || begun) beat <= {W_PORT{1'b0}};
        else if (take) beat <= whole_beat;
        // both begin anew with the burst, not with its end, which the memory says and comes late
        if (put) begin
            held      <= burst_full ? 8'd0 : held + 8'd1;
            last_held <= burst_full ? N_BURST == 1 : held + 8'd2 == N_BURST[7:0];
        end
        if (burst_full) sent <= 8'd0;
        else if (sending) sent <= sent + 8'd1;
        if (done) begin
            side <= !side;
            if (side) id_1 <= id;
            else id_0 <= id;
        end
        if (release_full) read_side <= !read_side;
        if (words_begin) words_side <= !words_side;
        pictures <= pictures + {1'b0, done} - {1'b0, release_full};
        words    <= words + {1'b0, done} - {1'b0, words_begin};
        if (begins) begin
            state   <= BYTES;
            id      <= in_id;
            address <= side ? cfg_base + cfg_length : cfg_base;
            colour  <= 2'd0;
            {x, y}  <= 24'd0;
            last_colour <= cfg_colours == 2'd1;
            last_x  <= cfg_width == 12'd1;
            last_y  <= cfg_height == 12'd1;
            place   <= {W_PLACE{1'b0}};
            held    <= 8'd0;
            sent    <= 8'd0;
            last_place <= 1'b0;
            last_held  <= N_BURST == 1;
        end
        begun   <= begins;
        abandon <= (clear || abandon) && !forget;
        if (forget) begin
            state      <= EMPTY;
            side       <= 1'b0;
            read_side  <= 1'b0;
            words_side <= 1'b0;
            pictures   <= 2'd0;
            words      <= 2'd0;
            held       <= 8'd0;
            last_held  <= N_BURST == 1;
            sent       <= 8'd0;
            asked      <= 1'b0;
        end
    end

    ern_fifo #(.W_DATA(W_PORT), .DEPTH(N_BURST)) u_burst (
        .clk(clk), .rst(forget || begun), .in_valid(put), .in_ready(fifo_ready), .in_data(whole_beat),
        .out_valid(wdata_valid), .out_ready(wdata_ready && state == BURST), .out_data(wdata));
    wire unused = fifo_ready;

`ifdef FORMAL
`include "ern_picture_store.vh"
`endif
endmodule

`default_nettype wire
