// SPDX-License-Identifier: Apache-2.0
// Proof of ern_pixels, inside it: a word is taken where one is available and the next pixel has codes of it, and only there; each
// pixel is the codes behind those of the pixel before.
    initial assume (rst);
    reg f_past = 1'b0;
    always @(posedge clk) f_past <= 1'b1;
    (* anyconst *) wire [1:0] f_colours;
    always @* begin
        assume (cfg_colours == f_colours && f_colours != 2'd0);
        assume (!take || available);
        assume (!take || !rst);
    end
    reg  [3:0] f_left;   // codes of the words taken so far that no pixel has
    wire [3:0] f_there = f_left + (word_take ? 4'd5 : 4'd0);
    always @(posedge clk) f_left <= rst ? 4'd0 : take ? f_there - f_colours : f_left;
    always @* if (f_past && !rst) begin
        assert (f_left < 4'd5 && f_left == (first == 3'd0 ? 4'd0 : 4'd5 - first));
        if (word_take) assert (word_available && take && f_left < f_colours);
        if (take) assert (f_there >= f_colours);
    end

    // The pixel that was taken two cycles ago, from the words that were taken until then.
    reg [1:0] f_cycles = 2'd0;   // since the proof began
    always @(posedge clk) if (f_cycles != 2'd3) f_cycles <= f_cycles + 2'd1;
    reg [29:0] f_last;      // the word that came before
    always @* assume (rst || f_cycles == 2'd3);   // the first reset is as long as ern_delay wants it
    reg [2:0]  f_first_1, f_first_2;
    reg        f_take_1, f_take_2, f_word_1, f_word_2;
    always @(posedge clk) begin
        {f_first_1, f_first_2} <= {first, f_first_1};
        {f_take_1, f_take_2}   <= {take && !rst, f_take_1};
        {f_word_1, f_word_2}   <= {word_take && !rst, f_word_1};
        if (f_cycles != 2'd3) f_last <= comes ? in_word : word;   // none has; what stands there does not matter
        else if (f_word_2) f_last <= in_word;
    end
    wire [59:0] f_both = f_first_2 == 3'd0 ? {30'd0, in_word} : {in_word, f_last};
    wire [59:0] f_rest = f_both >> (6 * f_first_2);
    always @* if (f_cycles == 2'd3) begin
        assert (at == f_first_2 && comes == f_word_2 && word == f_last);
        if (f_take_2) assert (pixel == (f_rest[17:0] & (f_colours == 2'd1 ? 18'h3f : f_colours == 2'd2 ? 18'hfff : 18'h3ffff)));
    end
    always @(posedge clk) if (f_past) assert (out_pixel == $past(pixel));
    always @(posedge clk) begin
        cover (f_past && !rst && f_take_2 && f_first_2 == 3'd4 && f_colours == 2'd3);
        cover (f_past && !rst && take && !word_take && f_left == 4'd1);
    end
