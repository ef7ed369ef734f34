#!/bin/bash
# About 70 s: does it load, does the GPU train, how fast. Prints a short table last.
cd "$(dirname "$0")"; EXTRA_INC="-isystem $PWD/include"; export EXTRA_INC
. ./common.sh
OUT=${OUT:-/tmp/ern_out}; mkdir -p $OUT
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
$PY -c 'import torch; print("torch", torch.__version__, torch.version.cuda)'; nvcc --version | tail -1; g++ --version | head -1; cmake --version | head -1; ldd --version | head -1; nproc
prepare; say "prepared"
COMMON="--workers ${WORKERS:-13} --threads 2 --skip-golden --batch 256 --restart --test-every 3 --device ${DEVICE:-cuda} --json"
M="--crop 4 --flip --cutmix 1 --mix-share 0.5"
one() {  # name, seconds limit, arguments
    local n=$1 limit=$(( $2 * ${SLOW:-1} )); shift 2
    say "== $n"; (time timeout $limit bash -c ". ./common.sh; ern $*") 2>&1 | grep -vE "^$|user|sys"
}
one teacher 45 train models/cifar-teacher.toml --data $DATA -o $W/ct.weights --float --epochs ${EPOCHS:-3} --lr 2e-3 $M $COMMON $OUT/teacher.json
one cifar-a 40 train models/cifar-a.toml --data $DATA -o $W/ca.ern --epochs ${EPOCHS:-3} --teacher $W/ct.weights $M $COMMON $OUT/a.json
one cifar-b 30 train models/cifar-b.toml --data $DATA -o $W/cb.ern --epochs ${EPOCHS:-3} --teacher $W/ct.weights $M $COMMON $OUT/b.json
one fashion 30 train models/fashion.toml --data $FASHION -o $W/f.ern --epochs ${EPOCHS:-3} --crop 2 --flip $COMMON $OUT/fashion.json
nvidia-smi --query-gpu=memory.used,utilization.gpu --format=csv,noheader
$PY - $OUT <<'P'
import json, sys, os
for n in ("teacher", "a", "b", "fashion"):
    f = f"{sys.argv[1]}/{n}.json"
    if os.path.exists(f):
        j = json.load(open(f)); print(f"{n:10} {j['device']}  seconds an epoch {[e['seconds'] for e in j['epochs']]}  accuracy {100*j['accuracy']:.2f} %")
    else: print(n, "FAILED")
P
say done
