// SPDX-License-Identifier: Apache-2.0
// Proof of ern_uart_tx, inside it: after a byte was taken the line shows start bit, eight data bits and stop bit, each
// CLKS_PER_BIT cycles, then rests at one; the next byte is taken after exactly 10 * CLKS_PER_BIT cycles.
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    reg             f_sends = 1'b0;
    reg [7:0]       f_byte;
    reg [3:0]       f_bit;      // 0 start, 1..8 data, 9 stop
    reg [W_CLOCK:0] f_cycle;    // of this bit
    always @(posedge clk) begin
        if (rst) f_sends <= 1'b0;
        else if (in_valid && in_ready) begin
            f_sends <= 1'b1;
            f_byte  <= in_data;
            f_bit   <= 4'd0;
            f_cycle <= 0;
        end else if (f_sends) begin
            f_cycle <= f_cycle + 1'b1;
            if (f_cycle == CLKS_PER_BIT - 1) begin
                f_cycle <= 0;
                f_bit   <= f_bit + 4'd1;
                if (f_bit == 4'd9) f_sends <= 1'b0;
            end
        end
    end

    wire [9:0]  f_frame = {1'b1, f_byte, 1'b0};
    wire [18:0] f_rest  = {9'h1ff, f_frame} >> f_bit;   // the line's level first
    always @* if (f_past) begin
        assert (in_ready == !f_sends);
        if (!f_sends) assert (tx);
        else begin
            assert (f_bit <= 4'd9);
            assert (f_cycle < CLKS_PER_BIT);
            assert (tx == f_rest[0]);
            assert (left == 4'd10 - f_bit);
            assert (clock == CLKS_PER_BIT - 1 - f_cycle);
            assert (shift == f_rest[9:1]);
        end
    end
    reg f_second = 1'b0;
    always @(posedge clk) begin
        f_second <= !rst && (f_second || (f_past && !f_sends && in_valid && in_data == 8'ha5));
        cover (f_past && !rst && f_second && f_sends && f_byte == 8'h3c && f_bit == 4'd9);
    end
