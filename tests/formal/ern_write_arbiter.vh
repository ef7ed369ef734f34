// SPDX-License-Identifier: Apache-2.0
// Proof of ern_write_arbiter, inside it, of any writer f_n that the solver chooses: its request is taken only where it asks, nobody before it does
// and no burst is open, and goes to the port as it is; then as many beats pass as it asked for, all its own (or, after it forgot, any), before
// another request does. At the port: no beat without a burst, no request while one is open.
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    (* anyconst *) reg [7:0] f_n;
    reg [7:0] f_owed;        // beats that the port expects
    reg [7:0] f_open;        // beats of the chosen writer's burst that have not gone
    reg       f_gone;        // it forgot that burst
    wire f_grant = req_valid[f_n] && req_ready[f_n];
    wire f_taken = data_valid[f_n] && data_ready[f_n];
    always @(posedge clk) begin
        if (rst) f_owed <= 8'd0;
        else if (write_valid && write_ready) f_owed <= write_length;
        else if (wdata_valid && wdata_ready) f_owed <= f_owed - 8'd1;
        if (rst) f_open <= 8'd0;
        else if (f_grant) f_open <= req_length[f_n*8 +: 8];
        else if (f_open != 0 && wdata_valid && wdata_ready) f_open <= f_open - 8'd1;
        f_gone <= !rst && f_n == N_WRITE - 1 && ((forget && (f_open != 0 || f_grant)) || (f_gone && f_open != 0));
    end
    integer f_k;
    always @* begin
        assume (f_n < N_WRITE);
        for (f_k = 0; f_k < N_WRITE; f_k = f_k + 1) assume (!req_valid[f_k] || req_length[f_k*8 +: 8] != 0);
        if (f_past && !rst) begin
            assert (f_owed == (busy ? left : 8'd0));
            assert (f_open == (busy && owner[f_n] ? left : 8'd0));
            assert (!busy || (owner != 0 && (owner & (owner - 1'b1)) == 0 && left != 0));
            assert (!write_valid || f_owed == 0);
            assert (!wdata_valid || f_owed != 0);
            assert ((req_ready & (req_ready - 1'b1)) == 0 && (data_ready & (data_ready - 1'b1)) == 0);
            assert (write_valid == (f_owed == 0 && req_valid != 0));          // nobody waits but for the port
            if (f_grant) assert (write_valid && write_ready && write_address == req_address[f_n*W_BEAT +: W_BEAT]
                                 && write_length == req_length[f_n*8 +: 8] && (req_valid & ((1 << f_n) - 1)) == 0);
            if (f_taken) assert (f_open != 0 && !f_gone && wdata_valid && wdata_ready && wdata == data[f_n*W_PORT +: W_PORT]);
            if (f_open != 0 && !f_gone) assert (wdata_valid == data_valid[f_n] && data_ready[f_n] == wdata_ready);
            if (f_open != 0 && f_n == N_WRITE - 1) assert (f_gone == forgot);
            if (f_open != 0 && f_gone) assert (wdata_valid && !data_ready[f_n]);
        end
    end
    always @(posedge clk) cover (f_past && !rst && f_n == 0 && f_open == 3 && f_taken);
    always @(posedge clk) cover (f_past && !rst && f_n == N_WRITE - 1 && f_gone && f_open == 1 && wdata_ready);
