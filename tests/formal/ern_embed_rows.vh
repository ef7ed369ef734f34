// SPDX-License-Identifier: Apache-2.0
// Proof of ern_embed_rows, inside it: it takes passes + 1 pixels for a descriptor, never more than can wait, and only where one is
// available; a word stays until it is taken; it is idle again when every pixel was taken and none waits, and says so once. Which
// word a pixel makes is the bench's. That pixels wait in ern_fifo in order, and how many, is proved of ern_fifo.
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    reg [3:0]  f_waiting;     // in the FIFO
    reg [24:0] f_taken;       // pixels of this descriptor
    reg [23:0] f_passes;
    always @(posedge clk) begin
        f_waiting <= rst ? 4'd0 : f_waiting + on_the_way[2] - give;
        f_taken   <= go && idle ? 25'd0 : f_taken + pixel_take;
        if (go && idle) f_passes <= descriptor[`ERN_D_PASSES +: 24];
    end
    always @* begin
        assume (pixel_valid == (f_waiting != 0) && fifo_ready == (f_waiting != N_WAIT));   // proved of ern_fifo
        assume (!rst || !go);
    end
    // What the compiler promises: words a pixel, and no more pixels than are taken.
    always @* if (running) assume (d[`ERN_D_OUT_WORDS +: 4] >= 4'd1 && d[`ERN_D_OUT_WORDS +: 4] <= N_WORDS);

    always @* if (f_past) begin
        assert (f_waiting <= N_WAIT && held == f_waiting + on_the_way[0] + on_the_way[1] + on_the_way[2] && held <= N_WAIT);
        if (on_the_way[2]) assert (f_waiting != N_WAIT);   // there is room when it comes
        if (pixel_take) assert (pixel_available && running);
        if (!running) assert (!asking && held == 0 && !dropping && !out_valid);
        if (running) begin
            assert (f_taken <= f_passes + 25'd1);
            assert (asking == (f_taken <= f_passes));
            if (asking) assert (asked_left == f_passes - f_taken[23:0]);
        end
        if (out_valid) assert (running && !dropping);
    end
    always @(posedge clk) if (f_past && !$past(rst)) begin
        if (done) assert (idle && $past(running) && $past(f_taken) == $past(f_passes) + 25'd1);
        if ($past(running) && !running) assert (done || $past(rst));
        if ($past(done)) assert (!done);
    end
    ern_stream_rules #(.W_DATA(1)) f_word (.clk(clk), .rst(rst), .valid(out_valid), .ready(out_ready), .data(1'b0));

    always @(posedge clk) cover (f_past && !rst && done && f_passes == 24'd3);
