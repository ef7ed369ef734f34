// SPDX-License-Identifier: Apache-2.0
// Lowest bit of each field of a descriptor. Made from the table in generator/schedule/descriptor.h.
`ifndef ERN_DESCRIPTOR_VH
`define ERN_DESCRIPTOR_VH

`define ERN_D_WORDS 16
`define ERN_D_BITS 512

`define ERN_OP_END 4'd0
`define ERN_OP_CONV 4'd1
`define ERN_OP_REDUCE 4'd2
`define ERN_OP_EMBED 4'd3
`define ERN_OP_SPILL 4'd4
`define ERN_OP_FILL 4'd5

`define ERN_D_OPCODE               0  // 4 bits: 0 end, 1 conv or pool tile, 2 reduce, 3 embed (external memory only), 4 spill, 5 fill (where partial sums can go to external memory)
`define ERN_D_WIDE                 4  // 1 bits: 1: the taps are neighbouring channel blocks of one pixel; 0: neighbouring pixels of one channel block
`define ERN_D_DEPTHWISE            5  // 1 bits: pooling: each output reads its own channel, no weights
`define ERN_D_POOL_MAX             6  // 1 bits: pooling keeps the larger instead of adding
`define ERN_D_FROM_ZERO            7  // 1 bits: the first pass starts from zero; 0: it adds to what the partial sums hold (residual)
`define ERN_D_CODES                8  // 1 bits: the last pass goes through the thresholds into activation memory
`define ERN_D_WAIT_PICTURE         9  // 1 bits: starts when every embed before it is done
`define ERN_D_RELEASE_INPUT       10  // 1 bits: when done, the next picture may overwrite this one; end: the result is that of the picture before (overlapping frames)
`define ERN_D_PAIRED_ROWS         11  // 1 bits: embed: the word of an even row holds the row above it in its lower half and the row in its upper half, the word of an odd row holds the row in its lower half
`define ERN_D_STRIDE              12  // 4 bits: pixels between neighbouring outputs, both directions
`define ERN_D_STRIDE_QUOTIENT     16  // 4 bits: stride / taps
`define ERN_D_STRIDE_REMAINDER    20  // 4 bits: stride mod taps
`define ERN_D_START_REMAINDER     24  // 4 bits: column of the first tap, mod taps
`define ERN_D_LAST_TAPS           28  // 4 bits: valid taps in the last tap group of a kernel row (wide: of a pixel)
`define ERN_D_BLOCKS              32  // 12 bits: output blocks, each as many channels as the array has outputs
`define ERN_D_ROW_GROUPS          44  // 4 bits: kernel rows, as many at a time as a window has rows of taps (tap_rows)
`define ERN_D_TAP_GROUPS          48  // 4 bits: groups of taps a kernel row
`define ERN_D_CHANNEL_GROUPS      52  // 12 bits: passes a row group and tap group: channel blocks, or groups of taps of them when wide
`define ERN_D_OUT_WIDTH           64  // 12 bits: output pixels a row
`define ERN_D_OUT_ROWS            76  // 12 bits: output rows of this tile
`define ERN_D_START_QUOTIENT      88  // 8 bits, signed: column of the first tap / taps, rounded down
`define ERN_D_IN_WIDTH            96  // 12 bits: input pixels a row
`define ERN_D_IN_HEIGHT          108  // 12 bits: input rows
`define ERN_D_STORE_WEIGHTS      120  // 1 bits: external memory: weight rows from the stream are also kept, from weight_row on
`define ERN_D_KEPT_WEIGHTS       121  // 1 bits: external memory: weight rows come from those kept, from weight_row on, not from the stream
`define ERN_D_STORE_THRESHOLDS   122  // 1 bits: the same for threshold rows, from threshold_row on
`define ERN_D_KEPT_THRESHOLDS    123  // 1 bits: the same for threshold rows, from threshold_row on
`define ERN_D_IN_BANK            124  // 4 bits: windows of several rows: bank of column 0 and channel block 0 in start_row
`define ERN_D_START_ROW          128  // 16 bits, signed: input row of the first output row's first kernel row (negative: padding); embed: first row
`define ERN_D_START_COLUMN       144  // 16 bits, signed: input column of the first output's first tap (negative: padding)
`define ERN_D_IN_ROW             160  // 16 bits: word of start_row in the input's ring
`define ERN_D_IN_END             176  // 16 bits: first word behind the input's ring
`define ERN_D_IN_RING            192  // 16 bits: words of the input's ring
`define ERN_D_IN_ROW_STEP        208  // 16 bits: words an input row
`define ERN_D_IN_STRIDE_STEP     224  // 16 bits: words between the input rows of neighbouring output rows
`define ERN_D_IN_BLOCK_STEP      240  // 16 bits: words between neighbouring channel blocks of one input row
`define ERN_D_SUM_BASE           256  // 16 bits: partial-sum word of block 0
`define ERN_D_SUM_START          272  // 16 bits: the first pixel's place in the partial sums' ring
`define ERN_D_SUM_RING           288  // 16 bits: words of the partial sums' ring
`define ERN_D_SUM_BLOCK_STEP     304  // 16 bits: partial-sum words between blocks; 0 where each block may overwrite the last one
`define ERN_D_OUT_ROW            320  // 16 bits: word of the tile's first row in the output's ring
`define ERN_D_OUT_END            336  // 16 bits: first word behind the output's ring
`define ERN_D_OUT_RING           352  // 16 bits: words of the output's ring
`define ERN_D_OUT_ROW_STEP       368  // 16 bits: words an output row
`define ERN_D_OUT_BLOCK_STEP     384  // 16 bits: words between neighbouring channel blocks of one output row
`define ERN_D_OUT_WORDS          400  // 4 bits: channel blocks that one output block fills (1 where an output block is a part of one); embed: words a pixel
`define ERN_D_RESULTS            404  // 12 bits: reduce: result words, one a class; overlapping frames: part of a word that the first output block is, where outputs are fewer than channels
`define ERN_D_WEIGHT_ROW         416  // 32 bits: first weight row; external memory: of the kept ones; spill, fill: first beat in external memory
`define ERN_D_THRESHOLD_ROW      448  // 32 bits: first threshold row; external memory: of the kept ones; spill, fill: beats
`define ERN_D_PASSES             480  // 24 bits: passes of all blocks together: row_groups * tap_groups * channel_groups * blocks; embed: pixels, less one; spill, fill: pixels of a block
`define ERN_D_LAST_ROWS          504  // 4 bits: windows of several rows: valid rows of taps in the last row group
`define ERN_D_OUT_BANK           508  // 4 bits: overlapping frames, windows of several rows: bank of column 0 in the word out_row, which may be a later channel block's

`endif
