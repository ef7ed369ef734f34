# Sets up the bundle on the GPU machine: sourced by probe.sh and train.sh. Works in /tmp/ern.
# Leaves ERN (the program's command) and DATA, FASHION (folders).
B=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
W=${ERN_WORK:-/tmp/ern}; mkdir -p $W/bin
T0=$(date +%s)
say() { echo "[$(( $(date +%s) - T0 )) s] $*"; }
PY=${PYTHON:-python3}
SITE=${SITE:-$($PY -c 'import importlib.util,os; print(os.path.dirname(importlib.util.find_spec("torch").submodule_search_locations[0]))')} ; [ -d $SITE/torch ] || { echo "no torch found"; exit 1; }
TORCH=$SITE/torch
NV=$(ls -d $SITE/nvidia/*/lib 2>/dev/null | tr '\n' ':')
export OMP_WAIT_POLICY=PASSIVE
ern() { LD_LIBRARY_PATH=$B/lib:$TORCH/lib:$NV$STUBS${CUDA_LIBS:-/usr/local/cuda/lib64} $W/bin/ernforge "$@"; }

prepare() {
    ( $PY - $B/data $W/fashion <<'P'
import lzma, os, shutil, sys
src, dst = sys.argv[1:]
os.makedirs(dst, exist_ok=True)
for part, name in (("train", "train"), ("test", "t10k")):
    out = f"{dst}/{name}-images-idx3-ubyte"
    if not os.path.exists(out):
        open(out + ".p", "wb").write(lzma.open(f"{src}/fashion-{part}.xz").read()); os.rename(out + ".p", out)
    shutil.copy(f"{src}/{name}-labels-idx1-ubyte.gz", dst)
P
    ) & local unpack=$!
    cp $B/bin/* $W/bin/; chmod +x $W/bin/*
    # A device that is not there is refused after the module was loaded: that tells whether the prebuilt one fits.
    ern train $B/models/fashion.toml -o $W/none.ern --data $W/nowhere >$W/load.txt 2>&1
    if ! ldd_ok; then
        say "the prebuilt module does not load here: building it"; cat $W/load.txt
        bash $B/build_module.sh $B/src $TORCH "${CUDA_HOME:-/usr/local/cuda}" ${NVCC:-nvcc} $W/mod $(nproc) \
            $B/static/libern_data.a $B/static/libern_fold.a $B/static/libern_model.a $B/static/libern_support.a \
            $B/lib/libfmt.so.9 $B/lib/libtomlplusplus.so.3 $B/lib/libarchive.so.13 2>&1 | grep -E "error|Error" | head -20
        cp $W/mod/ernforge_train.so $W/bin/ && say "built"
    fi
    wait $unpack
    DATA=$B/data/cifar FASHION=$W/fashion
}
ldd_ok() {
    LD_LIBRARY_PATH=$B/lib:$TORCH/lib:$NV$STUBS${CUDA_LIBS:-/usr/local/cuda/lib64} $PY - $W/bin/ernforge_train.so <<'P' >>$W/load.txt 2>&1
import ctypes, os, sys
ctypes.CDLL(sys.argv[1], mode=os.RTLD_NOW)
P
}
