// SPDX-License-Identifier: Apache-2.0
// Proof of ern_loader, inside it: a job reads exactly batches * N_ROWS rows, at rising addresses from first_row, row
// index and address in step; `ready` stands exactly while a whole batch is read (or its last row is just being read) and
// not yet used; after the last use the loader is idle. A row arrives 6 cycles after its address, no other row does.
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;
    // What its users do: a job has a batch at least, and a batch is used when it is there.
    always @* begin
        assume (!go || batches != 28'd0);
        assume (!use_batch || state == FULL);
    end

    // ---- the job: rows read, and batches used, since it began; the batch that comes, and the rows of it ------------
    reg              f_job = 1'b0;
    reg [27:0]       f_batches, f_used;
    reg [W_ADDR-1:0] f_first;
    reg [W_ROW:0]    f_rows;      // read of the batch f_used
    wire f_read_first = read && f_rows == N_ROWS;   // row 0 of the next batch, in the cycle in which this one is used
    always @(posedge clk) begin
        if (use_batch) f_used <= f_used + 28'd1;
        if (use_batch) f_rows <= read;
        else if (read) f_rows <= f_rows + 1'b1;
        if (use_batch && f_used + 28'd1 == f_batches) f_job <= 1'b0;
        if (go && idle) begin
            f_job     <= 1'b1;
            f_batches <= batches;
            f_first   <= first_row;
            f_used    <= 28'd0;
            f_rows    <= 0;
        end
        if (rst) f_job <= 1'b0;
    end

    wire [W_ADDR-1:0] f_expected = f_first + f_used * N_ROWS + f_rows;
    always @* if (f_past) begin
        assert (state <= FULL);
        assert (idle == !f_job);
        assert (index < N_ROWS && last_row == (index == N_ROWS - 1));
        assert (!f_job || more == (left != 28'd0));
        if (f_job) begin
            assert (f_used < f_batches);
            assert (left == f_batches - f_used - 28'd1);
            assert (f_rows <= N_ROWS);
            assert ((state == FULL) == (f_rows == N_ROWS));
            assert (index == (f_rows == N_ROWS ? 0 : f_rows));
            assert (mem_address == f_expected);
            assert (ready == (f_rows == N_ROWS || (f_rows == N_ROWS - 1 && read)));
        end else assert (!ready && !read && index == 0);
        if (f_read_first) assert (use_batch && f_used + 28'd1 < f_batches);
        if (stall) assert (!read);
    end
    reg [2:0] f_since = 3'd0;   // cycles since reset, up to 6
    always @(posedge clk) f_since <= rst ? 3'd0 : f_since + (f_since != 3'd6);
    always @(posedge clk) if (f_past) begin
        assert (f_since <= 3'd6);
        assert (row_valid == (f_since == 3'd6 && $past(read, 6)));
        if (row_valid) assert (row == $past(index, 6) && row_word == $past(mem_data, 4));
    end

    reg [1:0] f_stalls = 2'd0;
    always @(posedge clk) begin
        f_stalls <= rst || (go && idle) ? 2'd0 : f_stalls + (stall && state == LOAD && f_stalls != 2'd3);
        cover (f_past && !rst && f_stalls == 2'd1 && f_used == 28'd2 && f_batches == 28'd3 && use_batch);
    end
