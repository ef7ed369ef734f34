#!/bin/bash
# train.sh SECONDS: teacher and networks within that time, at least 300; results go to $OUT as each one is ready.
cd "$(dirname "$0")"; EXTRA_INC="-isystem $PWD/include"; export EXTRA_INC
. ./common.sh
BUDGET=${1:-560}
OUT=${OUT:-/tmp/ern_out}; mkdir -p $OUT
exec > >(tee $OUT/log.txt) 2>&1
prepare; say "prepared"
left() { echo $(( BUDGET - $(date +%s) + T0 )); }
START=${START:-14}  # seconds that a run takes beside its epochs: libraries, data, recalibration
COMMON="--workers ${WORKERS:-13} --threads 2 --skip-golden --batch 256 --restart --test-every ${TEST_EVERY:-10} --device ${DEVICE:-cuda} --checkpoint-seconds 20"
M="--crop 4 --flip --cutmix 1 --mix-share 0.5"
# stage NAME SHARE arguments: one training in SHARE seconds, startup included
stage() {
    local n=$1 share=$2; shift 2
    say "== $n: $share s of $(left) s left"
    ern train "$@" $COMMON --seconds $(( share > START + 5 ? share - START : 5 )) --checkpoint $W/$n.checkpoint --log $W/$n.csv --json $W/$n.json 2>&1 | tail -4
    say "== $n ended"
}
# Shares of 546 s of training: 85 teacher, 270 a, 90 b, 35 + 60 fashion
part() { echo $(( ($BUDGET - ($(date +%s) - T0 > 20 ? 20 : 10)) * $1 / 546 )); }
stage cifar-teacher $(part 85) models/cifar-teacher.toml --data $DATA --data-name "CIFAR-10 (JPEG q75)" -o $W/ct.weights --float --lr 2e-3 --weight-decay 5e-5 $M
stage cifar-a $(part 270) models/cifar-a.toml --data $DATA --data-name "CIFAR-10 (JPEG q75)" -o $OUT/cifar-a.ern --weights $OUT/cifar-a.weights --teacher $W/ct.weights --teacher-weight 0.8 --temperature 3 $M
cp $W/*.csv $OUT/ 2>/dev/null
stage fashion-teacher $(part 35) models/fashion-teacher.toml --data $FASHION --data-name Fashion-MNIST -o $W/ft.weights --float --lr 2e-3 --weight-decay 5e-5 --crop 2 --flip --cutmix 1 --mix-share 0.5
stage fashion $(part 60) models/fashion.toml --data $FASHION --data-name Fashion-MNIST -o $OUT/fashion.ern --weights $OUT/fashion.weights --teacher $W/ft.weights --teacher-weight 0.8 --temperature 3 --crop 2 --flip
LAST=$(( $(left) - 6 )); [ $LAST -gt 120 ] && LAST=$(( $(part 90) + 20 ))
[ $LAST -gt 30 ] && stage cifar-b $LAST models/cifar-b.toml --data $DATA --data-name "CIFAR-10 (JPEG q75)" -o $OUT/cifar-b.ern --weights $OUT/cifar-b.weights --teacher $W/ct.weights --teacher-weight 0.8 --temperature 3 $M
rm -f $OUT/*.json
# At most 8 files come back: logs in one.
$PY - $W $OUT <<'P'
import glob, json, os, sys
w, out = sys.argv[1:]
logs = {os.path.basename(f)[:-5]: json.load(open(f)) for f in glob.glob(w + "/*.json")}
json.dump(logs, open(out + "/runs.json", "w"))
for f in glob.glob(out + "/*.csv"): os.remove(f)
for n, j in logs.items(): print(f"{n:16} {len(j['epochs'])} epochs, {j['seconds']:.0f} s, accuracy {100*j['accuracy']:.2f} %")
P
ls -la $OUT; say done
